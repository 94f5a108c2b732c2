// What must hold of everything that clients got, whatever happened.
#pragma once

#include <string>
#include <vector>

#include "harness/call.h"

namespace plaza::sim {

/// What one client got of another's video or audio.
struct Delivery {
  size_t decoded = 0;     ///< video frames in decoding order, audio packets
  int last_encoding = 0;  ///< of the newest one
};

/// Walks over all streams of all connections. Each violation names the client and the m-line.
/// - Sequence numbers run on: what is missing was lost on the link to the client, or, if a
///   publisher's link lost or reordered anything, may have been missing when its slot turned away.
/// - Timestamps grow from frame to frame; one frame has one.
/// - Frames of one encoding come in order, and none is left out that the next one needs; a change
///   begins with a keyframe.
/// - Decoded frames are what was sent, to the byte.
/// - No SRTP index is used twice.
std::vector<std::string> CheckStreams(const Call& call);

/// Nobody is left: no peer, no path, no track, no buffer. Call it some seconds after the last one
/// left.
std::vector<std::string> CheckEmpty(Call& call);

/// Video frames (or audio packets) of `source` that `client` decoded since `since`.
Delivery DeliveredSince(const Client& client, uint32_t source, bool audio, base::Time since);

}  // namespace plaza::sim
