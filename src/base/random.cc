#include "base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace plaza::base {

uint64_t Random::Next64() {
  uint64_t value = 0;
  Fill({reinterpret_cast<uint8_t*>(&value), sizeof value});
  return value;
}

uint64_t Random::Below(uint64_t bound) {
  if (bound == 0) return 0;
  const uint64_t limit =
      UINT64_MAX - UINT64_MAX % bound;  // the last, partial interval is drawn again
  uint64_t value = Next64();
  while (value >= limit) value = Next64();
  return value % bound;
}

std::string Random::String(size_t length, std::string_view alphabet) {
  std::string out(length, '\0');
  for (char& c : out) c = alphabet[Below(alphabet.size())];
  return out;
}

void SystemRandom::Fill(std::span<uint8_t> out) {
  while (!out.empty()) {
    const ssize_t n = getrandom(out.data(), out.size(), 0);
    if (n < 0 && errno != EINTR) std::abort();  // no keys without randomness
    if (n > 0) out = out.subspan(static_cast<size_t>(n));
  }
}

void SeededRandom::Fill(std::span<uint8_t> out) {
  while (!out.empty()) {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;
    const size_t n = out.size() < sizeof z ? out.size() : sizeof z;
    std::memcpy(out.data(), &z, n);
    out = out.subspan(n);
  }
}

}  // namespace plaza::base
