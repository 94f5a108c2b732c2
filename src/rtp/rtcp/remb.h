// Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/units.h"
#include "rtp/rtcp/compound.h"
#include "rtp/rtcp/ssrc_list.h"

namespace plaza::rtp::rtcp {

struct Remb {
  uint32_t sender_ssrc = 0;
  base::DataRate rate;
  SsrcList ssrcs;  ///< whom it is about
};

std::optional<Remb> ParseRemb(const Element& element);
/// At most 255 sources. The rate is written with 18 significant bits, rounded down.
bool WriteRemb(CompoundWriter& writer, uint32_t sender_ssrc, base::DataRate rate,
               std::span<const uint32_t> ssrcs);

}  // namespace plaza::rtp::rtcp
