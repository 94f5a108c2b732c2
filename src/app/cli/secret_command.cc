// plaza secret create|list
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/cli/commands.h"
#include "app/cli/config_flags.h"
#include "app/cli/output.h"
#include "base/random.h"
#include "base/time.h"
#include "store/await.h"

namespace plaza::app {
namespace {

struct SecretFlags {
  ConfigFlags config;
  bool json = false;
  std::optional<uint32_t> app;
};

Row Describe(const store::SecretRow& secret) {
  Row row = {{"SecretId", secret.secret_id}, {"SecretKey", secret.secret_key}};
  if (secret.app) row.emplace_back("SdkAppId", uint64_t{*secret.app});
  return row;
}

int Create(const SecretFlags& flags) {
  const auto store = flags.config.OpenStore();
  if (!store.ok()) return Fail(store.error());
  base::SystemRandom random;
  const store::SecretRow secret{"AKID" + random.String(32), random.String(32), flags.app,
                                base::UnixMillis(base::SystemClock().WallNow())};
  const auto done =
      store::Await<void>([&](auto then) { (*store)->secrets().Create(secret, std::move(then)); });
  if (!done.ok()) return Fail(done.error());
  PrintRow(Describe(secret), flags.json);
  return 0;
}

int List(const SecretFlags& flags) {
  const auto store = flags.config.OpenStore();
  if (!store.ok()) return Fail(store.error());
  const auto secrets = store::Await<std::vector<store::SecretRow>>(
      [&](auto then) { (*store)->secrets().List(std::move(then)); });
  if (!secrets.ok()) return Fail(secrets.error());
  std::vector<Row> rows;
  for (const store::SecretRow& secret : *secrets) rows.push_back(Describe(secret));
  PrintRows(rows, flags.json);
  return 0;
}

}  // namespace

void AddSecret(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand("secret", "Make and list key pairs for the REST API.");
  command->require_subcommand(1);
  const auto flags = std::make_shared<SecretFlags>();
  CLI::App* create = command->add_subcommand(
      "create", "Make a pair and print it.\n\nExample: plaza secret create --app 1400000000");
  create->add_option("--app", flags->app, "SDKAppID that it opens; without, all of them");
  create->callback([flags, &action] { action = [flags] { return Create(*flags); }; });
  CLI::App* list = command->add_subcommand("list", "List all pairs.\n\nExample: plaza secret list");
  list->callback([flags, &action] { action = [flags] { return List(*flags); }; });
  for (CLI::App* sub : {create, list}) {
    flags->config.AddStoreTo(*sub);
    sub->add_flag("--json", flags->json, "Print JSON");
  }
}

}  // namespace plaza::app
