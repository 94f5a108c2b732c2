// Sessions against each other: what is opened is what was protected, and nothing else is opened.
#include "srtp/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "base/random.h"
#include "srtp/testing/packets.h"

namespace plaza::srtp {
namespace {

using testing::RtpHeader;
using testing::Sequence;

class SessionTest : public ::testing::TestWithParam<Profile> {
 protected:
  SessionTest() {
    base::SeededRandom(99).Fill(master_);
    master_.resize(kMasterKeySize + MasterSaltSize(GetParam()));
    outbound_.emplace(OutboundSession::Create(GetParam(), master_).value());
    inbound_.emplace(InboundSession::Create(GetParam(), master_).value());
  }

  // A protected packet, or nothing.
  base::Bytes Protect(const base::Bytes& header, base::ByteView payload) {
    base::Bytes out(header.size() + payload.size() + kMaxRtpOverhead);
    const Outcome outcome = outbound_->ProtectRtp(header, payload, out);
    out.resize(outcome.size);
    return out;
  }
  base::Bytes Protect(uint16_t sequence_number, uint32_t ssrc = 1) {
    return Protect(RtpHeader(sequence_number, ssrc), payload_);
  }
  base::Bytes ProtectReport(uint32_t ssrc = 1) {
    base::Bytes out(report_.size() + kMaxRtcpOverhead);
    base::StoreU32(report_.data() + 4, ssrc);
    out.resize(outbound_->ProtectRtcp(report_, out).size);
    return out;
  }
  Verdict Open(base::Bytes packet) { return inbound_->UnprotectRtp(packet, packet).verdict; }
  Verdict OpenReport(base::Bytes packet) { return inbound_->UnprotectRtcp(packet, packet).verdict; }

