// DTLS record borders (RFC 6347 section 4.1): which datagrams are DTLS, and where records may be
// parted.
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace plaza::dtls {

inline constexpr size_t kRecordHeaderSize = 13;

/// Size of the record that `bytes` begin with; 0 if they begin with none, or not with a whole one.
size_t RecordSize(base::ByteView bytes);

/// The first of `records` that together fill at most `limit` bytes, but at least one record. All of
/// `records` if they are not records.
base::ByteView TakeDatagram(base::ByteView records, size_t limit);

}  // namespace plaza::dtls
