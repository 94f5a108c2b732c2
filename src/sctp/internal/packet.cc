#include "sctp/internal/packet.h"

#include <algorithm>
#include <cassert>

#include "sctp/internal/crc32c.h"

namespace plaza::sctp::internal {
namespace {

// Whether a chunk or parameter starts `rest`: its length counts its header and is not beyond the
// end. The padding of the last may be missing.
bool IsWhole(base::ByteView rest) {
  if (rest.size() < kTlvHeaderSize) return false;
  const size_t length = base::LoadU16(rest.data() + 2);
  return length >= kTlvHeaderSize && length <= rest.size();
}

// The value of the chunk or parameter that starts `rest`, which is moved on behind it.
base::ByteView TakeValue(base::ByteView& rest) {
  const size_t length = base::LoadU16(rest.data() + 2);
  const base::ByteView value = rest.subspan(kTlvHeaderSize, length - kTlvHeaderSize);
  rest = rest.subspan(std::min(Padded(length), rest.size()));
  return value;
}

}  // namespace

std::optional<ChunkView> ChunkReader::Next() {
  if (rest_.empty()) return std::nullopt;
  const auto type = static_cast<ChunkType>(rest_[0]);
  const uint8_t flags = rest_[1];
  return ChunkView{type, flags, TakeValue(rest_)};
}

std::optional<ParameterView> ParameterReader::Next() {
  if (!IsWhole(rest_)) {
    rest_ = {};
    return std::nullopt;
  }
  const uint16_t type = base::LoadU16(rest_.data());
  return ParameterView{type, TakeValue(rest_)};
}

std::optional<PacketView> ParsePacket(base::ByteView packet, PacketFault& fault) {
  fault = PacketFault::kMalformed;
  if (packet.size() < kPacketHeaderSize + kTlvHeaderSize) return std::nullopt;
  base::ByteReader reader(packet);
  PacketView view;
  view.header.source_port = reader.U16();
  view.header.destination_port = reader.U16();
  view.header.verification_tag = reader.U32();
  const uint32_t checksum = reader.U32();
  view.chunks = reader.Rest();
  for (base::ByteView rest = view.chunks; !rest.empty(); TakeValue(rest))
    if (!IsWhole(rest)) return std::nullopt;
  fault = PacketFault::kChecksum;
  if (checksum != ChecksumOf(packet)) return std::nullopt;
  return view;
}

Outbox::Outbox(const PacketHeader& ports, size_t max_size, PacketSink& sink)
    : header_(ports), sink_(sink), buffer_(max_size & ~size_t{3}) {}

size_t Outbox::room() const {
  const size_t left = buffer_.size() - size_;
  return left > kTlvHeaderSize ? left - kTlvHeaderSize : 0;
}

base::ByteWriter Outbox::Add(ChunkType type, uint8_t flags, size_t size) {
  assert(size <= max_value());
  if (kTlvHeaderSize + size > buffer_.size() - size_) Flush();
  uint8_t* chunk = buffer_.data() + size_;
  chunk[0] = static_cast<uint8_t>(type);
  chunk[1] = flags;
  base::StoreU16(chunk + 2, static_cast<uint16_t>(kTlvHeaderSize + size));
  const size_t padded = Padded(size);
  std::fill(chunk + kTlvHeaderSize + size, chunk + kTlvHeaderSize + padded, uint8_t{0});
  size_ += kTlvHeaderSize + padded;
  return base::ByteWriter({chunk + kTlvHeaderSize, size});
}

void Outbox::SetTag(uint32_t verification_tag) {
  Flush();
  header_.verification_tag = verification_tag;
}

void Outbox::Flush() {
  if (size_ == kPacketHeaderSize) return;
  base::ByteWriter writer(buffer_);
  writer.U16(header_.source_port);
  writer.U16(header_.destination_port);
  writer.U32(header_.verification_tag);
  const base::ByteView packet(buffer_.data(), size_);
  base::StoreU32(buffer_.data() + 8, ChecksumOf(packet));
  size_ = kPacketHeaderSize;
  sink_.SendPacket(packet);
}

}  // namespace plaza::sctp::internal
