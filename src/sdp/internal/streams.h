// What a section says about its streams: simulcast layers, sources, transport.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sdp/negotiation.h"

namespace plaza::sdp::internal {

/// The rids that `section` sends, in the order of a=simulcast.
std::vector<std::string> SentRids(const MediaSection& section);

/// `rids` with the lowest quality first: by a=rid's limits of picture or rate where all have them,
/// else turned round when their usual names (q h f; l m h) run from high to low, else as they are.
std::vector<std::string> LowestFirst(std::vector<std::string> rids, const MediaSection& section);

/// The stream that `section` announces, by a=ssrc, a=ssrc-group:FID and a=msid.
RemoteStream ReadRemoteStream(const MediaSection& section);

/// Writes the stream that we send into our section.
void WriteLocalStream(const LocalStream& stream, bool with_rtx, MediaSection& section);

/// What `section`, an m=application, says of data channels; nothing if it is not about them.
std::optional<RemoteData> ReadRemoteData(const MediaSection& section);

/// Writes the data channels that we take into our section.
void WriteLocalData(uint64_t max_message_size, MediaSection& section);

/// Writes our side of the transport into our section; candidates only in the first of a bundle.
void WriteTransport(const TransportDescription& transport, bool first, MediaSection& section);

}  // namespace plaza::sdp::internal
