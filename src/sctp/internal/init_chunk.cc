// INIT and INIT ACK with their parameters (RFC 9260 sections 3.2.1, 3.3.2 and 3.3.3).
#include "sctp/internal/chunks.h"

namespace plaza::sctp::internal {
namespace {

enum class InitParameter : uint16_t {
  kIpv4Address = 5,
  kIpv6Address = 6,
  kStateCookie = 7,
  kUnrecognized = 8,
  kCookiePreservative = 9,
  kSupportedAddresses = 12,
  kEcnCapable = 0x8000,
  kZeroChecksum = 0x8001,  // RFC 9653
  kRandom = 0x8002,        // RFC 4895
  kChunkList = 0x8003,
  kHmacAlgorithms = 0x8004,
  kSupportedExtensions = 0x8008,  // RFC 5061
  kForwardTsn = 0xC000,           // RFC 3758
  kAdaptation = 0xC006,
};

constexpr size_t kFields = 16;
constexpr size_t kMaxUnrecognized = 8;
constexpr uint16_t kStopHere = 0x8000;  // clear: the parameters that follow don't count
constexpr uint16_t kReport = 0x4000;

void ReadExtensions(base::ByteView types, InitChunk& init) {
  for (const uint8_t type : types) {
    init.re_config |= type == static_cast<uint8_t>(ChunkType::kReConfig);
    init.forward_tsn |= type == static_cast<uint8_t>(ChunkType::kForwardTsn);
  }
}

// Takes what is of use; false for a parameter that is not known.
bool ReadParameter(const ParameterView& parameter, InitChunk& init) {
  switch (static_cast<InitParameter>(parameter.type)) {
    case InitParameter::kStateCookie:
      init.cookie = parameter.value;
      return true;
    case InitParameter::kSupportedExtensions:
      ReadExtensions(parameter.value, init);
      return true;
    case InitParameter::kForwardTsn:
      init.forward_tsn = true;
      return true;
    case InitParameter::kIpv4Address:  // the path is what carries us, whatever this says
    case InitParameter::kIpv6Address:
    case InitParameter::kUnrecognized:
    case InitParameter::kCookiePreservative:
    case InitParameter::kSupportedAddresses:
    case InitParameter::kEcnCapable:
    case InitParameter::kZeroChecksum:
    case InitParameter::kRandom:
    case InitParameter::kChunkList:
    case InitParameter::kHmacAlgorithms:
    case InitParameter::kAdaptation:
      return true;
  }
  return false;
}

// Padding stands between parameters; the chunk's length does not count that of the last.
void WriteParameter(InitParameter type, base::ByteView value, base::ByteWriter& writer) {
  writer.Zeros(Padded(writer.size()) - writer.size());
  writer.U16(static_cast<uint16_t>(type));
  writer.U16(static_cast<uint16_t>(kTlvHeaderSize + value.size()));
  writer.Write(value);
}

size_t SizeWith(size_t size, base::ByteView value) {
  return Padded(size) + kTlvHeaderSize + value.size();
}

}  // namespace

std::optional<InitChunk> ParseInit(const ChunkView& chunk) {
  base::ByteReader reader(chunk.value);
  InitChunk init;
  init.tag = reader.U32();
  init.window = reader.U32();
  init.outbound_streams = reader.U16();
  init.inbound_streams = reader.U16();
  init.initial_tsn = reader.U32();
  if (!reader.ok()) return std::nullopt;
  ParameterReader parameters(reader.Rest());
  while (const auto parameter = parameters.Next()) {
    if (ReadParameter(*parameter, init)) continue;
    if ((parameter->type & kReport) != 0 && init.unrecognized.size() < kMaxUnrecognized)
      init.unrecognized.emplace_back(parameter->value.data() - kTlvHeaderSize,
                                     parameter->value.size() + kTlvHeaderSize);
    if ((parameter->type & kStopHere) == 0) break;
  }
  return init;
}

void Write(const InitChunk& init, ChunkType type, Outbox& out) {
  base::Bytes extensions;
  if (init.re_config) extensions.push_back(static_cast<uint8_t>(ChunkType::kReConfig));
  if (init.forward_tsn) extensions.push_back(static_cast<uint8_t>(ChunkType::kForwardTsn));
  size_t size = kFields;
  if (init.forward_tsn) size = SizeWith(size, {});
  if (!extensions.empty()) size = SizeWith(size, extensions);
  if (!init.cookie.empty()) size = SizeWith(size, init.cookie);
  size_t reported = 0;
  for (const base::ByteView parameter : init.unrecognized) {
    if (SizeWith(size, parameter) > out.max_value()) break;
    size = SizeWith(size, parameter);
    ++reported;
  }
  auto writer = out.Add(type, 0, size);
  writer.U32(init.tag);
  writer.U32(init.window);
  writer.U16(init.outbound_streams);
  writer.U16(init.inbound_streams);
  writer.U32(init.initial_tsn);
  if (init.forward_tsn) WriteParameter(InitParameter::kForwardTsn, {}, writer);
  if (!extensions.empty()) WriteParameter(InitParameter::kSupportedExtensions, extensions, writer);
  if (!init.cookie.empty()) WriteParameter(InitParameter::kStateCookie, init.cookie, writer);
  for (size_t i = 0; i < reported; ++i)
    WriteParameter(InitParameter::kUnrecognized, init.unrecognized[i], writer);
}

}  // namespace plaza::sctp::internal
