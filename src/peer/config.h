// How a peer is made.
#pragma once

#include <string>
#include <vector>

#include "dtls/transport.h"
#include "ice/candidate.h"
#include "peer/channel_observer.h"
#include "sdp/capabilities.h"

namespace plaza::peer {

/// kServer: ICE lite, DTLS passive, answers offers. kClient: full ICE controlling, DTLS active,
/// offers.
enum class Role : uint8_t { kServer, kClient };

struct Config {
  Role role = Role::kServer;
  /// Makes the DTLS transport; outlives the peer.
  dtls::TransportFactory* dtls = nullptr;
  sdp::Capabilities capabilities = sdp::DefaultCapabilities();
  /// Announced to the other side. A client also sends its checks from these addresses, which must
  /// be those that Path::local shows.
  std::vector<ice::Candidate> candidates;
  /// Hears of data channels and outlives the peer; without it none are agreed on.
  ChannelObserver* channels = nullptr;
  /// SSRC that our transport-wide feedback is sent from.
  uint32_t feedback_ssrc = 1;
};

}  // namespace plaza::peer
