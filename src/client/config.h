// How a participant is made: who enters which room, and what it sends and receives.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/socket_address.h"
#include "base/units.h"
#include "dtls/transport.h"
#include "rtp/packet.h"
#include "signal/messages.h"

namespace plaza::client {

/// Packets shaped like Opus: 20 ms each, with an audio level. They decode to nothing of sense.
struct AudioPattern {
  base::DataRate bitrate = base::DataRate::KilobitsPerSecond(32);
  uint8_t level = 30;  ///< -dBov, as RFC 6464 has it; 127: silence
};

/// Frames that are VP8 to everybody but a decoder: right descriptors and frame headers, made-up
/// contents that CheckVp8Frame() (vp8_pattern.h) recognizes.
struct VideoPattern {
  base::DataRate bitrate = base::DataRate::KilobitsPerSecond(600);  ///< of all layers together
  int frame_rate = 30;
  uint16_t width = 640;
  uint16_t height = 360;
  bool simulcast = false;  ///< three rids: q (a quarter of the size), h (half) and f
  /// A keyframe comes by itself this often, besides those that are asked for; zero: never.
  base::Duration keyframe_interval = std::chrono::seconds(10);
};

/// What is done with received packets. Both modes ask for what is lost and send all feedback.
enum class ReceiveMode : uint8_t {
  kFrames,   ///< frames are put together, and those of a VideoPattern checked
  kPackets,  ///< packets are counted only: cheap, for load
};

/// A packet as it came, and whose it is: empty where nobody was announced in its slot.
struct ReceivedPacket {
  const std::string& user_id;
  signal::StreamType stream;
  bool video;
  const rtp::Packet& packet;
};

struct Config {
  /// Who enters where. `protocol`, `offer`, `tracks` and `resume_token` are filled in.
  signal::Join entry;
  std::optional<AudioPattern> audio;
  std::optional<VideoPattern> video;
  ReceiveMode receive = ReceiveMode::kFrames;
  /// Gets every received packet, in any order; optional.
  std::function<void(const ReceivedPacket&)> on_packet;
  /// Slots of the first offer; more are made when the server needs them.
  uint32_t pairs = 4;
  /// Addresses that the owner of the socket receives on, as in Path::local; best first.
  std::vector<base::SocketAddress> addresses;
  /// Makes the DTLS side of one connection. Each connection needs another fingerprint.
  std::function<std::unique_ptr<dtls::TransportFactory>()> make_dtls;
};

}  // namespace plaza::client
