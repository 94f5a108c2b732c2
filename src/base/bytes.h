// Reading and writing network byte order with every length checked.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plaza::base {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;

inline ByteView AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view AsText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Big-endian loads and stores; the caller has checked the length.
inline uint16_t LoadU16(const uint8_t* p) { return static_cast<uint16_t>(p[0] << 8 | p[1]); }
inline uint32_t LoadU24(const uint8_t* p) {
  return static_cast<uint32_t>(p[0]) << 16 | static_cast<uint32_t>(p[1]) << 8 | p[2];
}
inline uint32_t LoadU32(const uint8_t* p) {
  return static_cast<uint32_t>(LoadU16(p)) << 16 | LoadU16(p + 2);
}
inline uint64_t LoadU64(const uint8_t* p) {
  return static_cast<uint64_t>(LoadU32(p)) << 32 | LoadU32(p + 4);
}
inline void StoreU16(uint8_t* p, uint16_t v) {
  p[0] = static_cast<uint8_t>(v >> 8);
  p[1] = static_cast<uint8_t>(v);
}
inline void StoreU24(uint8_t* p, uint32_t v) {
  p[0] = static_cast<uint8_t>(v >> 16);
  StoreU16(p + 1, static_cast<uint16_t>(v));
}
inline void StoreU32(uint8_t* p, uint32_t v) {
  StoreU16(p, static_cast<uint16_t>(v >> 16));
  StoreU16(p + 2, static_cast<uint16_t>(v));
}
inline void StoreU64(uint8_t* p, uint64_t v) {
  StoreU32(p, static_cast<uint32_t>(v >> 32));
  StoreU32(p + 4, static_cast<uint32_t>(v));
}

/// Walks over bytes. A read past the end gives zeros and turns ok() false for good, so that a
/// parser may read a whole structure and check once.
class ByteReader {
 public:
  explicit ByteReader(ByteView data) : data_(data) {}

  bool ok() const { return ok_; }
  size_t remaining() const { return data_.size() - position_; }
  size_t position() const { return position_; }
  bool AtEnd() const { return remaining() == 0; }

  uint8_t U8() { return Need(1) ? data_[position_++] : 0; }
  uint16_t U16() { return Need(2) ? LoadU16(Take(2)) : 0; }
  uint32_t U24() { return Need(3) ? LoadU24(Take(3)) : 0; }
  uint32_t U32() { return Need(4) ? LoadU32(Take(4)) : 0; }
  uint64_t U64() { return Need(8) ? LoadU64(Take(8)) : 0; }
  /// The next `n` bytes, or nothing if there are fewer.
  ByteView Read(size_t n) { return Need(n) ? ByteView(Take(n), n) : ByteView(); }
  ByteView Rest() { return Read(remaining()); }
  void Skip(size_t n) { (void)Read(n); }

 private:
  bool Need(size_t n) { return ok_ = ok_ && n <= remaining(); }
  const uint8_t* Take(size_t n) {
    const uint8_t* p = data_.data() + position_;
    position_ += n;
    return p;
  }

  ByteView data_;
  size_t position_ = 0;
  bool ok_ = true;
};

/// Writes into a buffer of fixed size. A write past the end writes nothing and turns ok() false.
class ByteWriter {
 public:
  explicit ByteWriter(std::span<uint8_t> out) : out_(out) {}

  bool ok() const { return ok_; }
  size_t size() const { return position_; }
  ByteView written() const { return {out_.data(), position_}; }

  void U8(uint8_t v) {
    if (Need(1)) out_[position_++] = v;
  }
  void U16(uint16_t v) {
    if (Need(2)) StoreU16(Take(2), v);
  }
  void U24(uint32_t v) {
    if (Need(3)) StoreU24(Take(3), v);
  }
  void U32(uint32_t v) {
    if (Need(4)) StoreU32(Take(4), v);
  }
  void U64(uint64_t v) {
    if (Need(8)) StoreU64(Take(8), v);
  }
  void Write(ByteView bytes) {
    if (!bytes.empty() && Need(bytes.size()))
      std::memcpy(Take(bytes.size()), bytes.data(), bytes.size());
  }
  void Zeros(size_t n) {
    if (n > 0 && Need(n)) std::memset(Take(n), 0, n);
  }

 private:
  bool Need(size_t n) { return ok_ = ok_ && n <= out_.size() - position_; }
  uint8_t* Take(size_t n) {
    uint8_t* p = out_.data() + position_;
    position_ += n;
    return p;
  }

  std::span<uint8_t> out_;
  size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace plaza::base
