// Cost of protecting and opening one RTP packet of 1,200 bytes: ours, and libsrtp2 beside it.
#include <benchmark/benchmark.h>
#include <srtp2/srtp.h>

#include <array>
#include <cstring>
#include <vector>

#include "srtp/session.h"

namespace {

using plaza::base::Bytes;
using plaza::base::StoreU16;
using plaza::base::StoreU32;
namespace srtp = plaza::srtp;

constexpr size_t kHeaderSize = 12;
constexpr size_t kPayloadSize = 1200 - kHeaderSize;
/// Packets made ahead for opening, which can be done once only with each; also the replay window's
/// size.
constexpr size_t kBatch = 512;

Bytes Master(srtp::Profile profile) {
  return Bytes(srtp::kMasterKeySize + srtp::MasterSaltSize(profile), 0x5a);
}

void SetSequence(uint8_t* header, uint16_t sequence_number) {
  StoreU16(header, 0x8060);
  StoreU16(header + 2, sequence_number);
  StoreU32(header + 8, 0xcafe);
}

void Protect(benchmark::State& state, srtp::Profile profile, size_t prefix_size) {
  auto session = srtp::OutboundSession::Create(profile, Master(profile)).value();
  std::array<uint8_t, kHeaderSize> header{};
  const std::array<uint8_t, 2> prefix{};
  const Bytes payload(kPayloadSize, 1);
  Bytes out(1500);
  uint16_t sequence_number = 0;
  for (auto _ : state) {
    SetSequence(header.data(), sequence_number++);
    const auto outcome =
        session.ProtectRtp(header, plaza::base::ByteView(prefix).first(prefix_size), payload, out);
    if (!outcome.ok()) state.SkipWithError("refused");
  }
}

void Open(benchmark::State& state, srtp::Profile profile) {
  auto sender = srtp::OutboundSession::Create(profile, Master(profile)).value();
  auto session = srtp::InboundSession::Create(profile, Master(profile)).value();
  const Bytes payload(kPayloadSize, 1);
  std::vector<Bytes> packets(kBatch,
                             Bytes(kHeaderSize + kPayloadSize + srtp::RtpOverhead(profile)));
  Bytes out(1500);
  uint16_t sequence_number = 0;
  size_t next = kBatch;
  for (auto _ : state) {
    if (next == kBatch) {
      state.PauseTiming();
      for (Bytes& packet : packets) {
        std::array<uint8_t, kHeaderSize> header{};
        SetSequence(header.data(), sequence_number++);
        sender.ProtectRtp(header, payload, packet);
      }
      next = 0;
      state.ResumeTiming();
    }
    if (!session.UnprotectRtp(packets[next++], out).ok()) state.SkipWithError("refused");
  }
}

srtp_t MakeLibSrtp(srtp::Profile profile, bool inbound, Bytes& master) {
  srtp_policy_t policy{};
  const auto id = profile == srtp::Profile::kAeadAes128Gcm ? srtp_profile_aead_aes_128_gcm
                                                           : srtp_profile_aes128_cm_sha1_80;
  srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, id);
  srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, id);
  policy.ssrc.type = inbound ? ssrc_any_inbound : ssrc_any_outbound;
  policy.key = master.data();
  policy.window_size = 1024;
  srtp_t session = nullptr;
  srtp_create(&session, &policy);
  return session;
}

void LibSrtpProtect(benchmark::State& state, srtp::Profile profile) {
  Bytes master = Master(profile);
  srtp_t session = MakeLibSrtp(profile, false, master);
  Bytes packet(1500, 1);
  uint16_t sequence_number = 0;
  for (auto _ : state) {
    SetSequence(packet.data(), sequence_number++);
    int size = kHeaderSize + kPayloadSize;
    if (srtp_protect(session, packet.data(), &size) != srtp_err_status_ok) {
      state.SkipWithError("refused");
    }
  }
  srtp_dealloc(session);
}

void LibSrtpOpen(benchmark::State& state, srtp::Profile profile) {
  auto sender = srtp::OutboundSession::Create(profile, Master(profile)).value();
  Bytes master = Master(profile);
  srtp_t session = MakeLibSrtp(profile, true, master);
  const Bytes payload(kPayloadSize, 1);
  std::vector<Bytes> packets(kBatch, Bytes(1500));
  uint16_t sequence_number = 0;
  size_t next = kBatch;
  for (auto _ : state) {
    if (next == kBatch) {
      state.PauseTiming();
      for (Bytes& packet : packets) {
        std::array<uint8_t, kHeaderSize> header{};
        SetSequence(header.data(), sequence_number++);
        sender.ProtectRtp(header, payload, packet);
      }
      next = 0;
      state.ResumeTiming();
    }
    int size = static_cast<int>(kHeaderSize + kPayloadSize + srtp::RtpOverhead(profile));
    if (srtp_unprotect(session, packets[next++].data(), &size) != srtp_err_status_ok) {
      state.SkipWithError("refused");
    }
  }
  srtp_dealloc(session);
}

constexpr auto kGcm = srtp::Profile::kAeadAes128Gcm;
constexpr auto kCm = srtp::Profile::kAes128CmSha1Tag80;

BENCHMARK_CAPTURE(Protect, gcm, kGcm, 0);
BENCHMARK_CAPTURE(Protect, gcm_rtx, kGcm, 2);
BENCHMARK_CAPTURE(Open, gcm, kGcm);
BENCHMARK_CAPTURE(LibSrtpProtect, gcm, kGcm);
BENCHMARK_CAPTURE(LibSrtpOpen, gcm, kGcm);
BENCHMARK_CAPTURE(Protect, cm, kCm, 0);
BENCHMARK_CAPTURE(Open, cm, kCm);
BENCHMARK_CAPTURE(LibSrtpProtect, cm, kCm);
BENCHMARK_CAPTURE(LibSrtpOpen, cm, kCm);

}  // namespace

int main(int argc, char** argv) {
  if (srtp_init() != srtp_err_status_ok) return 1;
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
