// OpenSSL's way to the outside: one datagram in, records out, nothing buffered in between.
#pragma once

#include "base/bytes.h"

struct bio_st;

namespace plaza::dtls {

/// What a BIO made by NewDatagramBio() reads from and writes to.
struct DatagramPort {
  base::ByteView input;  ///< handed over at the next read, then empty
  base::Bytes output;    ///< records written, one after the other
};

/// Most that may wait in DatagramPort::output; more is lost, as on a wire. A flight is a few
/// kilobytes.
inline constexpr size_t kMaxPendingOutput = 64 * 1024;

/// A BIO over `port`, which must outlive it. Null if OpenSSL has no memory.
bio_st* NewDatagramBio(DatagramPort* port);

}  // namespace plaza::dtls
