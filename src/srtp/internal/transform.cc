// Chooses the transform of a profile.
#include "srtp/internal/transform.h"

namespace plaza::srtp {

std::unique_ptr<Transform> MakeTransform(Profile profile, PacketKind kind, Direction direction,
                                         base::ByteView master) {
  const auto keys = DeriveSessionKeys(master, kind);
  if (!keys) return nullptr;
  if (profile == Profile::kAeadAes128Gcm) return MakeGcmTransform(kind, direction, *keys);
  return MakeCmTransform(*keys);
}

}  // namespace plaza::srtp
