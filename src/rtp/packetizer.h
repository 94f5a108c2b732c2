// Cutting encoded video frames into RTP payloads, for senders of our own.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "rtp/vp8.h"

namespace plaza::rtp {

/// Gets the payloads of one frame in order; the bytes are valid during the call. `last` is the
/// marker.
using PayloadSink = std::function<void(base::ByteView payload, bool last)>;

/// No payload is cut smaller than this, whatever is asked for.
inline constexpr size_t kMinPayloadSize = 64;

/// One H.264 access unit in the byte stream format (Annex B), as packetization mode 1 (RFC 6184):
/// units that fit are sent as they are, neighbours that fit together as STAP-A, larger ones as FU-A
/// in pieces of even size. An access unit without NAL units gives nothing.
void PacketizeH264(base::ByteView access_unit, size_t max_payload_size, const PayloadSink& sink);

/// One VP8 frame as a single partition (RFC 7741), in pieces of even size. `descriptor` is that of
/// the frame; its start bit and partition index are set here.
void PacketizeVp8(base::ByteView frame, Vp8Descriptor descriptor, size_t max_payload_size,
                  const PayloadSink& sink);

}  // namespace plaza::rtp
