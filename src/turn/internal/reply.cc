#include "turn/internal/reply.h"

namespace plaza::turn::internal {
namespace {

std::string_view ReasonOf(ErrorCode code) {
  switch (code) {
    case kBadRequest:
      return "Bad Request";
    case kUnauthenticated:
      return "Unauthenticated";
    case kForbidden:
      return "Forbidden";
    case kUnknownAttribute:
      return "Unknown Attribute";
    case kAllocationMismatch:
      return "Allocation Mismatch";
    case kStaleNonce:
      return "Stale Nonce";
    case kAddressFamilyNotSupported:
      return "Address Family not Supported";
    case kWrongCredentials:
      return "Wrong Credentials";
    case kUnsupportedTransport:
      return "Unsupported Transport Protocol";
    case kPeerAddressFamilyMismatch:
      return "Peer Address Family Mismatch";
    case kAllocationQuotaReached:
      return "Allocation Quota Reached";
    case kInsufficientCapacity:
      return "Insufficient Capacity";
  }
  return "";
}

}  // namespace

Reply::Reply(const Message& request, ErrorCode code) : Reply(request, ice::StunClass::kError) {
  writer_.ErrorCode(code, ReasonOf(code));
  if (code == kUnknownAttribute) writer_.UnknownAttributes(request.unknown_attributes());
}

void Reply::Lifetime(base::Duration lifetime) {
  std::array<uint8_t, 4> seconds;
  base::StoreU32(seconds.data(), static_cast<uint32_t>(base::ToSeconds(lifetime)));
  writer_.Attribute(ice::StunAttribute::kLifetime, seconds);
}

void Reply::Send(const base::Path& client, std::string_view key, base::DatagramSink& sink) {
  sink.Send(client, base::ByteView(buffer_).first(writer_.Finish(key)));
}

}  // namespace plaza::turn::internal
