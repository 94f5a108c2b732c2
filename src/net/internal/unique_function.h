// A function object that is moved, never copied: for completion handlers that own what they
// complete.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace plaza::net {

template <typename... Args>
class UniqueFunction {
 public:
  UniqueFunction() = default;
  template <typename F>
  requires(!std::is_same_v<std::decay_t<F>, UniqueFunction>)
      UniqueFunction(F&& function)  // NOLINT: implicit
      : target_(std::make_unique<Target<std::decay_t<F>>>(std::forward<F>(function))) {}

  explicit operator bool() const { return target_ != nullptr; }
  /// Calls it once; it is gone afterwards.
  void operator()(Args... args) {
    const auto target = std::move(target_);
    target->Call(args...);
  }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual void Call(Args... args) = 0;
  };
  template <typename F>
  struct Target final : Base {
    explicit Target(F f) : function(std::move(f)) {}
    void Call(Args... args) override { function(args...); }
    F function;
  };

  std::unique_ptr<Base> target_;
};

}  // namespace plaza::net
