// Packets with any numbers, times and payloads into everything that keeps state over them: frame
// assembly, audio jitter buffer, NACK, history and statistics. The first byte chooses the codec.
#include <cstdlib>

#include "rtp/audio_jitter_buffer.h"
#include "rtp/frame_assembler.h"
#include "rtp/frame_info.h"
#include "rtp/nack_generator.h"
#include "rtp/packet_history.h"
#include "rtp/receive_statistics.h"

using namespace plaza;

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

class Receiver {
 public:
  explicit Receiver(rtp::Codec codec) : codec_(codec), assembler_(codec) {}

  // Reads one packet from the input and takes it in.
  void Step(base::ByteReader& reader) {
    const uint8_t flags = reader.U8();
    rtp::Packet packet;
    packet.header.marker = (flags & 1) != 0;
    packet.recovered = (flags & 2) != 0;
    now_ += base::Duration((flags & 4) != 0 ? reader.U8() * 10'000 : 1'000);
    number_ = static_cast<uint16_t>((flags & 8) != 0 ? reader.U16() : number_ + 1);
    if ((flags & 16) != 0) timestamp_ += 960;
    if ((flags & 32) != 0) timestamp_ = reader.U32();
    const size_t wanted = (flags & 64) != 0 ? reader.U8() : 4;
    const base::ByteView payload = reader.Read(std::min(wanted, reader.remaining()));
    packet.header.sequence_number = number_;
    packet.header.timestamp = timestamp_;
    packet.arrival = now_;
    packet.codec = codec_;
    packet.buffer = pool_.Copy(payload);
    packet.payload_size = static_cast<uint16_t>(payload.size());
    Take(packet);
  }

 private:
  void Take(const rtp::Packet& packet) {
    const rtp::FrameInfo info = rtp::ReadFrameInfo(packet);
    const auto event = nack_.OnPacket(number_, info.keyframe && info.first_packet, now_);
    if (event == rtp::NackGenerator::Event::kReset) history_.Clear();
    Require(nack_.missing() < rtp::NackGenerator::kWindow);
    uint16_t lost[16];
    Require(nack_.Collect(now_, lost) <= 16);
    Require((nack_.missing() == 0) == (nack_.NextDeadline() == base::kNever));

    history_.Add(packet);
    if (const rtp::Packet* found = history_.Find(number_, now_)) {
      Require(found->header.sequence_number == number_);
    }
    history_.Expire(now_);

    statistics_.OnPacket(packet);
    (void)statistics_.BuildReportBlock(now_);

    assembler_.Add(packet);
    for (int i = 0; assembler_.Next(now_); ++i) Require(i < 2'000);
    audio_.Add(packet);
    for (int i = 0; audio_.Pop(now_); ++i) Require(i < 2'000);
  }

  rtp::Codec codec_;
  base::PacketPool pool_;
  rtp::NackGenerator nack_;
  rtp::PacketHistory history_{64, base::Duration(500'000)};
  rtp::ReceiveStatistics statistics_{1, 48'000};
  rtp::FrameAssembler assembler_;
  rtp::AudioJitterBuffer audio_{48'000};
  base::Time now_{base::Duration(1'000'000'000)};
  uint16_t number_ = 65'530;
  uint32_t timestamp_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  Receiver receiver((data[0] & 1) == 0 ? rtp::Codec::kVp8 : rtp::Codec::kH264);
  base::ByteReader reader({data + 1, size - 1});
  while (reader.ok() && !reader.AtEnd()) receiver.Step(reader);
  return 0;
}
