// Writing RTP headers.
#include "rtp/header_writer.h"

#include <algorithm>
#include <cassert>

namespace plaza::rtp {

bool HeaderWriter::Add(uint8_t id, base::ByteView value) {
  if (id == 0 || count_ == elements_.size() || value.size() > 255 ||
      value.size() > values_.size() - value_bytes_) {
    return false;
  }
  elements_[count_++] = {id, static_cast<uint8_t>(value.size()),
                         static_cast<uint16_t>(value_bytes_)};
  std::copy(value.begin(), value.end(), values_.begin() + static_cast<ptrdiff_t>(value_bytes_));
  value_bytes_ += value.size();
  two_byte_ = two_byte_ || id > 14 || value.empty() || value.size() > 16;
  return true;
}

bool HeaderWriter::AddAudioLevel(uint8_t id, AudioLevel level) {
  const uint8_t byte =
      static_cast<uint8_t>((level.voice ? 0x80 : 0) | std::min<uint8_t>(level.level, 127));
  return Add(id, {&byte, 1});
}

bool HeaderWriter::AddVideoOrientation(uint8_t id, VideoOrientation orientation) {
  const uint8_t byte =
      static_cast<uint8_t>((orientation.back_camera ? 0x08 : 0) | (orientation.flip ? 0x04 : 0) |
                           (orientation.quarter_turns & 0x03));
  return Add(id, {&byte, 1});
}

bool HeaderWriter::AddTransportCc(uint8_t id) {
  const uint8_t zeros[2] = {};
  if (!Add(id, zeros)) return false;
  transport_cc_id_ = id;
  return true;
}

bool HeaderWriter::AddAbsSendTime(uint8_t id) {
  const uint8_t zeros[3] = {};
  if (!Add(id, zeros)) return false;
  abs_send_time_id_ = id;
  return true;
}

void HeaderWriter::Clear() {
  value_bytes_ = count_ = 0;
  two_byte_ = false;
  transport_cc_id_ = abs_send_time_id_ = 0;
}

std::optional<WrittenHeader> HeaderWriter::Write(const RtpHeader& header,
                                                 std::span<uint8_t> out) const {
  assert(header.csrc_count <= header.csrcs.size());
  base::ByteWriter writer(out);
  const bool extended = count_ > 0;
  writer.U8(static_cast<uint8_t>(0x80 | (extended ? 0x10 : 0) | header.csrc_count));
  writer.U8(static_cast<uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7F)));
  writer.U16(header.sequence_number);
  writer.U32(header.timestamp);
  writer.U32(header.ssrc);
  for (int i = 0; i < header.csrc_count; ++i) writer.U32(header.csrcs[i]);
  WrittenHeader written;
  if (extended) WriteElements(writer, written);
  if (!writer.ok()) return std::nullopt;
  written.bytes = out.first(writer.size());
  return written;
}

void HeaderWriter::WriteElements(base::ByteWriter& writer, WrittenHeader& written) const {
  const size_t size = value_bytes_ + count_ * (two_byte_ ? 2 : 1);
  const size_t padding = (4 - size % 4) % 4;
  writer.U16(two_byte_ ? kTwoByteProfile : kOneByteProfile);
  writer.U16(static_cast<uint16_t>((size + padding) / 4));
  for (size_t i = 0; i < count_; ++i) {
    const Element& element = elements_[i];
    if (two_byte_) {
      writer.U8(element.id);
      writer.U8(element.size);
    } else {
      writer.U8(static_cast<uint8_t>(element.id << 4 | (element.size - 1)));
    }
    const auto offset = static_cast<uint16_t>(writer.size());
    if (element.id == transport_cc_id_) written.transport_cc_offset = offset;
    if (element.id == abs_send_time_id_) written.abs_send_time_offset = offset;
    writer.Write(base::ByteView(values_).subspan(element.offset, element.size));
  }
  writer.Zeros(padding);
}

void StampTransportCc(std::span<uint8_t> header, uint16_t offset, uint16_t sequence_number) {
  assert(offset >= 12 && offset + 2u <= header.size());
  base::StoreU16(&header[offset], sequence_number);
}

void StampAbsSendTime(std::span<uint8_t> header, uint16_t offset, uint32_t abs_send_time) {
  assert(offset >= 12 && offset + 3u <= header.size());
  base::StoreU24(&header[offset], abs_send_time & 0xFFFFFF);
}

}  // namespace plaza::rtp
