#include "sctp/internal/chunks.h"

#include <algorithm>

namespace plaza::sctp::internal {
namespace {

constexpr uint8_t kEndFlag = 1;
constexpr uint8_t kBeginFlag = 2;
constexpr uint8_t kUnorderedFlag = 4;
constexpr uint8_t kImmediateFlag = 8;

constexpr size_t kMaxDescribedCauses = 4;
constexpr size_t kMaxDescribedText = 100;

void WriteTlv(uint16_t type, size_t value_size, base::ByteWriter& writer) {
  writer.U16(type);
  writer.U16(static_cast<uint16_t>(kTlvHeaderSize + value_size));
}

std::string Printable(base::ByteView bytes) {
  std::string text(base::AsText(bytes.first(std::min(bytes.size(), kMaxDescribedText))));
  for (char& c : text)
    if (c < 0x20 || c > 0x7E) c = '?';
  return text;
}

}  // namespace

std::optional<DataChunk> ParseData(const ChunkView& chunk) {
  base::ByteReader reader(chunk.value);
  DataChunk data;
  data.end = (chunk.flags & kEndFlag) != 0;
  data.begin = (chunk.flags & kBeginFlag) != 0;
  data.unordered = (chunk.flags & kUnorderedFlag) != 0;
  data.immediate = (chunk.flags & kImmediateFlag) != 0;
  data.tsn = reader.U32();
  data.stream = reader.U16();
  data.ssn = reader.U16();
  data.ppid = reader.U32();
  data.payload = reader.Rest();
  if (!reader.ok()) return std::nullopt;
  return data;
}

void Write(const DataChunk& data, Outbox& out) {
  const int flags = (data.end ? kEndFlag : 0) | (data.begin ? kBeginFlag : 0) |
                    (data.unordered ? kUnorderedFlag : 0) | (data.immediate ? kImmediateFlag : 0);
  auto writer =
      out.Add(ChunkType::kData, static_cast<uint8_t>(flags), kDataFields + data.payload.size());
  writer.U32(data.tsn);
  writer.U16(data.stream);
  writer.U16(data.ssn);
  writer.U32(data.ppid);
  writer.Write(data.payload);
}

std::optional<SackChunk> ParseSack(const ChunkView& chunk) {
  base::ByteReader reader(chunk.value);
  SackChunk sack;
  sack.cumulative_tsn = reader.U32();
  sack.window = reader.U32();
  const size_t gaps = reader.U16();
  sack.duplicates = reader.U16();
  sack.gap_blocks = reader.Read(4 * gaps);
  reader.Skip(4 * sack.duplicates);
  if (!reader.ok()) return std::nullopt;
  return sack;
}

void WriteSack(uint32_t cumulative_tsn, uint32_t window, std::span<const GapBlock> gaps,
               std::span<const uint32_t> duplicates, Outbox& out) {
  constexpr size_t kFields = 12;
  const size_t room = (out.max_value() - kFields) / 4 - duplicates.size();
  gaps = gaps.first(std::min(gaps.size(), room));
  auto writer = out.Add(ChunkType::kSack, 0, kFields + 4 * (gaps.size() + duplicates.size()));
  writer.U32(cumulative_tsn);
  writer.U32(window);
  writer.U16(static_cast<uint16_t>(gaps.size()));
  writer.U16(static_cast<uint16_t>(duplicates.size()));
  for (const GapBlock& gap : gaps) {
    writer.U16(gap.first);
    writer.U16(gap.last);
  }
  for (const uint32_t tsn : duplicates) writer.U32(tsn);
}

std::optional<ForwardTsnChunk> ParseForwardTsn(const ChunkView& chunk) {
  base::ByteReader reader(chunk.value);
  ForwardTsnChunk forward;
  forward.new_cumulative_tsn = reader.U32();
  forward.skipped_streams = reader.Rest();
  if (!reader.ok() || forward.skipped_streams.size() % 4 != 0) return std::nullopt;
  return forward;
}

void WriteForwardTsn(uint32_t new_cumulative_tsn, std::span<const SkippedStream> skipped,
                     Outbox& out) {
  auto writer = out.Add(ChunkType::kForwardTsn, 0, 4 + 4 * skipped.size());
  writer.U32(new_cumulative_tsn);
  for (const SkippedStream& s : skipped) {
    writer.U16(s.stream);
    writer.U16(s.ssn);
  }
}

std::optional<uint32_t> ParseShutdown(const ChunkView& chunk) {
  base::ByteReader reader(chunk.value);
  const uint32_t tsn = reader.U32();
  if (!reader.ok()) return std::nullopt;
  return tsn;
}

void WriteShutdown(uint32_t cumulative_tsn, Outbox& out) {
  out.Add(ChunkType::kShutdown, 0, 4).U32(cumulative_tsn);
}

std::optional<OutgoingResetRequest> ParseOutgoingReset(base::ByteView parameter) {
  base::ByteReader reader(parameter);
  OutgoingResetRequest request;
  request.request_number = reader.U32();
  request.response_number = reader.U32();
  request.last_tsn = reader.U32();
  request.streams = reader.Rest();
  if (!reader.ok() || request.streams.size() % 2 != 0) return std::nullopt;
  return request;
}

void WriteOutgoingReset(const OutgoingResetRequest& request, std::span<const uint16_t> streams,
                        Outbox& out) {
  const size_t size = 12 + 2 * streams.size();
  auto writer = out.Add(ChunkType::kReConfig, 0, kTlvHeaderSize + size);
  WriteTlv(static_cast<uint16_t>(ReConfigType::kOutgoingReset), size, writer);
  writer.U32(request.request_number);
  writer.U32(request.response_number);
  writer.U32(request.last_tsn);
  for (const uint16_t stream : streams) writer.U16(stream);
}

std::optional<ReConfigResponse> ParseReConfigResponse(base::ByteView parameter) {
  base::ByteReader reader(parameter);
  ReConfigResponse response;
  response.response_number = reader.U32();
  response.result = static_cast<ReConfigResult>(reader.U32());
  if (!reader.ok()) return std::nullopt;
  return response;
}

void Write(const ReConfigResponse& response, Outbox& out) {
  constexpr size_t kSize = 8;
  auto writer = out.Add(ChunkType::kReConfig, 0, kTlvHeaderSize + kSize);
  WriteTlv(static_cast<uint16_t>(ReConfigType::kResponse), kSize, writer);
  writer.U32(response.response_number);
  writer.U32(static_cast<uint32_t>(response.result));
}

void WriteCause(ChunkType type, ErrorCause cause, base::ByteView information, Outbox& out,
                bool reflected) {
  const size_t room = out.max_value() - kTlvHeaderSize;
  information = information.first(std::min(information.size(), room));
  auto writer = out.Add(type, reflected ? 1 : 0, kTlvHeaderSize + information.size());
  WriteTlv(static_cast<uint16_t>(cause), information.size(), writer);
  writer.Write(information);
}

std::string DescribeCauses(const ChunkView& chunk) {
  std::string text;
  ParameterReader causes(chunk.value);
  for (size_t i = 0; i < kMaxDescribedCauses; ++i) {
    const auto cause = causes.Next();
    if (!cause) break;
    if (!text.empty()) text += ", ";
    text += "cause " + std::to_string(cause->type);
    const auto type = static_cast<ErrorCause>(cause->type);
    const bool readable = type == ErrorCause::kUserAbort || type == ErrorCause::kProtocolViolation;
    if (readable && !cause->value.empty()) text += " \"" + Printable(cause->value) + "\"";
  }
  return text.empty() ? "no cause" : text;
}

void WriteBytes(ChunkType type, base::ByteView value, Outbox& out) {
  out.Add(type, 0, value.size()).Write(value);
}

void WriteEmpty(ChunkType type, Outbox& out, bool reflected) {
  (void)out.Add(type, reflected ? 1 : 0, 0);
}

}  // namespace plaza::sctp::internal
