// Joining RTP payloads to encoded frames again.
#pragma once

#include "base/bytes.h"
#include "rtp/packet.h"

namespace plaza::rtp {

/// Appends what `payload` adds to its frame: VP8 data without the descriptor, H.264 NAL units in
/// the byte stream format (Annex B). The payloads of a frame must come in order and without a gap.
/// False, and nothing appended, if the payload is malformed or of another codec.
bool AppendPayload(Codec codec, base::ByteView payload, base::Bytes& frame);

}  // namespace plaza::rtp
