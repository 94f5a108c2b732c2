// Opens arbitrary bytes as SRTP and SRTCP with both profiles, and protects them as RTP and RTCP.
// Input: a sequence of packets, each after its length in two bytes.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "srtp/session.h"

namespace {

using plaza::base::ByteReader;
using plaza::base::Bytes;
using plaza::base::ByteView;
namespace srtp = plaza::srtp;

struct Sessions {
  explicit Sessions(srtp::Profile profile)
      : master(srtp::kMasterKeySize + srtp::MasterSaltSize(profile), 0x11),
        outbound(srtp::OutboundSession::Create(profile, master).value()),
        peer(srtp::InboundSession::Create(profile, master).value()),
        inbound(srtp::InboundSession::Create(profile, master).value()) {}

  Bytes master;
  srtp::OutboundSession outbound;
  srtp::InboundSession peer;     ///< hears what `outbound` says, in order
  srtp::InboundSession inbound;  ///< hears arbitrary bytes
};

void Require(bool holds) {
  if (!holds) std::abort();
}

// What is protected opens again as it was.
void RoundTrip(Sessions& sessions, ByteView packet) {
  Bytes out(packet.size() + srtp::kMaxRtcpOverhead);
  Bytes back(out.size());
  const auto rtcp = sessions.outbound.ProtectRtcp(packet, out);
  if (rtcp.ok()) {
    const auto opened = sessions.peer.UnprotectRtcp(ByteView(out).first(rtcp.size), back);
    Require(opened.ok() && std::equal(packet.begin(), packet.end(), back.begin()));
  }
  for (const size_t header_size : {size_t{12}, size_t{16}, size_t{20}}) {
    if (packet.size() < header_size) continue;
    const auto rtp =
        sessions.outbound.ProtectRtp(packet.first(header_size), packet.subspan(header_size), out);
    if (!rtp.ok()) continue;
    const auto opened = sessions.peer.UnprotectRtp(ByteView(out).first(rtp.size), back);
    Require(opened.ok() && std::equal(packet.begin(), packet.end(), back.begin()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::array<Sessions, 2> both = {Sessions(srtp::Profile::kAeadAes128Gcm),
                                  Sessions(srtp::Profile::kAes128CmSha1Tag80)};
  ByteReader reader({data, size});
  while (reader.remaining() > 2) {
    const size_t length = std::min<size_t>(reader.U16(), reader.remaining());
    const ByteView packet = reader.Read(length);
    Bytes out(packet.size());
    for (Sessions& sessions : both) {
      (void)sessions.inbound.UnprotectRtp(packet, out);
      (void)sessions.inbound.UnprotectRtcp(packet, out);
      RoundTrip(sessions, packet);
    }
  }
  return 0;
}
