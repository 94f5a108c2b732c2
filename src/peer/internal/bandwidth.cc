#include "peer/internal/bandwidth.h"

#include "rtp/extension_reader.h"
#include "rtp/header_writer.h"
#include "rtp/ntp.h"
#include "rtp/rtcp/compound.h"
#include "rtp/rtcp/remb.h"
#include "rtp/rtcp/transport_feedback.h"

namespace plaza::peer::internal {

void Bandwidth::Stamp(const rtp::OutgoingRtp& packet, base::Time now) const {
  if (packet.transport_cc_offset != 0)
    rtp::StampTransportCc(packet.header, packet.transport_cc_offset, controller_.next_number());
  if (packet.abs_send_time_offset != 0)
    rtp::StampAbsSendTime(packet.header, packet.abs_send_time_offset, rtp::ToAbsSendTime(now));
}

void Bandwidth::OnSent(const rtp::OutgoingRtp& packet, size_t size, base::Time now) {
  if (packet.transport_cc_offset != 0) controller_.OnPacketSent(size, now);
}

void Bandwidth::OnPacket(const rtp::Packet& packet, const rtp::ExtensionMap& extensions) {
  const auto number = rtp::ReadTransportSequenceNumber(packet, extensions);
  if (!number) return;
  media_ssrc_ = packet.header.ssrc;
  arrivals_.OnPacket(*number, packet.arrival);
}

std::optional<base::DataRate> Bandwidth::OnRtcp(base::ByteView compound, base::Time now) {
  using rtp::rtcp::PacketType;
  rtp::rtcp::CompoundReader reader(compound);
  while (const auto element = reader.Next()) {
    if (element->Is(PacketType::kTransportFeedback, rtp::rtcp::kFormatTransportCc)) {
      if (const auto feedback = rtp::rtcp::ParseTransportFeedback(*element))
        controller_.OnTransportFeedback(*feedback, now);
    } else if (element->Is(PacketType::kPayloadFeedback, rtp::rtcp::kFormatApplication)) {
      if (const auto remb = rtp::rtcp::ParseRemb(*element)) controller_.OnRemb(remb->rate, now);
    }
  }
  return controller_.TakeChange();
}

base::ByteView Bandwidth::BuildFeedback(std::span<uint8_t> out, base::Time now) {
  if (now < arrivals_.NextDeadline()) return {};
  rtp::rtcp::CompoundWriter writer(out);
  return arrivals_.Build(writer, feedback_ssrc_, media_ssrc_) ? writer.written() : base::ByteView();
}

}  // namespace plaza::peer::internal
