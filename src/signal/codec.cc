#include "signal/codec.h"

#include <algorithm>
#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "signal/codes.h"
#include "signal/internal/fields.h"
#include "signal/internal/words.h"

namespace plaza::signal {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

/// Whole numbers that every JSON library keeps exactly.
constexpr uint64_t kMaxNumber = (uint64_t{1} << 53) - 1;

base::Error Refuse(int code, std::string field, std::string message) {
  return {base::ErrorKind::kInvalidArgument, std::move(message), std::move(field), code};
}

/// Reads the members of one object. The first error of the whole frame is kept.
class Reader {
 public:
  Reader(const Json& object, std::string path, std::optional<base::Error>& error)
      : object_(object), path_(std::move(path)), error_(error) {}

  template <typename T>
  void Field(const char* name, T& value, size_t limit = kMaxText) {
    if (const Json* found = Find(name)) {
      Read(*found, Path(name), value, limit);
    } else {
      Fail(Path(name), "is missing");
    }
  }
  template <typename T>
  void Optional(const char* name, std::optional<T>& value, size_t limit = kMaxText) {
    const Json* found = Find(name);
    if (found == nullptr) return;
    T read{};
    Read(*found, Path(name), read, limit);
    value = std::move(read);
  }
  template <typename T>
  void Default(const char* name, T& value, size_t limit = kMaxText) {
    if (const Json* found = Find(name)) Read(*found, Path(name), value, limit);
  }
  template <typename T>
  void Nullable(const char* name, std::optional<T>& value, size_t limit) {
    Optional(name, value, limit);
  }
  void Version(const char* name, uint32_t& value) {
    Field(name, value);
    if (!error_ && value == kProtocolVersion) return;
    error_ = Refuse(code::kBadProtocol, Path(name),
                    "this server speaks protocol " + std::to_string(kProtocolVersion));
  }

 private:
  const Json* Find(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  std::string Path(const char* name) const { return path_.empty() ? name : path_ + "." + name; }
  void Fail(const std::string& path, const std::string& what) {
    if (error_) return;
    const bool room = path == "roomId" || path == "strRoomId";
    error_ = Refuse(room ? code::kBadRoom : code::kBadMember, path, path + " " + what);
  }

  void Read(const Json& json, const std::string& path, std::string& value, size_t limit) {
    if (!json.is_string()) return Fail(path, "must be a string");
    value = json.get<std::string>();
    if (value.size() > limit) Fail(path, "must have at most " + std::to_string(limit) + " bytes");
  }
  void Read(const Json& json, const std::string& path, base::Bytes& value, size_t limit) {
    const auto bytes =
        json.is_string() ? base::Base64Decode(json.get_ref<const std::string&>()) : std::nullopt;
    if (!bytes) return Fail(path, "must be base64");
    if (bytes->size() > limit)
      return Fail(path, "must have at most " + std::to_string(limit) + " bytes");
    value = *bytes;
  }
  void Read(const Json& json, const std::string& path, bool& value, size_t) {
    if (!json.is_boolean()) return Fail(path, "must be true or false");
    value = json.get<bool>();
  }
  template <std::unsigned_integral T>
  void Read(const Json& json, const std::string& path, T& value, size_t) {
    const uint64_t max = std::min<uint64_t>(std::numeric_limits<T>::max(), kMaxNumber);
    if (!json.is_number_unsigned() || json.get<uint64_t>() > max)
      return Fail(path, "must be a whole number from 0 to " + std::to_string(max));
    value = json.get<T>();
  }
  void Read(const Json& json, const std::string& path, int& value, size_t) {
    constexpr int64_t kMax = std::numeric_limits<int>::max();
    if (!json.is_number_integer() || json.get<int64_t>() > kMax || json.get<int64_t>() < -kMax)
      return Fail(path, "must be a whole number");
    value = json.get<int>();
  }
  template <typename T>
  requires std::is_enum_v<T>
  void Read(const Json& json, const std::string& path, T& value, size_t) {
    std::string all;
    for (size_t i = 0; i < Words<T>::kList.size(); ++i) {
      if (json.is_string() && json.get_ref<const std::string&>() == Words<T>::kList[i]) {
        value = static_cast<T>(i);
        return;
      }
      all += (i > 0 ? ", " : "") + std::string(Words<T>::kList[i]);
    }
    Fail(path, "must be one of: " + all);
  }
  template <typename T>
  void Read(const Json& json, const std::string& path, std::vector<T>& value, size_t limit) {
    if (!json.is_array()) return Fail(path, "must be an array");
    if (json.size() > limit)
      return Fail(path, "must have at most " + std::to_string(limit) + " elements");
    value.assign(json.size(), T{});
    for (size_t i = 0; i < value.size(); ++i)
      Read(json[i], path + "[" + std::to_string(i) + "]", value[i], kMaxText);
  }
  void Read(const Json& json, const std::string& path, VideoWish& value, size_t) {
    value = {};
    value.on = !json.is_boolean() || json.get<bool>();
    if (json.is_boolean()) return;
    if (!json.is_object())
      return Fail(path, "must be true, false or an object with width and height");
    Reader size(json, path, error_);
    size.Field("width", value.width);
    size.Field("height", value.height);
  }
  template <typename T>
  requires std::is_class_v<T>
  void Read(const Json& json, const std::string& path, T& value, size_t) {
    if (!json.is_object()) return Fail(path, "must be an object");
    Reader inner(json, path, error_);
    Fields(inner, value);
  }

  const Json& object_;
  const std::string path_;
  std::optional<base::Error>& error_;
};

class Writer {
 public:
  explicit Writer(OrderedJson& object) : object_(object) {}

