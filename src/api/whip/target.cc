#include "api/whip/target.h"

#include <charconv>
#include <string_view>
#include <vector>

#include "net/uri.h"

namespace plaza::api {
namespace {

using base::InvalidArgument;

constexpr size_t kSegments = 4;  // protocol, app, room, user
constexpr size_t kMaxParts = 2;  // session, and what of it

std::vector<std::string_view> Split(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (;;) {
    const size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos || segments.size() > kSegments + kMaxParts) return segments;
    path.remove_prefix(slash + 1);
  }
}

template <typename T>
std::optional<T> WholeNumber(std::string_view text) {
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

base::Status ReadRoom(std::string_view segment, std::string_view query, WhipTarget& target) {
  auto name = net::PercentDecode(segment);
  if (!name) return InvalidArgument("roomId", "roomId has a broken % escape");
  const std::string type = net::QueryValue(query, "roomType").value_or("");
  if (!type.empty() && type != "string" && type != "number")
    return InvalidArgument("roomType", "roomType must be string or number");
  const auto number = WholeNumber<uint64_t>(*name);
  if (type == "number" && !number)
    return InvalidArgument("roomId", "roomId must be a number with roomType=number");
  if (number && type != "string") {
    target.room_id = number;
  } else {
    target.str_room_id = std::move(*name);
  }
  return {};
}

base::Status ReadQuery(std::string_view query, WhipTarget& target) {
  const std::string stream = net::QueryValue(query, "streamType").value_or("main");
  if (stream != "main" && stream != "aux")
    return InvalidArgument("streamType", "streamType must be main or aux");
  if (stream == "aux") target.stream = signal::StreamType::kAux;
  const std::string scene = net::QueryValue(query, "scene").value_or("rtc");
  if (scene != "rtc" && scene != "live")
    return InvalidArgument("scene", "scene must be rtc or live");
  if (scene == "live") target.scene = signal::Scene::kLive;
  target.from = net::QueryValue(query, "from");
  if (target.from && !target.egress)
    return InvalidArgument("from",
                           "from is for WHEP alone: WHIP publishes as the user of the path");
  target.private_map_key = net::QueryValue(query, "privateMapKey");
  return {};
}

}  // namespace

base::Result<WhipTarget> ReadWhipTarget(const net::HttpRequest& request) {
  const std::vector<std::string_view> segments = Split(request.raw_path);
  const base::Error unknown{base::ErrorKind::kNotFound,
                            "the path must be /whip/{sdkAppId}/{roomId}/{userId} or /whep/…", "",
                            0};
  if (segments.size() < kSegments || segments.size() > kSegments + kMaxParts) return unknown;
  if (segments[0] != "whip" && segments[0] != "whep") return unknown;
  WhipTarget target;
  target.egress = segments[0] == "whep";
  const auto app = WholeNumber<uint32_t>(segments[1]);
  if (!app) return InvalidArgument("sdkAppId", "sdkAppId must be a number");
  target.sdk_app_id = *app;
  if (auto room = ReadRoom(segments[2], request.query, target); !room) return room.error();
  auto user = net::PercentDecode(segments[3]);
  if (!user) return InvalidArgument("userId", "userId has a broken % escape");
  target.user_id = std::move(*user);
  if (segments.size() > kSegments) target.session = segments[kSegments];
  if (segments.size() > kSegments + 1) target.part = segments[kSegments + 1];
  if (segments.size() > kSegments && target.session.empty()) return unknown;
  if (auto query = ReadQuery(request.query, target); !query) return query.error();
  return target;
}

std::string BearerToken(const net::HttpRequest& request) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view field = request.headers.Get("Authorization");
  if (field.size() > kScheme.size()) {
    bool bearer = true;
    for (size_t i = 0; i < kScheme.size(); ++i) bearer &= (field[i] | 0x20) == (kScheme[i] | 0x20);
    const size_t start = field.find_first_not_of(' ', kScheme.size());
    if (bearer && start != std::string_view::npos) return std::string(field.substr(start));
  }
  return net::QueryValue(request.query, "token").value_or("");
}

}  // namespace plaza::api
