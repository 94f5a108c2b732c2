// Numbers of RFC 9260 section 16, and the bounds that we add.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace plaza::sctp::internal {

using namespace std::chrono_literals;

/// Streams that we ask for and take in each direction; ids of channels are below.
inline constexpr uint16_t kMaxStreams = 1024;

inline constexpr base::Duration kInitialRto = 500ms;
/// Above what the other side may delay its SACKs by.
inline constexpr base::Duration kMinRto = 400ms;
/// Short, so that data flows soon after an outage; ICE decides when the other side is gone.
inline constexpr base::Duration kMaxRto = 3s;
/// Of T1 and T2, and of what the path may lose in a row before the association ends.
inline constexpr int kMaxSetupRetransmissions = 10;
inline constexpr int kMaxPathErrors = 20;
inline constexpr base::Duration kHeartbeatInterval = 30s;
inline constexpr base::Duration kCookieLifetime = 60s;

/// Longest delay of a SACK (RFC 9260 section 6.2: at most 500 ms).
inline constexpr base::Duration kSackDelay = 100ms;
/// Data beyond this distance from the cumulative TSN is dropped.
inline constexpr int64_t kMaxTsnAhead = 4096;
/// Runs of received TSNs beyond the first gap; data that would make more is dropped.
inline constexpr size_t kMaxGapBlocks = 128;
inline constexpr size_t kMaxReportedDuplicates = 16;
/// What a fragment or message that waits costs beside its bytes.
inline constexpr size_t kEntryOverhead = 64;

/// DATA chunks sent and not yet acknowledged.
inline constexpr size_t kMaxOutstandingChunks = 2048;
/// SACKs that skip a chunk before it counts as lost (RFC 9260 section 7.2.4).
inline constexpr int kMissesUntilLost = 3;
/// Packets of data sent at once.
inline constexpr int kMaxBurst = 4;
inline constexpr size_t kInitialWindowPackets = 10;
inline constexpr size_t kMinWindowPackets = 4;
/// Streams that one FORWARD TSN names.
inline constexpr size_t kMaxSkippedStreams = 128;

}  // namespace plaza::sctp::internal