  template <typename T>
  void Field(const char* name, const T& value, size_t = 0) {
    object_[name] = Write(value);
  }
  template <typename T>
  void Optional(const char* name, const std::optional<T>& value, size_t = 0) {
    if (value) object_[name] = Write(*value);
  }
  template <typename T>
  void Default(const char* name, const T& value, size_t = 0) {
    object_[name] = Write(value);
  }
  template <typename T>
  void Nullable(const char* name, const std::optional<T>& value, size_t) {
    object_[name] = value ? Write(*value) : OrderedJson(nullptr);
  }
  void Version(const char* name, const uint32_t& value) { object_[name] = value; }

 private:
  template <typename T>
  static OrderedJson Write(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      return Words<T>::kList[static_cast<size_t>(value)];
    } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
      return value;
    } else if constexpr (std::is_same_v<T, VideoWish>) {
      if (!value.on || (value.width == 0 && value.height == 0)) return value.on;
      return {{"width", value.width}, {"height", value.height}};
    } else {
      OrderedJson object = OrderedJson::object();
      Writer writer(object);
      Fields(writer, value);
      return object;
    }
  }
  static OrderedJson Write(const base::Bytes& bytes) { return base::Base64Encode(bytes); }
  template <typename T>
  static OrderedJson Write(const std::vector<T>& list) {
    OrderedJson array = OrderedJson::array();
    for (const T& item : list) array.push_back(Write(item));
    return array;
  }

  OrderedJson& object_;
};

/// Nesting is bounded before a parser sees the text.
bool TooDeep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

template <typename Message, typename T>
bool ReadAs(const Json& object, const std::string& type,
            std::optional<base::Result<Message>>& out) {
  if (type != T::kType) return false;
  T message;
  std::optional<base::Error> error;
  Reader reader(object, "", error);
  Fields(reader, message);
  if (error) {
    out.emplace(std::move(*error));
  } else {
    out.emplace(Message(std::move(message)));
  }
  return true;
}

template <typename... T>
base::Result<std::variant<T...>> ReadMessage(const Json& object, const std::string& type,
                                             const std::variant<T...>*) {
  using Message = std::variant<T...>;
  std::optional<base::Result<Message>> out;
  if ((ReadAs<Message, T>(object, type, out) || ...)) return std::move(*out);
  return Refuse(code::kUnknownType, "type", "unknown message type \"" + type.substr(0, 64) + "\"");
}

/// `seq` or `ack`; true if absent or legal. Zero is a legal `ack` only.
bool ReadNumber(const Json& object, const char* name, uint64_t min, std::optional<uint64_t>& out) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return true;
  if (!found->is_number_unsigned()) return false;
  const uint64_t value = found->get<uint64_t>();
  if (value < min || value > kMaxNumber) return false;
  out = value;
  return true;
}

bool NeedsSeq(const base::Result<ClientMessage>& message) {
  return message.ok() && IsNumbered(*message);
}
bool NeedsSeq(const base::Result<ServerMessage>& message) {
  return message.ok() && IsNumbered(*message);
}

template <typename Message>
base::Result<Frame<Message>> ParseFrame(std::string_view text) {
  if (text.size() > kMaxFrameBytes)
    return Refuse(code::kTooLarge, "",
                  "a frame has at most " + std::to_string(kMaxFrameBytes) + " bytes");
  if (TooDeep(text)) return Refuse(code::kUnreadable, "", "the frame is nested too deep");
  const Json object = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return Refuse(code::kUnreadable, "", "the frame is not a JSON object");
  const auto type = object.find("type");
  if (type == object.end() || !type->is_string())
    return Refuse(code::kUnreadable, "type", "the frame has no type");

  Frame<Message> frame{{},
                       {},
                       ReadMessage(object, type->get_ref<const std::string&>(),
                                   static_cast<const Message*>(nullptr))};
  const char* bad = !ReadNumber(object, "seq", 1, frame.seq)   ? "seq"
                    : !ReadNumber(object, "ack", 0, frame.ack) ? "ack"
                                                               : nullptr;
  if (bad != nullptr) {
    frame.message = Refuse(code::kBadMember, bad, std::string(bad) + " must be a whole number");
  } else if (NeedsSeq(frame.message) && !frame.seq) {
    frame.message = Refuse(code::kBadMember, "seq", "seq is missing");
  } else if (frame.message.ok() && !IsNumbered(*frame.message)) {
    frame.seq.reset();
  }
  return frame;
}

template <typename Message>
std::string SerializeAny(const Message& message) {
  OrderedJson object = OrderedJson::object();
  std::visit(
      [&object](const auto& m) {
        object["type"] = std::decay_t<decltype(m)>::kType;
        Writer writer(object);
        Fields(writer, m);
      },
      message);
  return object.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

template <typename T, typename... Types>
bool IsOneOf() {
  return (std::is_same_v<T, Types> || ...);
}

}  // namespace

base::Result<ClientFrame> ParseClientFrame(std::string_view text) {
  return ParseFrame<ClientMessage>(text);
}
base::Result<ServerFrame> ParseServerFrame(std::string_view text) {
  return ParseFrame<ServerMessage>(text);
}

std::string Serialize(const ClientMessage& message) { return SerializeAny(message); }
std::string Serialize(const ServerMessage& message) { return SerializeAny(message); }

bool IsNumbered(const ClientMessage& message) {
  return std::visit([]<typename T>(const T&) { return !IsOneOf<T, Join, Resume, Ping, Ack>(); },
                    message);
}
bool IsNumbered(const ServerMessage& message) {
  return std::visit(
      []<typename T>(const T&) {
        return !IsOneOf<T, Joined, Resumed, ErrorFrame, Pong, Ack, GoAway, Speakers>();
      },
      message);
}

}  // namespace plaza::signal