  base::Bytes master_ = base::Bytes(30);
  base::Bytes payload_ = Sequence(100);
  base::Bytes report_ = testing::ReceiverReport();
  std::optional<OutboundSession> outbound_;
  std::optional<InboundSession> inbound_;
};

INSTANTIATE_TEST_SUITE_P(Profiles, SessionTest,
                         ::testing::Values(Profile::kAeadAes128Gcm, Profile::kAes128CmSha1Tag80),
                         [](const auto& profile) {
                           return profile.param == Profile::kAeadAes128Gcm ? "Gcm" : "Cm";
                         });

TEST_P(SessionTest, RefusesAMasterOfWrongSize) {
  EXPECT_FALSE(OutboundSession::Create(GetParam(), base::Bytes(master_.size() - 1)).ok());
  EXPECT_FALSE(InboundSession::Create(GetParam(), base::Bytes(master_.size() + 1)).ok());
}

TEST_P(SessionTest, OpensWhatItProtected) {
  for (size_t size : {0u, 1u, 15u, 16u, 17u, 1200u}) {
    const base::Bytes header = RtpHeader(static_cast<uint16_t>(size), 1, 2, 3);
    const base::Bytes payload = Sequence(size);
    const base::Bytes packet = Protect(header, payload);
    ASSERT_EQ(packet.size(), header.size() + size + RtpOverhead(GetParam()));
    EXPECT_TRUE(std::equal(header.begin(), header.end(), packet.begin()));
    base::Bytes out(packet.size());
    const Outcome outcome = inbound_->UnprotectRtp(packet, out);
    ASSERT_EQ(outcome.verdict, Verdict::kOk);
    ASSERT_EQ(outcome.size, header.size() + size);
    EXPECT_TRUE(std::equal(header.begin(), header.end(), out.begin()));
    EXPECT_TRUE(std::equal(payload.begin(), payload.end(), out.begin() + header.size()));
  }
}

TEST_P(SessionTest, APrefixIsEncryptedBeforeThePayload) {
  const base::Bytes header = RtpHeader(1, 1);
  const uint8_t prefix[2] = {0xab, 0xcd};
  base::Bytes packet(header.size() + 2 + payload_.size() + RtpOverhead(GetParam()));
  ASSERT_TRUE(outbound_->ProtectRtp(header, prefix, payload_, packet).ok());
  const Outcome outcome = inbound_->UnprotectRtp(packet, packet);
  ASSERT_EQ(outcome.size, header.size() + 2 + payload_.size());
  EXPECT_EQ(base::LoadU16(packet.data() + header.size()), 0xabcd);
  EXPECT_TRUE(std::equal(payload_.begin(), payload_.end(), packet.begin() + header.size() + 2));
}

TEST_P(SessionTest, ProtectsAPayloadWhereItLies) {
  const base::Bytes header = RtpHeader(1, 1);
  base::Bytes packet(header.size() + payload_.size() + RtpOverhead(GetParam()));
  std::copy(payload_.begin(), payload_.end(), packet.begin() + header.size());
  const base::ByteView in_place(packet.data() + header.size(), payload_.size());
  ASSERT_TRUE(outbound_->ProtectRtp(header, in_place, packet).ok());
  ASSERT_TRUE(inbound_->UnprotectRtp(packet, packet).ok());
  EXPECT_TRUE(std::equal(payload_.begin(), payload_.end(), packet.begin() + header.size()));
}

TEST_P(SessionTest, OpensNoPacketWithAnyBitChanged) {
  const base::Bytes packet = Protect(1);
  for (size_t bit = 0; bit < packet.size() * 8; ++bit) {
    base::Bytes changed = packet;
    changed[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    ASSERT_NE(Open(changed), Verdict::kOk) << "bit " << bit;
  }
  EXPECT_EQ(Open(packet), Verdict::kOk);

  const base::Bytes report = ProtectReport();
  for (size_t bit = 0; bit < report.size() * 8; ++bit) {
    base::Bytes changed = report;
    changed[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    ASSERT_NE(OpenReport(changed), Verdict::kOk) << "bit " << bit;
  }
  EXPECT_EQ(OpenReport(report), Verdict::kOk);
}

TEST_P(SessionTest, OpensEachPacketOnce) {
  const base::Bytes packet = Protect(1);
  EXPECT_EQ(Open(packet), Verdict::kOk);
  EXPECT_EQ(Open(packet), Verdict::kReplayed);
  const base::Bytes report = ProtectReport();
  EXPECT_EQ(OpenReport(report), Verdict::kOk);
  EXPECT_EQ(OpenReport(report), Verdict::kReplayed);
}

TEST_P(SessionTest, NeverProtectsTwoPacketsWithOneIndex) {
  ASSERT_FALSE(Protect(10).empty());
  EXPECT_TRUE(Protect(10).empty());
  EXPECT_FALSE(Protect(11).empty());
  EXPECT_FALSE(Protect(9).empty());
  EXPECT_TRUE(Protect(9).empty());
  EXPECT_FALSE(Protect(10, /*ssrc=*/2).empty());
}

TEST_P(SessionTest, FollowsTheSequenceNumberThroughItsTurns) {
  uint16_t sequence_number = 0x7000;
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(Open(Protect(sequence_number)), Verdict::kOk) << i;
    sequence_number += 0x6fff;
  }
}

TEST_P(SessionTest, OpensPacketsReorderedAroundTheTurn) {
  std::vector<base::Bytes> packets;
  for (uint32_t i = 65500; i < 65600; ++i) packets.push_back(Protect(static_cast<uint16_t>(i)));
  ASSERT_EQ(Open(packets[0]), Verdict::kOk);
  base::SeededRandom random(5);
  for (size_t i = packets.size() - 1; i > 1; --i) {
    std::swap(packets[i], packets[1 + random.Below(i)]);
  }
  for (size_t i = 1; i < packets.size(); ++i) ASSERT_EQ(Open(packets[i]), Verdict::kOk) << i;
  for (const base::Bytes& packet : packets) ASSERT_EQ(Open(packet), Verdict::kReplayed);
}

TEST_P(SessionTest, ForgetsWhatIsOlderThanTheWindow) {
  const base::Bytes old = Protect(0);
  const base::Bytes kept = Protect(1);
  EXPECT_EQ(Open(Protect(1024)), Verdict::kOk);
  EXPECT_EQ(Open(old), Verdict::kReplayed);
  EXPECT_EQ(Open(kept), Verdict::kOk);

  const base::Bytes old_report = ProtectReport();
  const base::Bytes kept_report = ProtectReport();
  for (int i = 2; i < 128; ++i) ProtectReport();
  EXPECT_EQ(OpenReport(ProtectReport()), Verdict::kOk);
  EXPECT_EQ(OpenReport(old_report), Verdict::kReplayed);
  EXPECT_EQ(OpenReport(kept_report), Verdict::kOk);
}

TEST_P(SessionTest, ForgedPacketsDisturbNoStream) {
  ASSERT_EQ(Open(Protect(1)), Verdict::kOk);
  const base::Bytes genuine = Protect(2);
  base::Bytes forged = Protect(20000);
  forged.back() ^= 1;
  EXPECT_EQ(Open(forged), Verdict::kAuthFailed);
  // Had the forged packet moved the window, this one would be too old.
  EXPECT_EQ(Open(genuine), Verdict::kOk);
}

TEST_P(SessionTest, KeepsABoundedNumberOfStreams) {
  for (uint32_t ssrc = 0; ssrc < kMaxStreams; ++ssrc) {
    ASSERT_EQ(Open(Protect(1, ssrc)), Verdict::kOk);
    ASSERT_EQ(OpenReport(ProtectReport(ssrc)), Verdict::kOk);
  }
  base::Bytes out(2000);
  EXPECT_EQ(outbound_->ProtectRtp(RtpHeader(1, kMaxStreams), payload_, out).verdict,
            Verdict::kTooManyStreams);
  EXPECT_EQ(outbound_->ProtectRtcp(testing::ReceiverReport(kMaxStreams), out).verdict,
            Verdict::kTooManyStreams);

  auto other = OutboundSession::Create(GetParam(), master_).value();
  const Outcome rtp = other.ProtectRtp(RtpHeader(1, kMaxStreams), payload_, out);
  EXPECT_EQ(inbound_->UnprotectRtp(base::ByteView(out).first(rtp.size), out).verdict,
            Verdict::kTooManyStreams);
  const Outcome rtcp = other.ProtectRtcp(testing::ReceiverReport(kMaxStreams), out);
  EXPECT_EQ(inbound_->UnprotectRtcp(base::ByteView(out).first(rtcp.size), out).verdict,
            Verdict::kTooManyStreams);
  EXPECT_EQ(Open(Protect(2, 0)), Verdict::kOk);
}

TEST_P(SessionTest, RefusesWhatIsNotAPacket) {
  base::Bytes out(2000);
  const base::Bytes packet = Protect(1);
  for (size_t size = 0; size < packet.size(); ++size) {
    const auto cut = base::ByteView(packet).first(size);
    EXPECT_NE(inbound_->UnprotectRtp(cut, out).verdict, Verdict::kOk);
    EXPECT_NE(inbound_->UnprotectRtcp(cut, out).verdict, Verdict::kOk);
  }
  EXPECT_EQ(inbound_->UnprotectRtp({}, out).verdict, Verdict::kMalformed);
  EXPECT_EQ(inbound_->UnprotectRtcp({}, out).verdict, Verdict::kMalformed);

  base::Bytes version1 = packet;
  version1[0] = 0x40;
  EXPECT_EQ(inbound_->UnprotectRtp(version1, out).verdict, Verdict::kMalformed);
  EXPECT_EQ(outbound_->ProtectRtp(base::ByteView(version1).first(12), payload_, out).verdict,
            Verdict::kMalformed);
  EXPECT_EQ(outbound_->ProtectRtcp(version1, out).verdict, Verdict::kMalformed);

  base::Bytes long_extension = Protect(RtpHeader(2, 1, 0, 1), payload_);
  long_extension[14] = 0xff;
  EXPECT_EQ(inbound_->UnprotectRtp(long_extension, out).verdict, Verdict::kMalformed);
  base::Bytes header = RtpHeader(2, 1);
  header.push_back(0);  // Not part of a header.
  EXPECT_EQ(outbound_->ProtectRtp(header, payload_, out).verdict, Verdict::kMalformed);
  EXPECT_EQ(outbound_->ProtectRtcp(base::ByteView(report_).first(7), out).verdict,
            Verdict::kMalformed);
}

TEST_P(SessionTest, WritesNothingWhereThereIsNoRoom) {
  const base::Bytes header = RtpHeader(1, 1);
  base::Bytes small(header.size() + payload_.size() + RtpOverhead(GetParam()) - 1);
  EXPECT_EQ(outbound_->ProtectRtp(header, payload_, small).verdict, Verdict::kNoRoom);
  const base::Bytes packet = Protect(1);  // The failed attempt used no index.
  base::Bytes out(packet.size() - RtpOverhead(GetParam()) - 1);
  EXPECT_EQ(inbound_->UnprotectRtp(packet, out).verdict, Verdict::kNoRoom);
  EXPECT_EQ(Open(packet), Verdict::kOk);

  small.resize(report_.size() + RtcpOverhead(GetParam()) - 1);
  EXPECT_EQ(outbound_->ProtectRtcp(report_, small).verdict, Verdict::kNoRoom);
  out.resize(report_.size() - 1);
  EXPECT_EQ(inbound_->UnprotectRtcp(ProtectReport(), out).verdict, Verdict::kNoRoom);
}

}  // namespace
}  // namespace plaza::srtp
