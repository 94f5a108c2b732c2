// What the media graph alone costs for each forwarded packet: no crypto, no sockets.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "rtp/header_writer.h"
#include "rtp/rtcp/nack.h"
#include "rtp/test_packet.h"
#include "rtp/vp8.h"
#include "sfu/graph.h"

namespace {
uint64_t allocations = 0;
}  // namespace

// Counted, to show that forwarding takes no memory once it runs.
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace plaza::sfu {
namespace {

using namespace std::chrono_literals;

// Reads what it is given, as encryption would, and forgets it.
class NullTransport final : public rtp::PacketTransport {
 public:
  NullTransport() {
    uint8_t id = 1;
    for (auto extension : {rtp::Extension::kMid, rtp::Extension::kTransportCc,
                           rtp::Extension::kAbsSendTime, rtp::Extension::kVideoOrientation}) {
      map_.Set(extension, id++);
    }
  }
  const rtp::ExtensionMap& extensions() const override { return map_; }
  void SendRtp(const rtp::OutgoingRtp& packet, base::Time) override {
    ++packets;
    benchmark::DoNotOptimize(packet.header[2] + packet.payload.size());
    last_sequence_number = base::LoadU16(&packet.header[2]);
  }
  void SendRtcp(base::ByteView) override {}

  uint64_t packets = 0;
  uint16_t last_sequence_number = 0;

 private:
  rtp::ExtensionMap map_;
};

class Silence final : public GraphObserver {
  void OnTrackStalled(const TrackId&, bool) override {}
  void OnSpeakers(GroupId, std::span<const Speaker>) override {}
  void OnCodecUnsupported(PeerId, uint32_t, rtp::MediaKind, rtp::Codec) override {}
};

/// One publisher of one video encoding, and its subscribers.
class Room {
 public:
  Room(int subscribers, rtp::Codec codec) : codec_(codec) {
    publisher_ = graph_.AddPeer(PeerId(1), GroupId(1), transport_, 1).value();
    publisher_->OnConnected(now_);
    const TrackId track{{PeerId(1), 0}, rtp::MediaKind::kVideo};
    (void)graph_.AddTrack(track, 0, {.codec = codec}, now_);
    transports_.resize(static_cast<size_t>(subscribers));
    for (size_t i = 0; i < transports_.size(); ++i) AddSubscriber(i);
  }

  /// One packet arrives, every 2 ms; 8 make a frame.
  void Forward() {
    now_ += 2ms;
    const bool first = number_ % 8 == 0;
    if (first) timestamp_ += 1440;
    rtp::RtpHeader header{.payload_type = 96,
                          .marker = number_ % 8 == 7,
                          .sequence_number = number_++,
                          .timestamp = timestamp_,
                          .ssrc = 55};
    const bool keyframe = number_ == 1;
    rtp::Packet packet = rtp::MakeTestPacket(pool_, header, Payload(first, keyframe), {}, now_);
    packet.codec = codec_;
    publisher_->OnRtp({0, 0}, packet);
    if (number_ % 8 == 0) graph_.HandleTimeout(now_);
  }

  /// Every subscriber asks for the last packet again.
  void NackAll() {
    for (size_t i = 0; i < transports_.size(); ++i) {
      uint8_t bytes[32];
      rtp::rtcp::CompoundWriter writer(bytes);
      const uint16_t lost[] = {transports_[i].last_sequence_number};
      rtp::rtcp::WriteNack(writer, 1, Ssrc(i), lost);
      observers_[i]->OnRtcp(writer.written(), now_);
    }
  }

  uint64_t sent() const {
    uint64_t sum = 0;
    for (const NullTransport& transport : transports_) sum += transport.packets;
    return sum;
  }

 private:
  static uint32_t Ssrc(size_t i) { return static_cast<uint32_t>(1000 + i); }

  void AddSubscriber(size_t i) {
    const PeerId id(100 + i);
    observers_.push_back(graph_.AddPeer(id, GroupId(1), transports_[i], 1).value());
    observers_.back()->OnConnected(now_);
    HalfConfig half{.mid = "7", .ssrc = Ssrc(i), .rtx_ssrc = Ssrc(i) + 5000};
    half.For(codec_) = {96, 97};
    (void)graph_.AddSlot(id, {.video = half});
    (void)graph_.Assign(id, 0, SlotContent{.source = {PeerId(1), 0}, .video = true}, now_);
  }

  base::ByteView Payload(bool first, bool keyframe) {
    if (codec_ == rtp::Codec::kVp8) {
      const rtp::Vp8Descriptor descriptor{.start_of_partition = first,
                                          .picture_id = picture_id_ & 0x7FFF,
                                          .long_picture_id = true,
                                          .tl0_picture_index = static_cast<uint8_t>(picture_id_),
                                          .temporal_id = 0};
      if (first) ++picture_id_;
      const size_t size = rtp::WriteVp8Descriptor(descriptor, payload_);
      const uint8_t tag[] = {static_cast<uint8_t>(keyframe ? 0x10 : 0x11),
                             0,
                             0,
                             0x9D,
                             0x01,
                             0x2A,
                             0x40,
                             0x01,
                             0xB4,
                             0x00};
      std::copy(std::begin(tag), std::end(tag), payload_.begin() + static_cast<ptrdiff_t>(size));
    } else {
      payload_[0] = keyframe ? 0x67 : 0x41;
    }
    return payload_;
  }

  rtp::Codec codec_;
  base::Time now_{1000s};
  base::SeededRandom random_{1};
  Silence silence_;
  NullTransport transport_;
  std::vector<NullTransport> transports_;
  Graph graph_{silence_, random_, base::Calendar(base::FakeClock())};
  rtp::PacketTransportObserver* publisher_ = nullptr;
  std::vector<rtp::PacketTransportObserver*> observers_;
  base::PacketPool pool_;
  std::array<uint8_t, 1100> payload_{};
  uint16_t number_ = 0;
  uint16_t picture_id_ = 0;
  uint32_t timestamp_ = 0;
};

void Report(benchmark::State& state, uint64_t packets, uint64_t allocated) {
  state.SetItemsProcessed(static_cast<int64_t>(packets));
  state.counters["per_packet"] = benchmark::Counter(
      static_cast<double>(packets), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["allocations"] = static_cast<double>(allocated);
}

void Forward(benchmark::State& state, rtp::Codec codec) {
  Room room(static_cast<int>(state.range(0)), codec);
  for (int i = 0; i < 20'000; ++i) room.Forward();  // warm
  const uint64_t sent = room.sent();
  const uint64_t allocated = allocations;
  for (auto _ : state) room.Forward();
  Report(state, room.sent() - sent, allocations - allocated);
}

void Resend(benchmark::State& state) {
  Room room(50, rtp::Codec::kVp8);
  uint64_t sent = 0;
  for (int i = 0; i < 1000; ++i) room.Forward();
  for (auto _ : state) {
    state.PauseTiming();
    for (int i = 0; i < 8; ++i) room.Forward();
    const uint64_t before = room.sent();
    state.ResumeTiming();
    room.NackAll();
    sent += room.sent() - before;
  }
  Report(state, sent, 0);
}

BENCHMARK_CAPTURE(Forward, vp8, rtp::Codec::kVp8)->Arg(1)->Arg(50)->Arg(500);
BENCHMARK_CAPTURE(Forward, h264, rtp::Codec::kH264)->Arg(50);
BENCHMARK(Resend);

}  // namespace
}  // namespace plaza::sfu

BENCHMARK_MAIN();
