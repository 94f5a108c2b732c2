// How RTCP is put together.
#include "sfu/internal/rtcp_out.h"

#include <gtest/gtest.h>

#include "rtp/rtcp/keyframe_request.h"
#include "rtp/rtcp/reports.h"
#include "sfu/testing/fake_transport.h"

namespace plaza::sfu {
namespace {

bool AddReport(rtp::rtcp::CompoundWriter& writer, uint32_t ssrc) {
  return rtp::rtcp::WriteSenderReport(writer, {.sender_ssrc = ssrc});
}

TEST(RtcpOut, WhatFitsLeavesTogether) {
  testing::FakeTransport transport;
  {
    RtcpOut out(transport);
    out.Add([](auto& writer) { return AddReport(writer, 1); });
    out.Add([](auto& writer) { return rtp::rtcp::WritePli(writer, {1, 2}); });
    EXPECT_TRUE(transport.rtcp.empty());
  }
  ASSERT_EQ(transport.rtcp.size(), 1u);
  EXPECT_EQ(transport.rtcp[0].size(), 28u + 12u);
}

TEST(RtcpOut, WhatDoesNotFitLeavesInSeveralPacketsWithNothingLost) {
  testing::FakeTransport transport;
  {
    RtcpOut out(transport);
    for (uint32_t i = 0; i < 100; ++i) {
      out.Add([i](auto& writer) { return AddReport(writer, i); });
    }
  }
  ASSERT_EQ(transport.rtcp.size(), 3u);
  uint32_t expected = 0;
  for (const base::Bytes& compound : transport.rtcp) {
    EXPECT_LE(compound.size(), RtcpOut::kMaxSize);
    rtp::rtcp::CompoundReader reader(compound);
    while (const auto element = reader.Next()) {
      EXPECT_EQ(rtp::rtcp::ParseSenderReport(*element)->sender_ssrc, expected++);
    }
  }
  EXPECT_EQ(expected, 100u);
}

TEST(RtcpOut, NothingSendsNothing) {
  testing::FakeTransport transport;
  { RtcpOut out(transport); }
  EXPECT_TRUE(transport.rtcp.empty());
}

}  // namespace
}  // namespace plaza::sfu
