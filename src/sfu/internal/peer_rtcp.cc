// What a participant reports and asks for, and what is reported to it.
#include <array>

#include "rtp/rtcp/keyframe_request.h"
#include "rtp/rtcp/nack.h"
#include "rtp/rtcp/reports.h"
#include "rtp/rtcp/source_description.h"
#include "sfu/internal/peer.h"

namespace plaza::sfu {

using rtp::rtcp::CompoundWriter;

void Peer::OnRtcp(base::ByteView compound, base::Time now) {
  rtp::rtcp::CompoundReader reader(compound);
  while (const auto element = reader.Next()) OnElement(*element, now);
}

void Peer::OnElement(const rtp::rtcp::Element& element, base::Time now) {
  if (const auto report = rtp::rtcp::ParseSenderReport(element)) {
    for (Publication* publication : publications_) {
      if (publication->OnSenderReport(*report, clock_, now)) break;
    }
  }
  const auto blocks = rtp::rtcp::ReportBlocksOf(element);
  for (size_t i = 0; i < blocks.size(); ++i) {
    const auto block = blocks[i];
    if (Subscription* subscription = FindSubscription(block.ssrc)) {
      subscription->OnReportBlock(block, now);
    }
  }
  if (blocks.size() > 0 && outlet_.rtt) {
    for (Publication* publication : publications_) publication->SetRtt(*outlet_.rtt);
  }
  if (const auto nack = rtp::rtcp::ParseNack(element)) {
    if (Subscription* subscription = FindSubscription(nack->media_ssrc)) {
      nack->ForEach([&](uint16_t number) { subscription->OnNack(number, now); });
    }
  }
  if (const auto pli = rtp::rtcp::ParsePli(element)) OnKeyframeRequest(pli->media_ssrc, now);
  if (const auto fir = rtp::rtcp::ParseFir(element)) {
    for (size_t i = 0; i < fir->size(); ++i) OnKeyframeRequest((*fir)[i].ssrc, now);
  }
}

void Peer::OnKeyframeRequest(uint32_t ssrc, base::Time now) {
  const Subscription* subscription = FindSubscription(ssrc);
  if (!subscription || !subscription->current()) return;
  if (subscription->kind() != rtp::MediaKind::kVideo) return;
  subscription->track()->DemandKeyframe(*subscription->current(), now);
}

void Peer::WriteSenderReports(RtcpOut& out, base::Time now) {
  for (const auto& [index, slot] : slots_) {
    for (Subscription* subscription : {slot->audio.get(), slot->video.get()}) {
      const auto report = subscription ? subscription->SenderReport(now) : std::nullopt;
      if (!report) continue;
      out.Add([&](CompoundWriter& writer) { return WriteSenderReport(writer, *report); });
      const HalfConfig& config = subscription->stream().config();
      if (config.cname.empty()) continue;
      out.Add(
          [&](CompoundWriter& writer) { return WriteCname(writer, config.ssrc, config.cname); });
    }
  }
}

void Peer::WriteReceiverReports(RtcpOut& out, base::Time now) {
  std::array<rtp::rtcp::ReportBlock, rtp::rtcp::kMaxReportBlocks> blocks;
  size_t count = 0;
  const auto write = [&] {
    out.Add([&](CompoundWriter& writer) {
      return WriteReceiverReport(writer, local_ssrc_, std::span(blocks).first(count));
    });
    count = 0;
  };
  for (Publication* publication : publications_) {
    publication->CollectReports(now, [&](const rtp::rtcp::ReportBlock& block) {
      blocks[count++] = block;
      if (count == blocks.size()) write();
    });
  }
  if (count > 0) write();
}

}  // namespace plaza::sfu
