// Randomness as a dependency: the system's in production, a seeded one in tests.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace plaza::base {

/// A source of random bytes. Not thread-safe unless the implementation says so.
class Random {
 public:
  virtual ~Random() = default;
  /// Fills `out` with random bytes.
  virtual void Fill(std::span<uint8_t> out) = 0;

  uint64_t Next64();
  uint32_t Next32() { return static_cast<uint32_t>(Next64()); }
  /// Uniform in [0, bound); 0 if bound is 0.
  uint64_t Below(uint64_t bound);
  /// Uniform in [0, 1).
  double Unit() { return static_cast<double>(Next64() >> 11) * 0x1.0p-53; }
  /// `length` characters drawn from `alphabet`; by default one that is legal in ICE credentials and
  /// URLs.
  std::string String(
      size_t length,
      std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
};

/// The kernel's generator; fit for keys and thread-safe.
class SystemRandom final : public Random {
 public:
  void Fill(std::span<uint8_t> out) override;
};

/// The same sequence for the same seed (SplitMix64). For tests and simulation only.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  void Fill(std::span<uint8_t> out) override;

 private:
  uint64_t state_;
};

}  // namespace plaza::base
