// The byte stream format of H.264 (Annex B): NAL units between start codes.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace plaza::rtp {

/// Walks over the NAL units; zeros around them are left out, and empty ones skipped.
class AnnexBReader {
 public:
  explicit AnnexBReader(base::ByteView stream);
  std::optional<base::ByteView> Next();

 private:
  base::ByteView rest_;  // behind a start code
};

/// Appends `unit` with a four-byte start code.
void AppendAnnexB(base::ByteView unit, base::Bytes& stream);

}  // namespace plaza::rtp
