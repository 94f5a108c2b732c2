// CRC32c, the checksum of SCTP packets (RFC 9260 appendix A).
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace plaza::sctp::internal {

/// The checksum of `packet` with its checksum field (bytes 8 to 11) counted as zero, in the byte
/// order in which base::LoadU32 and StoreU32 read and write that field. At least 12 bytes.
uint32_t ChecksumOf(base::ByteView packet);

/// The checksum of any bytes.
uint32_t Crc32c(base::ByteView bytes);

}  // namespace plaza::sctp::internal
