// Asking for a keyframe: picture loss indication (RFC 4585 section 6.3.1) and full intra request
// (RFC 5104 section 4.3.1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "rtp/rtcp/compound.h"

namespace plaza::rtp::rtcp {

struct Pli {
  uint32_t sender_ssrc = 0;
  uint32_t media_ssrc = 0;
};

/// Whom is asked, and the number of the command: a repeated one with the same number asks nothing
/// new.
struct FirEntry {
  uint32_t ssrc = 0;
  uint8_t sequence_number = 0;
};

struct Fir {
  uint32_t sender_ssrc = 0;
  base::ByteView entries;

  size_t size() const { return entries.size() / 8; }
  FirEntry operator[](size_t i) const {
    return {base::LoadU32(&entries[i * 8]), entries[i * 8 + 4]};
  }
};

std::optional<Pli> ParsePli(const Element& element);
std::optional<Fir> ParseFir(const Element& element);
bool WritePli(CompoundWriter& writer, const Pli& pli);
bool WriteFir(CompoundWriter& writer, uint32_t sender_ssrc, std::span<const FirEntry> entries);

}  // namespace plaza::rtp::rtcp
