// Errors as values: a function that can fail returns Result<T>.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace plaza::base {

/// What class of failure it is; tells the caller what can be done about it.
enum class ErrorKind {
  kInvalidArgument,     ///< The input breaks a rule; the same input will fail again.
  kUnauthenticated,     ///< Who asks is not proven.
  kPermissionDenied,    ///< Who asks may not.
  kNotFound,            ///< What is named does not exist.
  kAlreadyExists,       ///< What is to be made exists.
  kFailedPrecondition,  ///< Right input, wrong state.
  kResourceExhausted,   ///< A limit is reached.
  kUnavailable,         ///< Something outside fails now; trying later may help.
  kDeadlineExceeded,    ///< It took too long.
  kUnsupported,         ///< Known, but not built or not negotiated.
  kInternal,            ///< A fault of ours.
};

/// The name of a kind in lower case with dashes, as logs and metrics print it.
const char* ToString(ErrorKind kind);

/// One failure. `message` is for people and names the rule; `field` names the input at fault, or is
/// empty; `code` is the code of the API family that the caller speaks, or 0.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  std::string field;
  int code = 0;
};

inline Error InvalidArgument(std::string field, std::string message) {
  return {ErrorKind::kInvalidArgument, std::move(message), std::move(field), 0};
}

/// A value or an Error. Reading the one that is not there is a bug and asserts.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return assert(ok()), std::get<0>(state_); }
  const T& value() const& { return assert(ok()), std::get<0>(state_); }
  T&& value() && { return assert(ok()), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return assert(!ok()), std::get<1>(state_); }
  Error&& error() && { return assert(!ok()), std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error. `return {};` is success.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT: implicit

  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const& { return assert(!ok_), error_; }
  Error&& error() && { return assert(!ok_), std::move(error_); }

 private:
  Error error_;
  bool ok_ = true;
};

using Status = Result<void>;

}  // namespace plaza::base
