// plaza app create|list|set
#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/config_flags.h"
#include "app/cli/output.h"
#include "base/random.h"
#include "base/time.h"
#include "room/app.h"
#include "store/await.h"

namespace plaza::app {
namespace {

struct AppFlags {
  ConfigFlags config;
  bool json = false;
  room::NewApp wanted;
  uint32_t id = 0;
  std::vector<std::string> settings;
};

Row Describe(const store::AppRow& app) {
  Row row = {{"SdkAppId", uint64_t{app.id}},
             {"SecretKey", app.secret_key},
             {"AppId", app.app_id},
             {"AppKey", app.app_key},
             {"Name", app.name}};
  for (const auto& [key, value] : app.settings) row.emplace_back(key, value);
  return row;
}

int Create(const AppFlags& flags) {
  base::SystemRandom random;
  auto row = room::MakeAppRow(flags.wanted, random);
  if (!row.ok()) return Fail(row.error());
  const auto store = flags.config.OpenStore();
  if (!store.ok()) return Fail(store.error());
  row->created_ms = base::UnixMillis(base::SystemClock().WallNow());
  const auto stored = store::Await<store::AppRow>(
      [&](auto done) { (*store)->apps().Create(*row, std::move(done)); });
  if (!stored.ok()) return Fail(stored.error());
  PrintRow(Describe(*stored), flags.json);
  return 0;
}

int List(const AppFlags& flags) {
  const auto store = flags.config.OpenStore();
  if (!store.ok()) return Fail(store.error());
  const auto apps = store::Await<std::vector<store::AppRow>>(
      [&](auto done) { (*store)->apps().List(std::move(done)); });
  if (!apps.ok()) return Fail(apps.error());
  std::vector<Row> rows;
  for (const store::AppRow& app : *apps) rows.push_back(Describe(app));
  PrintRows(rows, flags.json);
  return 0;
}

int Set(const AppFlags& flags) {
  std::map<std::string, std::string> settings;
  for (const std::string& pair : flags.settings) {
    const size_t equals = pair.find('=');
    if (equals == std::string::npos) return Fail(base::InvalidArgument(pair, "must be key=value"));
    settings[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  if (const auto parsed = room::ParseAppSettings(settings); !parsed.ok())
    return Fail(parsed.error());
  const auto store = flags.config.OpenStore();
  if (!store.ok()) return Fail(store.error());
  const auto set = store::Await<void>(
      [&](auto done) { (*store)->apps().Set(flags.id, std::move(settings), std::move(done)); });
  return set.ok() ? 0 : Fail(set.error());
}

std::string SettingsHelp() {
  std::string help = "Settings:\n";
  for (const room::AppSettingInfo& info : room::AppSettingInfos())
    help += "  " + std::string(info.key) + "=" + info.default_value + "  " + info.meaning + "\n";
  return help;
}

}  // namespace

void AddApp(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand(
      "app", "Make, list and set apps (tenants). Works with the server running or not.");
  command->require_subcommand(1);
  const auto flags = std::make_shared<AppFlags>();

  CLI::App* create = command->add_subcommand(
      "create", "Make an app and print its keys.\n\nExample: plaza app create shop");
  create->add_option("name", flags->wanted.name, "Name, for people")->required();
  create->add_option("--id", flags->wanted.id,
                     "SDKAppID (1400000000 and up); without, the next free one");
  create->add_option("--key", flags->wanted.secret_key, "SecretKey; without, a new one");
  create->callback([flags, &action] { action = [flags] { return Create(*flags); }; });

  CLI::App* list = command->add_subcommand(
      "list", "List all apps with their keys.\n\nExample: plaza app list --json");
  list->callback([flags, &action] { action = [flags] { return List(*flags); }; });

  CLI::App* set = command->add_subcommand(
      "set", "Set settings of an app.\n\nExample: plaza app set 1400000000 " +
                 std::string(room::AppSettingInfos().front().key) + "=" +
                 room::AppSettingInfos().front().default_value);
  set->add_option("id", flags->id, "SDKAppID")->required();
  set->add_option("settings", flags->settings, "key=value …")->required();
  set->footer(SettingsHelp());
  set->callback([flags, &action] { action = [flags] { return Set(*flags); }; });

  for (CLI::App* sub : {create, list, set}) {
    flags->config.AddStoreTo(*sub);
    if (sub != set) sub->add_flag("--json", flags->json, "Print JSON");
  }
}

}  // namespace plaza::app
