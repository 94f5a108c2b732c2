#include "ice/internal/check_request.h"

#include <array>

#include "ice/stun_writer.h"

namespace plaza::ice {

void SendCheckRequest(const CheckRequest& request, const base::Path& path,
                      base::DatagramSink& sink) {
  std::array<uint8_t, kMaxStunSize> buffer;
  StunWriter writer(buffer, StunClass::kRequest, request.transaction);
  writer.Username(request.remote.ufrag, request.local.ufrag);
  writer.Priority(request.priority);
  if (request.role == Role::kControlling) {
    writer.IceControlling(request.tie_breaker);
    if (request.nominate) writer.UseCandidate();
  } else {
    writer.IceControlled(request.tie_breaker);
  }
  const size_t size = writer.Finish(request.remote.pwd);
  sink.Send(path, {buffer.data(), size});
}

}  // namespace plaza::ice
