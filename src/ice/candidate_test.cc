// Candidates as text: those of browsers, and what must not break us.
#include "ice/candidate.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace plaza::ice {
namespace {

using base::TransportProtocol;

TEST(Candidate, ReadsAHostCandidateOfABrowser) {
  const auto candidate = ParseCandidate(
      "2204237131 1 udp 2122265343 2001:db8::7 59943 typ host generation 0 ufrag aBcD network-id "
      "2");
  ASSERT_TRUE(candidate.ok());
  EXPECT_EQ(candidate->foundation, "2204237131");
  EXPECT_EQ(candidate->component, 1);
  EXPECT_EQ(candidate->protocol, TransportProtocol::kUdp);
  EXPECT_EQ(candidate->priority, 2122265343u);
  EXPECT_EQ(candidate->address, base::SocketAddress::Parse("[2001:db8::7]:59943"));
  EXPECT_EQ(candidate->type, CandidateType::kHost);
  EXPECT_EQ(candidate->ufrag, "aBcD");
  EXPECT_TRUE(candidate->usable());
}

TEST(Candidate, ReadsReflexiveAndTcpCandidates) {
  const auto reflexive = ParseCandidate(
      "candidate:1 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 10.0.1.1 rport 8998");
  ASSERT_TRUE(reflexive.ok());
  EXPECT_EQ(reflexive->type, CandidateType::kServerReflexive);
  EXPECT_EQ(reflexive->related, base::SocketAddress::Parse("10.0.1.1:8998"));
  const auto tcp = ParseCandidate(
      "a=candidate:4208751459 1 tcp 1518214911 198.51.100.7 9 typ host tcptype active generation "
      "0");
  ASSERT_TRUE(tcp.ok());
  EXPECT_EQ(tcp->protocol, TransportProtocol::kTcp);
  EXPECT_EQ(tcp->tcp_type, TcpType::kActive);
}

TEST(Candidate, WhatWeCannotUseIsNoError) {
  for (const char* text :
       {"1 1 udp 1 4f1ea3c2-7d1e-4a55-a8a9-0c5b53d8a1f0.local 50000 typ host",
        "1 1 udp 1 host.example 50000 typ host", "1 1 udp 1 fe80::1%eth0 50000 typ host",
        "1 2 udp 1 192.0.2.3 50000 typ host", "1 1 sctp 1 192.0.2.3 50000 typ host",
        "1 1 udp 1 192.0.2.3 50000 typ quantum", "1 1 udp 1 192.0.2.3 0 typ host",
        "1 1 udp 1 0.0.0.0 50000 typ host"}) {
    const auto candidate = ParseCandidate(text);
    ASSERT_TRUE(candidate.ok()) << text;
    EXPECT_FALSE(candidate->usable()) << text;
  }
}

TEST(Candidate, SkipsUnknownAndUnfinishedExtensions) {
  const auto candidate = ParseCandidate(
      "1  1 udp 1 192.0.2.3 5000  typ host x y tcptype sideways rport nonsense raddr ? lonely");
  ASSERT_TRUE(candidate.ok());
  EXPECT_TRUE(candidate->usable());
  EXPECT_FALSE(candidate->tcp_type);
  EXPECT_FALSE(candidate->related);
}

TEST(Candidate, NamesTheRuleThatABrokenOneBreaks) {
  for (const char* text :
       {"", "candidate:", "1", "a=candidate:a=candidate:1 1 udp 1 192.0.2.3 5000 typ host",
        "1 x udp 1 192.0.2.3 5000 typ host", "1 1", "1 1 udp -1 192.0.2.3 5000 typ host",
        "1 1 udp 4294967296 192.0.2.3 5000 typ host", "1 1 udp 1 192.0.2.3 65536 typ host",
        "1 1 udp 1 192.0.2.3 50a typ host", "1 1 udp 1", "1 1 udp 1 192.0.2.3 5000 host",
        "1 1 udp 1 192.0.2.3 5000 typ",
        "123456789012345678901234567890123 1 udp 1 192.0.2.3 5000 typ host"}) {
    const auto candidate = ParseCandidate(text);
    ASSERT_FALSE(candidate.ok()) << text;
    EXPECT_EQ(candidate.error().field, "candidate");
    EXPECT_FALSE(candidate.error().message.empty());
  }
  EXPECT_FALSE(ParseCandidate(std::string(kMaxCandidateBytes + 1, '1')).ok());
}

TEST(Candidate, WhatIsWrittenReadsBack) {
  for (const char* text :
       {"1 1 udp 2122265343 2001:db8::7 59943 typ host ufrag aBcD",
        "1 1 udp 1694498815 192.0.2.3 45664 typ srflx raddr 10.0.1.1 rport 8998",
        "842163049 1 tcp 1518214911 198.51.100.7 9 typ host tcptype active",
        "7 1 tcp 7 198.51.100.7 9 typ relay tcptype so", "7 1 udp 7 192.0.2.3 9 typ prflx"}) {
    const auto candidate = ParseCandidate(text);
    ASSERT_TRUE(candidate.ok()) << text;
    EXPECT_EQ(FormatCandidate(*candidate), text);
  }
}

TEST(Candidate, PriorityIsThatOfTheRfc) {
  EXPECT_EQ(CandidatePriority(CandidateType::kHost, 65535, 1), 2130706431u);
  EXPECT_EQ(CandidatePriority(CandidateType::kServerReflexive, 65535, 1), 1694498815u);
  EXPECT_EQ(CandidatePriority(CandidateType::kRelayed, 65535, 1), 16777215u);
  EXPECT_EQ(CandidatePriority(CandidateType::kPeerReflexive, 0, 2), 110u << 24 | 254);
}

TEST(Candidate, HostCandidatesRankTcpBelowUdpAndShareFoundationsByAddress) {
  const auto address = *base::SocketAddress::Parse("192.0.2.3:7000");
  const auto other_port = *base::SocketAddress::Parse("192.0.2.3:7001");
  const auto other_host = *base::SocketAddress::Parse("192.0.2.4:7000");
  const Candidate udp = HostCandidate(address, TransportProtocol::kUdp, 1);
  const Candidate tcp = HostCandidate(address, TransportProtocol::kTcp, 65535);
  EXPECT_GT(udp.priority, tcp.priority);
  EXPECT_EQ(tcp.tcp_type, TcpType::kPassive);
  EXPECT_NE(udp.foundation, tcp.foundation);
  EXPECT_EQ(udp.foundation, HostCandidate(other_port, TransportProtocol::kUdp, 1).foundation);
  EXPECT_NE(udp.foundation, HostCandidate(other_host, TransportProtocol::kUdp, 1).foundation);
  EXPECT_EQ(ParseCandidate(FormatCandidate(tcp)).value(), tcp);
  EXPECT_GT(HostCandidate(address, TransportProtocol::kUdp, 2).priority, udp.priority);
}

TEST(Candidate, SurvivesRandomText) {
  base::SeededRandom random(1);
  for (int round = 0; round < 20000; ++round)
    (void)ParseCandidate(random.String(random.Below(60), "1 udphostcaniey:.= typ local"));
}

}  // namespace
}  // namespace plaza::ice
