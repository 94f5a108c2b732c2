// Cross-check with libsrtp2, both directions, over random packets.
#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include <algorithm>
#include <deque>
#include <optional>

#include "base/random.h"
#include "srtp/session.h"
#include "srtp/testing/packets.h"

namespace plaza::srtp {
namespace {

// libsrtp2 as one end.
class LibSrtp {
 public:
  LibSrtp(Profile profile, base::Bytes master, bool inbound, bool encrypt_rtcp = true)
      : master_(std::move(master)) {
    static const int initialized = srtp_init();
    EXPECT_EQ(initialized, srtp_err_status_ok);
    srtp_policy_t policy{};
    const auto id = profile == Profile::kAeadAes128Gcm ? srtp_profile_aead_aes_128_gcm
                                                       : srtp_profile_aes128_cm_sha1_80;
    EXPECT_EQ(srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, id), srtp_err_status_ok);
    EXPECT_EQ(srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, id), srtp_err_status_ok);
    if (!encrypt_rtcp) policy.rtcp.sec_serv = sec_serv_auth;
    policy.ssrc.type = inbound ? ssrc_any_inbound : ssrc_any_outbound;
    policy.key = master_.data();
    policy.window_size = 1024;
    EXPECT_EQ(srtp_create(&session_, &policy), srtp_err_status_ok);
  }
  ~LibSrtp() { srtp_dealloc(session_); }

  using Function = srtp_err_status_t (*)(srtp_t, void*, int*);
  // What `function` makes of `packet`; nothing if it refuses.
  std::optional<base::Bytes> Run(Function function, const base::Bytes& packet) {
    // libsrtp2 works in place, on words.
    alignas(8) uint8_t buffer[2048];
    std::copy(packet.begin(), packet.end(), buffer);
    int size = static_cast<int>(packet.size());
    if (function(session_, buffer, &size) != srtp_err_status_ok) return std::nullopt;
    return base::Bytes(buffer, buffer + size);
  }

 private:
  base::Bytes master_;
  srtp_t session_ = nullptr;
};

struct Packet {
  base::Bytes header;
  base::Bytes payload;
  base::Bytes whole;
};

class LibSrtpTest : public ::testing::TestWithParam<Profile> {
 protected:
  LibSrtpTest() : master_(kMasterKeySize + MasterSaltSize(GetParam())) { random_.Fill(master_); }

  Packet RandomPacket(uint16_t sequence_number) {
    const auto ssrc = static_cast<uint32_t>(1 + random_.Below(3));
    const auto csrcs = static_cast<uint8_t>(random_.Below(16));
    const auto words = static_cast<uint16_t>(random_.Below(6));
    Packet packet{testing::RtpHeader(sequence_number, ssrc, csrcs, words),
                  base::Bytes(random_.Below(1200)),
                  {}};
    random_.Fill(packet.payload);
    if (!packet.payload.empty() && random_.Below(4) == 0) {
      packet.header[0] |= 0x20;  // The last bytes are padding; SRTP does not care.
      packet.payload.back() = 1;
    }
    packet.whole = packet.header;
    packet.whole.insert(packet.whole.end(), packet.payload.begin(), packet.payload.end());
    return packet;
  }

  base::Bytes RandomReport() {
    base::Bytes report = testing::ReceiverReport(static_cast<uint32_t>(random_.Below(3)));
    const size_t head = report.size();
    report.resize(head + 4 * random_.Below(250));
    random_.Fill(std::span(report).subspan(head));
    return report;
  }

  base::SeededRandom random_{static_cast<uint64_t>(GetParam())};
  base::Bytes master_;
};

INSTANTIATE_TEST_SUITE_P(Profiles, LibSrtpTest,
                         ::testing::Values(Profile::kAeadAes128Gcm, Profile::kAes128CmSha1Tag80),
                         [](const auto& profile) {
                           return profile.param == Profile::kAeadAes128Gcm ? "Gcm" : "Cm";
                         });

TEST_P(LibSrtpTest, OpensOurPacketsThroughTwoTurns) {
  LibSrtp theirs(GetParam(), master_, /*inbound=*/true);
  auto ours = OutboundSession::Create(GetParam(), master_).value();
  for (uint32_t i = 0; i < 3 * 65536; i += 1 + static_cast<uint32_t>(random_.Below(300))) {
    const Packet packet = RandomPacket(static_cast<uint16_t>(i));
    base::Bytes out(2048);
    const Outcome outcome = ours.ProtectRtp(packet.header, packet.payload, out);
    ASSERT_TRUE(outcome.ok()) << ToString(outcome.verdict);
    out.resize(outcome.size);
    ASSERT_EQ(theirs.Run(&srtp_unprotect, out), packet.whole) << i;
  }
}

