// Any bytes as a compound RTCP packet: every element through every parser.
#include <cstdlib>

#include "rtp/rtcp/bye.h"
#include "rtp/rtcp/compound.h"
#include "rtp/rtcp/extended_report.h"
#include "rtp/rtcp/keyframe_request.h"
#include "rtp/rtcp/nack.h"
#include "rtp/rtcp/remb.h"
#include "rtp/rtcp/reports.h"
#include "rtp/rtcp/source_description.h"
#include "rtp/rtcp/transport_feedback.h"

using namespace plaza;
using namespace plaza::rtp;

namespace {

// Uses what was read, so that a sanitizer sees reads outside.
volatile uint64_t sink;

void ReadReports(const rtcp::Element& element) {
  const auto blocks = rtcp::ReportBlocksOf(element);
  for (size_t i = 0; i < blocks.size(); ++i) sink = blocks[i].ssrc + blocks[i].jitter;
}

void ReadFeedback(const rtcp::Element& element) {
  if (const auto nack = rtcp::ParseNack(element)) {
    nack->ForEach([](uint16_t number) { sink = number; });
  }
  if (const auto pli = rtcp::ParsePli(element)) sink = pli->media_ssrc;
  if (const auto fir = rtcp::ParseFir(element)) {
    for (size_t i = 0; i < fir->size(); ++i) sink = (*fir)[i].ssrc;
  }
  if (const auto remb = rtcp::ParseRemb(element)) {
    if (remb->rate.bps() < 0) std::abort();
    for (size_t i = 0; i < remb->ssrcs.size(); ++i) sink = remb->ssrcs[i];
  }
  if (const auto feedback = rtcp::ParseTransportFeedback(element)) {
    rtcp::PacketStatusReader reader(*feedback);
    size_t count = 0;
    while (reader.Next()) ++count;
    if (count != feedback->status_count) std::abort();
  }
}

void ReadRest(const rtcp::Element& element) {
  rtcp::SdesReader sdes(element);
  while (const auto item = sdes.Next()) sink = item->ssrc + item->text.size();
  if (const auto bye = rtcp::ParseBye(element)) {
    for (size_t i = 0; i < bye->ssrcs.size(); ++i) sink = bye->ssrcs[i];
    if (!bye->reason.empty()) sink = static_cast<uint8_t>(bye->reason.back());
  }
  if (const auto report = rtcp::ParseExtendedReport(element)) {
    for (size_t i = 0; i < report->dlrr_size(); ++i) sink = report->dlrr_item(i).ssrc;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)rtcp::IsRtcp({data, size});
  rtcp::CompoundReader reader({data, size});
  while (const auto element = reader.Next()) {
    ReadReports(*element);
    ReadFeedback(*element);
    ReadRest(*element);
  }
  return 0;
}
