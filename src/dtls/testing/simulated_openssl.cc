// Puts a fake clock and seeded randomness under OpenSSL, so that the real DTLS runs in simulations.
#include "dtls/testing/simulated_openssl.h"

// OpenSSL 3 prefers providers, but replacing its generator by one is many times this code.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/rand.h>
#include <sys/time.h>
#include <time.h>

#include <cassert>
#include <mutex>
#include <optional>

#include "base/random.h"

namespace plaza::dtls::testing {
namespace {

thread_local const base::Clock* simulated_clock = nullptr;

std::mutex random_mutex;
std::optional<base::SeededRandom> simulated_random;

int FillRandom(unsigned char* out, int size) {
  const std::lock_guard lock(random_mutex);
  if (!simulated_random || size < 0) return 0;
  simulated_random->Fill({out, static_cast<size_t>(size)});
  return 1;
}

int RandomStatus() { return 1; }

const RAND_METHOD kSimulatedMethod = {nullptr, &FillRandom, nullptr,
                                      nullptr, &FillRandom, &RandomStatus};

}  // namespace

SimulatedOpenSsl::SimulatedOpenSsl(const base::Clock& clock, uint64_t seed) {
  assert(!simulated_clock);
  simulated_clock = &clock;
  const std::lock_guard lock(random_mutex);
  simulated_random.emplace(seed);
  RAND_set_rand_method(&kSimulatedMethod);
}

SimulatedOpenSsl::~SimulatedOpenSsl() {
  simulated_clock = nullptr;
  const std::lock_guard lock(random_mutex);
  RAND_set_rand_method(RAND_OpenSSL());
  simulated_random.reset();
}

}  // namespace plaza::dtls::testing

extern "C" int gettimeofday(timeval* __restrict now, void* __restrict) noexcept {
  if (const auto* clock = plaza::dtls::testing::simulated_clock) {
    const auto micros = clock->WallNow().time_since_epoch().count();
    now->tv_sec = micros / 1'000'000;
    now->tv_usec = micros % 1'000'000;
    return 0;
  }
  timespec precise{};
  if (clock_gettime(CLOCK_REALTIME, &precise) != 0) return -1;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}
