// Answers to requests: their common beginning and end.
#pragma once

#include <array>
#include <string_view>

#include "base/socket_address.h"
#include "base/time.h"
#include "ice/stun_writer.h"
#include "turn/message.h"

namespace plaza::turn::internal {

class Reply {
 public:
  /// A success response, or an error response.
  explicit Reply(const Message& request) : Reply(request, ice::StunClass::kSuccess) {}
  Reply(const Message& request, ErrorCode code);
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;

  void Text(ice::StunAttribute type, std::string_view text) {
    writer_.Attribute(type, base::AsBytes(text));
  }
  void Address(ice::StunAttribute type, const base::SocketAddress& address) {
    writer_.XorAddress(type, address);
  }
  void Lifetime(base::Duration lifetime);

  /// `key` empty: without MESSAGE-INTEGRITY.
  void Send(const base::Path& client, std::string_view key, base::DatagramSink& sink);

 private:
  Reply(const Message& request, ice::StunClass message_class)
      : writer_(buffer_, message_class, request.header.transaction, request.header.method) {}

  std::array<uint8_t, 320> buffer_;
  ice::StunWriter writer_;
};

}  // namespace plaza::turn::internal
