// Goodbye (RFC 3550 section 6.6): sources that stop sending.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "rtp/rtcp/compound.h"
#include "rtp/rtcp/ssrc_list.h"

namespace plaza::rtp::rtcp {

struct Bye {
  SsrcList ssrcs;
  std::string_view reason;  ///< may be empty; points into the packet
};

std::optional<Bye> ParseBye(const Element& element);
/// At most 31 sources and a reason of at most 255 bytes. False if it does not fit.
bool WriteBye(CompoundWriter& writer, std::span<const uint32_t> ssrcs,
              std::string_view reason = {});

}  // namespace plaza::rtp::rtcp
