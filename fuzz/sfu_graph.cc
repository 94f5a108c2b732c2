// Fuzz target: what hostile peers may send to the media graph, and when. The input is a list of
// steps.
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "base/packet_buffer.h"
#include "base/random.h"
#include "rtp/rtcp/compound.h"
#include "sfu/graph.h"

namespace plaza::sfu {
namespace {

using namespace std::chrono_literals;

// Checks what leaves.
class Transport final : public rtp::PacketTransport {
 public:
  Transport() {
    for (uint8_t i = 0; i < static_cast<uint8_t>(rtp::Extension::kCount); ++i) {
      map_.Set(static_cast<rtp::Extension>(i), i + 1);
    }
  }
  const rtp::ExtensionMap& extensions() const override { return map_; }
  void SendRtp(const rtp::OutgoingRtp& out, base::Time) override {
    if (out.header.size() < 12) std::abort();
    uint8_t sum = 0;
    for (const auto part : {base::ByteView(out.header), out.payload_prefix, out.payload}) {
      for (const uint8_t byte : part) sum = static_cast<uint8_t>(sum + byte);
    }
    sum_ = sum;
  }
  void SendRtcp(base::ByteView compound) override {
    if (!rtp::rtcp::IsWellFormed(compound)) std::abort();
  }

 private:
  rtp::ExtensionMap map_;
  volatile uint8_t sum_ = 0;
};

class Observer final : public GraphObserver {
  void OnTrackStalled(const TrackId&, bool) override {}
  void OnSpeakers(GroupId, std::span<const Speaker>) override {}
  void OnCodecUnsupported(PeerId, uint32_t, rtp::MediaKind, rtp::Codec) override {}
};

constexpr Source kSource{PeerId(1), 0};
constexpr TrackId kAudio{kSource, rtp::MediaKind::kAudio};
constexpr TrackId kVideo{kSource, rtp::MediaKind::kVideo};

class Room {
 public:
  Room() {
    publisher_ = graph_.AddPeer(PeerId(1), GroupId(1), transport_, 1).value();
    receiver_ = graph_.AddPeer(PeerId(2), GroupId(1), transport_, 2).value();
    publisher_->OnConnected(now_);
    receiver_->OnConnected(now_);
    (void)graph_.AddTrack(kAudio, 0, {}, now_);
    (void)graph_.AddTrack(kVideo, 1, {.layers = {{160, 90}, {320, 180}, {640, 360}}}, now_);
    HalfConfig audio{.media = 0, .mid = "0", .ssrc = 100};
    audio.For(rtp::Codec::kOpus) = {111, 0};
    HalfConfig video{.media = 1, .mid = "1", .cname = "c", .ssrc = 200, .rtx_ssrc = 201};
    video.For(rtp::Codec::kVp8) = {96, 97};
    video.For(rtp::Codec::kH264) = {98, 99};
    (void)graph_.AddSlot(PeerId(2), {0, audio, video});
    Assign(3, 0);
  }

  void Step(uint8_t what, uint8_t detail, base::ByteView bytes) {
    switch (what % 8) {
      case 0:
      case 1:
        Rtp(detail, bytes);
        break;
      case 2:
        publisher_->OnRtcp(bytes, now_);
        break;
      case 3:
        receiver_->OnRtcp(bytes, now_);
        break;
      case 4:
        now_ += 1ms * detail;
        graph_.HandleTimeout(now_);
        break;
      case 5:
        Assign(detail, bytes.empty() ? 0 : bytes[0]);
        break;
      case 6:
        graph_.UpdateTrack(kVideo, {.muted = detail % 2 == 1}, now_);
        break;
      case 7:
        receiver_->OnTargetRate(base::DataRate::KilobitsPerSecond(detail * 10), now_);
        break;
    }
  }

 private:
  void Rtp(uint8_t detail, base::ByteView bytes) {
    auto packet = rtp::ParsePacket(pool_.Copy(bytes), now_);
    if (!packet) return;
    const bool video = detail % 4 != 0;
    packet->codec =
        !video ? rtp::Codec::kOpus : (detail % 4 == 1 ? rtp::Codec::kH264 : rtp::Codec::kVp8);
    publisher_->OnRtp({static_cast<uint16_t>(video ? 1 : 0), static_cast<uint8_t>(detail / 4 % 4)},
                      *packet);
  }
  void Assign(uint8_t halves, uint8_t width) {
    if (halves % 8 == 7) {
      (void)graph_.Assign(PeerId(2), 0, std::nullopt, now_);
      return;
    }
    (void)graph_.Assign(PeerId(2), 0,
                        SlotContent{.source = kSource,
                                    .audio = (halves & 1) != 0,
                                    .video = (halves & 2) != 0,
                                    .max_width = static_cast<uint16_t>(width * 4),
                                    .max_height = static_cast<uint16_t>(width * 2)},
                        now_);
  }

  base::Time now_{1000s};
  base::SeededRandom random_{1};
  Observer observer_;
  Transport transport_;
  Graph graph_{observer_, random_, base::Calendar(base::FakeClock())};
  base::PacketPool pool_;
  rtp::PacketTransportObserver* publisher_ = nullptr;
  rtp::PacketTransportObserver* receiver_ = nullptr;
};

}  // namespace
}  // namespace plaza::sfu

// A step is its kind, a detail, the size of its bytes, and those.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  plaza::sfu::Room room;
  plaza::base::ByteReader reader({data, size});
  while (!reader.AtEnd()) {
    const uint8_t what = reader.U8();
    const uint8_t detail = reader.U8();
    const uint8_t length = reader.U8();
    room.Step(what, detail, reader.Read(std::min<size_t>(length, reader.remaining())));
  }
  return 0;
}
