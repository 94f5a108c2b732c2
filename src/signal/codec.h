// Between signalling messages and their JSON text. Parsing is strict about what it knows (types,
// ranges, sizes; the error names the member, as in "tracks[0].mid") and ignores members that it
// does not know.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "signal/messages.h"

namespace plaza::signal {

/// Bounds of one frame.
inline constexpr size_t kMaxFrameBytes = 256 * 1024;
inline constexpr int kMaxDepth = 8;
inline constexpr size_t kMaxTracks = 4;  ///< two kinds of two streams
inline constexpr size_t kMaxLayers = 8;
inline constexpr size_t kMaxStreamWishes = 1024;
inline constexpr size_t kMaxCustomBytes = 64 * 1024;  ///< apps may allow less

/// A frame that could be read as an object with a type: its numbers, and the message or what is
/// wrong with it. `seq` is there only in numbered messages.
template <typename Message>
struct Frame {
  std::optional<uint64_t> seq;
  std::optional<uint64_t> ack;
  base::Result<Message> message;
};
using ClientFrame = Frame<ClientMessage>;
using ServerFrame = Frame<ServerMessage>;

/// An error (code kUnreadable or kTooLarge) means that nothing of the frame is known. Otherwise the
/// message in the frame may still be an error: kUnknownType, kBadProtocol, kBadRoom or kBadMember.
base::Result<ClientFrame> ParseClientFrame(std::string_view text);
base::Result<ServerFrame> ParseServerFrame(std::string_view text);

/// The JSON object, without `seq` and `ack`, except that the messages which have an `ack` of their
/// own
/// (`resume`, `joined`, `resumed`) carry it. Numbered messages get their numbers from Channel.
std::string Serialize(const ClientMessage& message);
std::string Serialize(const ServerMessage& message);

/// Whether messages of this type have a `seq`.
bool IsNumbered(const ClientMessage& message);
bool IsNumbered(const ServerMessage& message);

}  // namespace plaza::signal
