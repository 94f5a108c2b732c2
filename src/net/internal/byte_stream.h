// The bytes of one connection, TCP or TLS behind one interface, so that HTTP and WebSocket are
// compiled once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/socket_address.h"
#include "net/internal/unique_function.h"

namespace boost::system {
class error_code;
}

namespace plaza::net {

/// At most one read and one write at a time. A completion is never called from within the call that
/// began the operation, and always, also after Close(); it keeps what it refers to alive. Buffers
/// live until the completion. The stream itself is kept alive by its operations.
class ByteStream {
 public:
  using Done = UniqueFunction<const boost::system::error_code&, size_t>;
  static constexpr size_t kMaxPieces = 16;  ///< that one write takes; further ones are left

  virtual ~ByteStream() = default;
  /// TLS: the handshake. TCP: nothing to do.
  virtual void Handshake(Done done) = 0;
  /// Reads at least one byte.
  virtual void ReadSome(std::span<uint8_t> into, Done done) = 0;
  /// Writes at least one byte, maybe not all. `pieces` itself need not outlive the call.
  virtual void WriteSome(std::span<const base::ByteView> pieces, Done done) = 0;
  /// Tells the other side that nothing follows.
  virtual void ShutdownWrite() = 0;
  /// At once; pending operations are aborted.
  virtual void Close() = 0;
  virtual bool tls() const = 0;
};

}  // namespace plaza::net
