#include "ice/internal/responder.h"

#include <array>

#include "ice/stun_writer.h"

namespace plaza::ice {
namespace {

/// Room for every answer of ours, the largest being 420 with its list.
constexpr size_t kMaxAnswerSize = 160;

std::string_view ReasonOf(uint16_t code) {
  switch (code) {
    case kBadRequest:
      return "Bad Request";
    case kUnauthenticated:
      return "Unauthenticated";
    case kUnknownAttribute:
      return "Unknown Attribute";
    case kRoleConflict:
      return "Role Conflict";
    default:
      return "";
  }
}

/// Whether `username` is "ours:theirs" with our fragment (RFC 8445 section 7.3).
bool IsFor(const Credentials& credentials, std::string_view username) {
  const std::string& ufrag = credentials.ufrag;
  return username.size() > ufrag.size() && username.starts_with(ufrag) &&
         username[ufrag.size()] == ':';
}

}  // namespace

const Credentials* Responder::Accept(const Inbound& request, const Credentials& current,
                                     const Credentials* other, base::DatagramSink& sink) {
  const Credentials* used = Authenticate(request, current, other, sink);
  if (used == nullptr) return nullptr;
  if (!request.message.unknown_attributes().empty()) {
    ++stats_.unknown_attributes;
    SendError(request, kUnknownAttribute, used, sink);
    return nullptr;
  }
  return used;
}

const Credentials* Responder::Authenticate(const Inbound& request, const Credentials& current,
                                           const Credentials* other, base::DatagramSink& sink) {
  const StunMessage& message = request.message;
  if (!message.username || !message.has_integrity) {
    ++stats_.unauthenticated;
    SendError(request, kBadRequest, nullptr, sink);
    return nullptr;
  }
  const Credentials* used = IsFor(current, *message.username) ? &current : other;
  if (used == nullptr || !IsFor(*used, *message.username)) {
    ++stats_.wrong_username;
    SendError(request, kUnauthenticated, nullptr, sink);
    return nullptr;
  }
  if (!message.CheckIntegrity(used->pwd)) {
    ++stats_.wrong_integrity;
    SendError(request, kUnauthenticated, nullptr, sink);
    return nullptr;
  }
  return used;
}

void Responder::SendSuccess(const Inbound& request, const Credentials& used,
                            base::DatagramSink& sink) {
  ++stats_.requests_accepted;
  std::array<uint8_t, kMaxAnswerSize> buffer;
  StunWriter writer(buffer, StunClass::kSuccess, request.message.transaction);
  writer.XorMappedAddress(request.path.remote);
  const size_t size = writer.Finish(used.pwd);
  sink.Send(request.path, {buffer.data(), size});
}

void Responder::SendRoleConflict(const Inbound& request, const Credentials& used,
                                 base::DatagramSink& sink) {
  ++stats_.role_conflicts;
  SendError(request, kRoleConflict, &used, sink);
}

void Responder::SendError(const Inbound& request, uint16_t code, const Credentials* used,
                          base::DatagramSink& sink) {
  std::array<uint8_t, kMaxAnswerSize> buffer;
  StunWriter writer(buffer, StunClass::kError, request.message.transaction);
  writer.ErrorCode(code, ReasonOf(code));
  if (code == kUnknownAttribute) writer.UnknownAttributes(request.message.unknown_attributes());
  const size_t size = writer.Finish(used != nullptr ? std::string_view(used->pwd) : "");
  if (used == nullptr && size > request.size) {
    ++stats_.amplification_avoided;
    return;
  }
  sink.Send(request.path, {buffer.data(), size});
}

}  // namespace plaza::ice
