// Which datagrams are a peer's.
#pragma once

#include "base/socket_address.h"

namespace plaza::peer {

/// Hears which datagram paths are the peer's, so that the owner of the socket can route by path. A
/// datagram of an unknown path belongs to the peer whose local_ufrag() it names
/// (ice::LocalUfragOf). Calls come from within the peer's functions; the peer may not be changed
/// from here.
class PathObserver {
 public:
  virtual ~PathObserver() = default;
  virtual void OnPathAdded(const base::Path& path) = 0;
  virtual void OnPathRemoved(const base::Path& path) = 0;
};

}  // namespace plaza::peer
