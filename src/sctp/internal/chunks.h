// What chunks say (RFC 9260 section 3.3, RFC 3758 section 3.2, RFC 6525 section 3), read from and
// written into packets. What is read refers to the packet.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "sctp/internal/packet.h"

namespace plaza::sctp::internal {

struct DataChunk {
  uint32_t tsn = 0;
  uint16_t stream = 0;
  uint16_t ssn = 0;
  uint32_t ppid = 0;  ///< payload protocol identifier
  bool begin = false;
  bool end = false;
  bool unordered = false;
  bool immediate = false;  ///< the sender wants its SACK at once (RFC 7053)
  base::ByteView payload;
};
/// Bytes of a DATA chunk before its payload, without the chunk header.
inline constexpr size_t kDataFields = 12;
std::optional<DataChunk> ParseData(const ChunkView& chunk);
void Write(const DataChunk& data, Outbox& out);

/// INIT, or INIT ACK, which has a cookie.
struct InitChunk {
  uint32_t tag = 0;
  uint32_t window = 0;  ///< a_rwnd
  uint16_t outbound_streams = 0;
  uint16_t inbound_streams = 0;
  uint32_t initial_tsn = 0;
  bool forward_tsn = false;  ///< RFC 3758
  bool re_config = false;    ///< RFC 6525
  base::ByteView cookie;
  /// Whole parameters that the sender wants to be told of (RFC 9260 section 3.2.1), a few.
  std::vector<base::ByteView> unrecognized;
};
std::optional<InitChunk> ParseInit(const ChunkView& chunk);
/// As `type`: kInit or kInitAck. What does not fit a packet of `unrecognized` is left out.
void Write(const InitChunk& init, ChunkType type, Outbox& out);

/// TSNs received beyond the cumulative one, as distances from it, both ends included.
struct GapBlock {
  uint16_t first = 0;
  uint16_t last = 0;
  bool operator==(const GapBlock&) const = default;
};

struct SackChunk {
  uint32_t cumulative_tsn = 0;
  uint32_t window = 0;
  base::ByteView gap_blocks;  ///< as written, 4 bytes each
  size_t duplicates = 0;      ///< how many TSNs came again

  size_t gap_count() const { return gap_blocks.size() / 4; }
  GapBlock gap(size_t index) const {
    const uint8_t* p = gap_blocks.data() + 4 * index;
    return {base::LoadU16(p), base::LoadU16(p + 2)};
  }
};
std::optional<SackChunk> ParseSack(const ChunkView& chunk);
/// Gap blocks that do not fit a packet are left out.
void WriteSack(uint32_t cumulative_tsn, uint32_t window, std::span<const GapBlock> gaps,
               std::span<const uint32_t> duplicates, Outbox& out);

/// An ordered message that will not come.
struct SkippedStream {
  uint16_t stream = 0;
  uint16_t ssn = 0;
  bool operator==(const SkippedStream&) const = default;
};

struct ForwardTsnChunk {
  uint32_t new_cumulative_tsn = 0;
  base::ByteView skipped_streams;  ///< as written, 4 bytes each

  size_t skipped_count() const { return skipped_streams.size() / 4; }
  SkippedStream skipped(size_t index) const {
    const uint8_t* p = skipped_streams.data() + 4 * index;
    return {base::LoadU16(p), base::LoadU16(p + 2)};
  }
};
std::optional<ForwardTsnChunk> ParseForwardTsn(const ChunkView& chunk);
void WriteForwardTsn(uint32_t new_cumulative_tsn, std::span<const SkippedStream> skipped,
                     Outbox& out);

/// The cumulative TSN that a SHUTDOWN acknowledges.
std::optional<uint32_t> ParseShutdown(const ChunkView& chunk);
void WriteShutdown(uint32_t cumulative_tsn, Outbox& out);

/// The requests and the answer that a RE-CONFIG chunk holds (RFC 6525 section 4).
enum class ReConfigType : uint16_t {
  kOutgoingReset = 13,
  kIncomingReset = 14,
  kTsnReset = 15,
  kResponse = 16,
  kAddOutgoing = 17,
  kAddIncoming = 18,
};

/// RFC 6525 section 4.4.
enum class ReConfigResult : uint32_t {
  kNothingToDo = 0,
  kPerformed = 1,
  kDenied = 2,
  kWrongSsn = 3,
  kRequestInProgress = 4,
  kBadSequenceNumber = 5,
  kInProgress = 6,
};

/// The sender resets the numbering of its streams, all of them when none is named.
struct OutgoingResetRequest {
  uint32_t request_number = 0;
  uint32_t response_number = 0;
  uint32_t last_tsn = 0;   ///< the last that it gave out
  base::ByteView streams;  ///< as written, 2 bytes each

  size_t stream_count() const { return streams.size() / 2; }
  uint16_t stream(size_t index) const { return base::LoadU16(streams.data() + 2 * index); }
};
std::optional<OutgoingResetRequest> ParseOutgoingReset(base::ByteView parameter);
void WriteOutgoingReset(const OutgoingResetRequest& request, std::span<const uint16_t> streams,
                        Outbox& out);

struct ReConfigResponse {
  uint32_t response_number = 0;
  ReConfigResult result = ReConfigResult::kNothingToDo;
};
std::optional<ReConfigResponse> ParseReConfigResponse(base::ByteView parameter);
void Write(const ReConfigResponse& response, Outbox& out);

/// RFC 9260 section 3.3.10.
enum class ErrorCause : uint16_t {
  kInvalidStream = 1,
  kStaleCookie = 3,
  kOutOfResource = 4,
  kUnrecognizedChunk = 6,
  kInvalidMandatoryParameter = 7,
  kNoUserData = 9,
  kUserAbort = 12,
  kProtocolViolation = 13,
};
/// ABORT or ERROR with one cause. `reflected` says that the tag is the receiver's own (T bit).
void WriteCause(ChunkType type, ErrorCause cause, base::ByteView information, Outbox& out,
                bool reflected = false);
/// What the causes of an ABORT or ERROR say, for logs.
std::string DescribeCauses(const ChunkView& chunk);

/// A chunk that is its type and some bytes: HEARTBEAT and its ACK, COOKIE ECHO.
void WriteBytes(ChunkType type, base::ByteView value, Outbox& out);
/// A chunk without value: COOKIE ACK, SHUTDOWN ACK, SHUTDOWN COMPLETE.
void WriteEmpty(ChunkType type, Outbox& out, bool reflected = false);

/// The T bit of ABORT and SHUTDOWN COMPLETE: the tag is the sender's idea of the other side's own.
inline bool IsReflected(const ChunkView& chunk) { return (chunk.flags & 1) != 0; }

}  // namespace plaza::sctp::internal
