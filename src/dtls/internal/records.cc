// DTLS record borders (RFC 6347 section 4.1).
#include "dtls/internal/records.h"

namespace plaza::dtls {

size_t RecordSize(base::ByteView bytes) {
  if (bytes.size() < kRecordHeaderSize) return 0;
  constexpr uint8_t kChangeCipherSpec = 20;
  constexpr uint8_t kApplicationData = 23;
  constexpr uint8_t kDtlsMajorVersion = 0xfe;
  if (bytes[0] < kChangeCipherSpec || bytes[0] > kApplicationData) return 0;
  if (bytes[1] != kDtlsMajorVersion) return 0;
  const size_t size = kRecordHeaderSize + base::LoadU16(bytes.data() + 11);
  return size <= bytes.size() ? size : 0;
}

base::ByteView TakeDatagram(base::ByteView records, size_t limit) {
  size_t end = 0;
  while (end < records.size()) {
    const size_t size = RecordSize(records.subspan(end));
    if (size == 0) return end == 0 ? records : records.first(end);
    if (end > 0 && end + size > limit) break;
    end += size;
  }
  return records.first(end);
}

}  // namespace plaza::dtls
