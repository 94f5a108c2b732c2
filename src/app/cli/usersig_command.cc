// plaza usersig
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/config_flags.h"
#include "app/cli/output.h"
#include "base/time.h"
#include "room/private_map_key.h"
#include "room/user_sig.h"
#include "store/await.h"
#include "store/open.h"

namespace plaza::app {
namespace {

struct UserSigFlags {
  ConfigFlags config;
  bool json = false;
  uint32_t app = 0;
  std::string user;
  int64_t expire = 24 * 3600;
  std::string room;
};

base::Result<store::AppRow> FindApp(store::Store& store, uint32_t id) {
  auto apps = store::Await<std::vector<store::AppRow>>(
      [&](auto done) { store.apps().List(std::move(done)); });
  if (!apps.ok()) return std::move(apps).error();
  for (store::AppRow& app : *apps) {
    if (app.id == id) return std::move(app);
  }
  return base::Error{base::ErrorKind::kNotFound,
                     "there is no app " + std::to_string(id) + " (plaza app list)", "app"};
}

// A number is a numeric room; "string:123" forces a string room.
base::Result<room::RoomName> ParseRoom(const std::string& text) {
  if (text.starts_with("string:")) return room::RoomName::Text(text.substr(7));
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && text.size() <= 10) return room::RoomName::Number(std::stoull(text));
  return room::RoomName::Text(text);
}

int Sign(const UserSigFlags& flags) {
  if (const auto user = room::ParseUserId(flags.user, "user"); !user.ok())
    return Fail(user.error());
  const auto store = flags.config.OpenStore();
  if (!store.ok()) return Fail(store.error());
  const auto app = FindApp(**store, flags.app);
  if (!app.ok()) return Fail(app.error());
  const base::WallTime now = base::SystemClock().WallNow();
  const room::UserSig claims{
      flags.user, room::SdkAppId(flags.app), base::UnixSeconds(now), flags.expire, {}};
  Row row = {{"UserSig", room::SignUserSig(claims, app->secret_key)}};
  if (!flags.room.empty()) {
    const auto name = ParseRoom(flags.room);
    if (!name.ok()) return Fail(name.error());
    const room::RoomTicket ticket{flags.user,
                                  room::SdkAppId(flags.app),
                                  *name,
                                  static_cast<uint32_t>(base::UnixSeconds(now) + flags.expire),
                                  {}};
    row.emplace_back("PrivateMapKey",
                     room::SignPrivateMapKey(ticket, app->secret_key, now, flags.expire));
  }
  if (row.size() == 1 && !flags.json) {
    std::printf("%s\n", std::get<std::string>(row[0].second).c_str());
  } else {
    PrintRow(row, flags.json);
  }
  return 0;
}

}  // namespace

base::Result<std::string> SignUser(const std::string& data, uint32_t app, const std::string& user) {
  if (auto named = room::ParseUserId(user, "user"); !named.ok()) return std::move(named).error();
  const auto config = ConfigFlags().Load();
  if (!config.ok()) return config.error();
  const auto store = store::OpenStore(config->store_url, data, store::RunOnTheSpot());
  if (!store.ok()) return store.error();
  const auto row = FindApp(**store, app);
  if (!row.ok()) return row.error();
  const int64_t now = base::UnixSeconds(base::SystemClock().WallNow());
  const room::UserSig claims{user, room::SdkAppId(app), now, UserSigFlags{}.expire, {}};
  return room::SignUserSig(claims, row->secret_key);
}

void AddUserSig(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand("usersig",
                                          "Sign a UserSig for trying things out.\n\nExample: plaza "
                                          "usersig --app 1400000000 --user alice");
  const auto flags = std::make_shared<UserSigFlags>();
  command->add_option("--app", flags->app, "SDKAppID")->required();
  command->add_option("--user", flags->user, "User id")->required();
  command->add_option("--expire", flags->expire, "Seconds that it holds")
      ->capture_default_str()
      ->check(CLI::Range(1, 10 * 365 * 86400));
  command->add_option("--room", flags->room,
                      "Also sign a privateMapKey for this room (a number, or text; string:123 for "
                      "the string room 123)");
  flags->config.AddStoreTo(*command);
  command->add_flag("--json", flags->json, "Print JSON");
  command->callback([flags, &action] { action = [flags] { return Sign(*flags); }; });
}

}  // namespace plaza::app
