// Identifiers that the compiler keeps apart.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace plaza::base {

/// A value of type Rep that only mixes with its own kind: `using TrackId = StrongId<struct
/// TrackIdTag>`.
template <typename Tag, typename Rep = uint64_t>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep value) : value_(std::move(value)) {}
  constexpr const Rep& value() const { return value_; }
  friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;

 private:
  Rep value_{};
};

}  // namespace plaza::base

template <typename Tag, typename Rep>
struct std::hash<plaza::base::StrongId<Tag, Rep>> {
  size_t operator()(const plaza::base::StrongId<Tag, Rep>& id) const {
    return std::hash<Rep>{}(id.value());
  }
};