TEST_P(LibSrtpTest, WeOpenTheirsReorderedAndRefuseReplays) {
  LibSrtp theirs(GetParam(), master_, /*inbound=*/false);
  auto ours = InboundSession::Create(GetParam(), master_).value();
  std::deque<std::pair<Packet, base::Bytes>> in_flight;
  base::Bytes last;
  const auto deliver = [&](size_t which) {
    auto [packet, bytes] = in_flight[which];
    in_flight.erase(in_flight.begin() + static_cast<std::ptrdiff_t>(which));
    base::Bytes out(bytes.size());
    const Outcome outcome = ours.UnprotectRtp(bytes, out);
    ASSERT_TRUE(outcome.ok()) << ToString(outcome.verdict);
    out.resize(outcome.size);
    ASSERT_EQ(out, packet.whole);
    ASSERT_EQ(ours.UnprotectRtp(bytes, out).verdict, Verdict::kReplayed);
  };
  for (uint32_t i = 0; i < 3 * 65536; i += 1 + static_cast<uint32_t>(random_.Below(20))) {
    const Packet packet = RandomPacket(static_cast<uint16_t>(i));
    const auto bytes = theirs.Run(&srtp_protect, packet.whole);
    ASSERT_TRUE(bytes);
    in_flight.emplace_back(packet, *bytes);
    if (i == 0) {
      // A stream begins in order, or its first turn could not be known.
      ASSERT_NO_FATAL_FAILURE(deliver(0));
    } else if (in_flight.size() > 20) {
      // None is held back until it is older than the replay window.
      const auto age = static_cast<uint16_t>(i - base::LoadU16(&in_flight[0].first.header[2]));
      ASSERT_NO_FATAL_FAILURE(deliver(age > 900 ? 0 : random_.Below(in_flight.size())));
    }
  }
}

TEST_P(LibSrtpTest, OpensOurReports) {
  LibSrtp theirs(GetParam(), master_, /*inbound=*/true);
  auto ours = OutboundSession::Create(GetParam(), master_).value();
  for (int i = 0; i < 500; ++i) {
    const base::Bytes report = RandomReport();
    base::Bytes out = report;
    out.resize(2048);
    const Outcome outcome = ours.ProtectRtcp(base::ByteView(out).first(report.size()), out);
    ASSERT_TRUE(outcome.ok());
    ASSERT_EQ(outcome.size, report.size() + RtcpOverhead(GetParam()));
    out.resize(outcome.size);
    ASSERT_EQ(theirs.Run(&srtp_unprotect_rtcp, out), report);
  }
}

TEST_P(LibSrtpTest, WeOpenTheirReports) {
  LibSrtp theirs(GetParam(), master_, /*inbound=*/false);
  auto ours = InboundSession::Create(GetParam(), master_).value();
  for (int i = 0; i < 500; ++i) {
    const base::Bytes report = RandomReport();
    auto bytes = theirs.Run(&srtp_protect_rtcp, report);
    ASSERT_TRUE(bytes);
    const Outcome outcome = ours.UnprotectRtcp(*bytes, *bytes);
    ASSERT_TRUE(outcome.ok()) << ToString(outcome.verdict);
    bytes->resize(outcome.size);
    ASSERT_EQ(*bytes, report);
  }
}

TEST_P(LibSrtpTest, WeOpenTheirReportsThatAreOnlyAuthenticated) {
  LibSrtp theirs(GetParam(), master_, /*inbound=*/false, /*encrypt_rtcp=*/false);
  auto ours = InboundSession::Create(GetParam(), master_).value();
  const base::Bytes report = RandomReport();
  const auto bytes = theirs.Run(&srtp_protect_rtcp, report);
  ASSERT_TRUE(bytes);
  ASSERT_TRUE(std::equal(report.begin(), report.end(), bytes->begin())) << "not encrypted";
  base::Bytes forged = *bytes;
  forged[9] ^= 1;
  EXPECT_EQ(ours.UnprotectRtcp(forged, forged).verdict, Verdict::kAuthFailed);
  base::Bytes out(bytes->size());
  const Outcome outcome = ours.UnprotectRtcp(*bytes, out);
  ASSERT_TRUE(outcome.ok()) << ToString(outcome.verdict);
  out.resize(outcome.size);
  EXPECT_EQ(out, report);
}

}  // namespace
}  // namespace plaza::srtp
