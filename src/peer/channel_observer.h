// What a peer tells of its data channels.
#pragma once

#include "base/bytes.h"
#include "base/time.h"
#include "sctp/channel.h"

namespace plaza::peer {

/// Calls come from within the peer's functions; the peer's channels may be used from here, but the
/// peer not be destroyed. Channels that are open when the peer closes end without a call.
class ChannelObserver {
 public:
  virtual ~ChannelObserver() = default;
  /// The other side opened a channel, or took the one that we opened.
  virtual void OnChannelOpened(sctp::ChannelId channel, const sctp::ChannelConfig& config,
                               base::Time now) = 0;
  /// The channel is closed, or the association of all channels has ended.
  virtual void OnChannelClosed(sctp::ChannelId channel) = 0;
  virtual void OnChannelMessage(sctp::ChannelId channel, sctp::MessageKind kind,
                                base::ByteView message, base::Time now) = 0;
};

}  // namespace plaza::peer
