#include "turn/internal/authenticator.h"

#include "turn/credentials.h"

namespace plaza::turn::internal {

std::variant<Proof, ErrorCode> Authenticator::Check(const Message& request,
                                                    const base::Path& client,
                                                    const Allocation* allocation, base::Time now,
                                                    base::WallTime wall) const {
  if (!request.has_integrity) return kUnauthenticated;
  if (!request.username || !request.realm || !request.nonce) return kBadRequest;
  if (!nonces_.Holds(*request.nonce, client, now)) return kStaleNonce;
  const auto username = ReadUsername(*request.username);
  if (!username || *request.realm != realm_) return kUnauthenticated;
  const bool known = allocation && allocation->username == *request.username;
  if (!known && username->expires <= base::UnixSeconds(wall)) return kUnauthenticated;
  Proof proof{
      std::string(*request.username), std::string(username->user),
      known ? allocation->key
            : MakeLongTermKey(*request.username, realm_, PasswordOf(secret_, *request.username))};
  if (!request.CheckIntegrity(proof.key)) return kUnauthenticated;
  return proof;
}

}  // namespace plaza::turn::internal
