// Puts a fake clock and seeded randomness under OpenSSL, so that the real DTLS runs in simulations.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace plaza::dtls::testing {

/// While one exists, OpenSSL's DTLS timers on this thread follow `clock`, and OpenSSL's random
/// numbers (of the whole process) come from `seed`: the same inputs give the same datagrams. Only
/// one at a time.
///
/// libssl asks gettimeofday(); the program that links this library has one of its own, which gives
/// the real time as long as no SimulatedOpenSsl exists.
class SimulatedOpenSsl {
 public:
  SimulatedOpenSsl(const base::Clock& clock, uint64_t seed);
  ~SimulatedOpenSsl();
  SimulatedOpenSsl(const SimulatedOpenSsl&) = delete;
  SimulatedOpenSsl& operator=(const SimulatedOpenSsl&) = delete;
};

}  // namespace plaza::dtls::testing
