// A conversation over transport-wide feedback: arrivals that the input chooses go into the
// generator, and its feedback, or the input's own, into the controller.
#include <array>
#include <cstdlib>

#include "cc/bandwidth_controller.h"
#include "cc/transport_feedback_generator.h"

using namespace plaza;

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

class Conversation {
 public:
  void Arrive(uint16_t number, int delay) {
    generator_.OnPacket(number, now_ + base::Duration(delay * 1'000));
  }
  void Send(size_t size) { controller_.OnPacketSent(size, now_); }
  void Wait(int ms) { now_ += base::Duration(ms * 1'000); }

  // What the generator makes must be well formed.
  void Report() {
    for (int i = 0; i < 64; ++i) {
      std::array<uint8_t, 1200> room;
      rtp::rtcp::CompoundWriter writer(room);
      if (!generator_.Build(writer, 1, 2)) return;
      Require(rtp::rtcp::IsWellFormed(writer.written()));
      const auto element = rtp::rtcp::CompoundReader(writer.written()).Next();
      const auto feedback = rtp::rtcp::ParseTransportFeedback(element.value());
      Require(feedback.has_value());
      controller_.OnTransportFeedback(*feedback, now_);
    }
    std::abort();  // it never ended
  }
  void Receive(base::ByteView body) {
    const auto feedback = rtp::rtcp::ParseTransportFeedback(
        {rtp::rtcp::PacketType::kTransportFeedback, rtp::rtcp::kFormatTransportCc, body});
    if (feedback) controller_.OnTransportFeedback(*feedback, now_);
  }
  void Check() const {
    const cc::RateLimits limits;
    Require(controller_.target() >= limits.min && controller_.target() <= limits.max);
  }

 private:
  cc::BandwidthController controller_;
  cc::TransportFeedbackGenerator generator_;
  base::Time now_{base::Duration(1'000'000'000)};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Conversation conversation;
  base::ByteReader reader({data, size});
  while (reader.ok() && !reader.AtEnd()) {
    const uint8_t what = reader.U8();
    switch (what % 5) {
      case 0:
        conversation.Arrive(reader.U16(), static_cast<int8_t>(reader.U8()));
        break;
      case 1:
        for (int i = what / 5; i >= 0; --i) conversation.Send(reader.U8() * size_t{6});
        break;
      case 2:
        conversation.Wait(reader.U16());
        break;
      case 3:
        conversation.Report();
        break;
      case 4:
        conversation.Receive(reader.Read(reader.U8() % (reader.remaining() + 1)));
        break;
    }
    conversation.Check();
  }
  return 0;
}
