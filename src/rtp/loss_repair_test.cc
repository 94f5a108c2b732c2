// Sender and receiver of video over a lossy way: history, NACK, RTX and assembly together.
#include <gtest/gtest.h>

#include <deque>

#include "base/random.h"
#include "rtp/frame_assembler.h"
#include "rtp/frame_info.h"
#include "rtp/nack_generator.h"
#include "rtp/packet_history.h"
#include "rtp/packetizer.h"
#include "rtp/test_packet.h"

namespace plaza::rtp {
namespace {

using namespace std::chrono_literals;

// 30 frames a second; every packet and every request is lost with the same chance, 25 ms each way.
class Call {
 public:
  Call(double loss, uint64_t seed) : loss_(loss), random_(seed) { nack_.SetRtt(50ms); }

  void Run(int frames) {
    for (int i = 0; i < frames; ++i) {
      SendFrame(i == 0 || keyframe_wanted_);
      for (int ms = 0; ms < 33; ++ms, now_ += 1ms) Tick();
    }
    for (int ms = 0; ms < 1'500; ++ms, now_ += 1ms) Tick();
  }
  int delivered() const { return delivered_; }
  int keyframes() const { return keyframes_; }

 private:
  void SendFrame(bool keyframe) {
    keyframe_wanted_ = false;
    keyframes_ += keyframe;
    base::Bytes frame(keyframe ? 6'000 : 2'000, 0x22);
    frame[0] = keyframe ? 0x10 : 0x11;
    RtpHeader header;
    header.timestamp = timestamp_ += 3'000;
    PacketizeVp8(frame, {}, 1'100, [&](base::ByteView payload, bool last) {
      header.marker = last;
      header.sequence_number = sequence_number_++;
      Packet packet = MakeTestPacket(pool_, header, payload, {}, now_);
      packet.codec = Codec::kVp8;
      history_.Add(packet);
      Send(packet);
    });
  }
  void Send(const Packet& packet) {
    if (random_.Unit() >= loss_) to_receiver_.emplace_back(now_ + 25ms, packet);
  }
  void Tick() {
    for (; !to_receiver_.empty() && to_receiver_.front().first <= now_; to_receiver_.pop_front()) {
      Packet packet = to_receiver_.front().second;
      packet.arrival = now_;
      const FrameInfo info = ReadFrameInfo(packet);
      nack_.OnPacket(packet.header.sequence_number, info.keyframe && info.first_packet, now_);
      assembler_.Add(packet);
    }
    while (assembler_.Next(now_)) ++delivered_;
    if (nack_.TakeKeyframeWish() | assembler_.TakeKeyframeWish()) keyframe_wanted_ = true;
    uint16_t lost[64];
    const size_t count = nack_.Collect(now_, lost);
    for (size_t i = 0; i < count; ++i) {
      if (random_.Unit() >= loss_) to_sender_.emplace_back(now_ + 25ms, lost[i]);
    }
    for (; !to_sender_.empty() && to_sender_.front().first <= now_; to_sender_.pop_front()) {
      if (const Packet* packet = history_.Find(to_sender_.front().second, now_)) Send(*packet);
    }
  }

  double loss_;
  base::SeededRandom random_;
  base::PacketPool pool_;
  PacketHistory history_{1024, 2s};
  NackGenerator nack_;
  FrameAssembler assembler_{Codec::kVp8};
  std::deque<std::pair<base::Time, Packet>> to_receiver_;
  std::deque<std::pair<base::Time, uint16_t>> to_sender_;
  base::Time now_{1000s};
  uint16_t sequence_number_ = 65'000;
  uint32_t timestamp_ = 0;
  bool keyframe_wanted_ = false;
  int keyframes_ = 0;
  int delivered_ = 0;
};

TEST(LossRepair, EveryFrameIsDeliveredWithoutLoss) {
  Call call(0, 1);
  call.Run(300);
  EXPECT_EQ(call.delivered(), 300);
  EXPECT_EQ(call.keyframes(), 1);
}

TEST(LossRepair, NearlyEveryFrameIsDeliveredAtTwentyPercent) {
  for (const double loss : {0.05, 0.2}) {
    int delivered = 0;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      Call call(loss, seed);
      call.Run(600);
      EXPECT_GE(call.delivered(), 540) << loss << " " << seed;
      delivered += call.delivered();
    }
    EXPECT_GE(delivered, 20 * 592) << loss;
  }
}

TEST(LossRepair, HalfLossStillGivesAPicture) {
  // Where every second packet is lost NACK alone is not enough for most frames.
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Call call(0.5, seed);
    call.Run(600);
    EXPECT_GE(call.delivered(), 80) << seed;
  }
}

}  // namespace
}  // namespace plaza::rtp
