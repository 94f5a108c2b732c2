// The data channels of an association: opened in band (RFC 8832), closed by stream reset (RFC 8831
// section 6.7).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "sctp/channel.h"
#include "sctp/internal/association.h"
#include "sctp/internal/dcep.h"
#include "sctp/options.h"

namespace plaza::sctp::internal {

/// What becomes of channels. May not call back.
class ChannelsObserver {
 public:
  virtual ~ChannelsObserver() = default;
  virtual void OnOpened(ChannelId channel, const ChannelConfig& config) = 0;
  virtual void OnClosed(ChannelId channel) = 0;
  virtual void OnMessage(ChannelId channel, MessageKind kind, base::Bytes message) = 0;
};

class Channels {
 public:
  /// References outlive it.
  Channels(const Options& options, Association& association, ChannelsObserver& observer)
      : options_(options), association_(association), observer_(observer) {}

  // As Socket's.
  base::Result<ChannelId> Open(const ChannelConfig& config, base::Time now);
  base::Status Send(ChannelId channel, MessageKind kind, base::ByteView message, base::Time now);
  void Close(ChannelId channel, base::Time now);

  // What the association says. Its functions may not be called from within its own, so what these
  // have to send waits for SendDue().
  void OnMessage(ReceivedMessage message);
  void OnIncomingReset(const std::vector<uint16_t>& streams);
  void OnOutgoingReset(uint16_t stream);
  /// Sends what has become due.
  void SendDue(base::Time now);

  uint64_t unwanted() const { return unwanted_; }

 private:
  enum class State : uint8_t {
    kOpening,  ///< by us; the other side has not said yet that it took it
    kOpen,
    kClosing,  ///< our side is being reset
  };
  struct Channel {
    ChannelConfig config;
    State state = State::kOpening;
    bool incoming_reset = false;
    bool outgoing_reset = false;
    /// The reset of the channel that had this stream before has not been confirmed yet.
    bool predecessor_reset = false;
  };
  using Table = std::map<uint16_t, Channel>;

  bool IsOurs(uint16_t stream) const { return (stream % 2 == 0) == options_.dtls_client; }
  base::Result<uint16_t> FreeStream() const;
  base::Status SendControl(uint16_t stream, base::Bytes message, base::Time now);
  void HandleDcep(uint16_t stream, base::ByteView message);
  void HandleOpen(uint16_t stream, ChannelConfig config);
  void HandleIncomingReset(Table::iterator channel);
  void ForgetIfClosed(Table::iterator channel);

  const Options& options_;
  Association& association_;
  ChannelsObserver& observer_;
  Table channels_;
  std::vector<uint16_t> acks_due_;
  std::vector<uint16_t> resets_due_;
  uint64_t unwanted_ = 0;
};

}  // namespace plaza::sctp::internal
