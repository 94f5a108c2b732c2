// The network between one client and the servers: two bad links, and the client's changing
// addresses.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "base/socket_address.h"
#include "harness/world.h"
#include "netsim/link.h"

namespace plaza::sim {

/// What became of the media packets of one SSRC that servers sent to this client.
struct SentPackets {
  std::map<uint16_t, int> sent;            ///< by sequence number: how often
  std::map<uint16_t, base::Time> arrived;  ///< and when, for the first time
};

class Wire final : public Actor {
 public:
  /// Takes a datagram; `sent` is when it left the other end.
  using Deliver =
      std::function<void(base::ByteView datagram, const base::Path& path, base::Time sent)>;

  Wire(World& world, const netsim::LinkConditions& up, const netsim::LinkConditions& down,
       uint64_t seed);
  ~Wire() override;
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// `path` is the sender's.
  void SendUp(base::ByteView datagram, const base::Path& path);
  void SendDown(base::ByteView datagram, const base::Path& path);
  /// Paths are the receiver's.
  void SetServer(Deliver server) { server_ = std::move(server); }
  void SetClient(Deliver client) { client_ = std::move(client); }

  void SetConditions(const netsim::LinkConditions& up, const netsim::LinkConditions& down);
  /// The client's only address that works.
  void SetAddress(const base::SocketAddress& address) { address_ = address; }
  /// From now on servers see the client behind another port, and what they send to the old one is
  /// lost.
  void Rebind() { ++rebinds_; }
  void Cut(bool cut) { cut_ = cut; }

  /// SSRCs with more than one packet of the same number would be SRTP with a used index.
  const std::map<uint32_t, SentPackets>& sent_down() const { return sent_down_; }
  /// If media of the client may ever have got lost, or overtaken.
  bool disturbed_up() const;

  base::Time NextDeadline() const override;
  void HandleTimeout(base::Time now) override;

 private:
  struct Datagram {
    base::Path path;  // the receiver's
    base::Time sent{};
  };

  base::SocketAddress Outside(const base::SocketAddress& inside) const;
  void NoteDown(base::ByteView datagram, bool arrived);

  World& world_;
  netsim::Link up_;
  netsim::Link down_;
  std::vector<Datagram> up_datagrams_;  // by the tag that the link carries
  std::vector<Datagram> down_datagrams_;
  Deliver server_;
  Deliver client_;
  base::SocketAddress address_;
  uint16_t rebinds_ = 0;
  bool cut_ = false;
  bool media_cut_ = false;  // media went where nothing passes
  std::map<uint32_t, SentPackets> sent_down_;
};

}  // namespace plaza::sim
