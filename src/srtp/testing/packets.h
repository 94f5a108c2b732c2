// RTP and RTCP packets for tests.
#pragma once

#include "base/bytes.h"

namespace plaza::srtp::testing {

/// An RTP header with `csrcs` CSRCs and, if `extension_words` is not 0, an extension of so many
/// words.
base::Bytes RtpHeader(uint16_t sequence_number, uint32_t ssrc, uint8_t csrcs = 0,
                      uint16_t extension_words = 0);

/// An RTCP receiver report without blocks, and an SDES after it.
base::Bytes ReceiverReport(uint32_t ssrc = 1);

/// 0, 1, 2, …
base::Bytes Sequence(size_t size);

}  // namespace plaza::srtp::testing
