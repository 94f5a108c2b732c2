// plaza version, and the commands that are promised but not built yet.
#include <openssl/crypto.h>
#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <boost/version.hpp>
#include <cstdio>

#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/version.h"

namespace plaza::app {

void AddVersion(CLI::App& root, Action& action) {
  root.add_subcommand("version",
                      "Print version, commit and library versions.\n\nExample: plaza version")
      ->callback([&action] {
        action = [] {
          std::printf("plaza %s (%s)\nOpenSSL %s\nBoost %d.%d\nSQLite %s\n", PLAZA_VERSION,
                      PLAZA_COMMIT, OpenSSL_version(OPENSSL_VERSION_STRING), BOOST_VERSION / 100000,
                      BOOST_VERSION / 100 % 1000, sqlite3_libversion());
          return 0;
        };
      });
}

void AddUnbuilt(CLI::App& root, Action& action) {
  for (const char* name : {"agent", "record", "hooks", "proxy", "bench", "doctor"}) {
    CLI::App* command = root.add_subcommand(name, "Not built yet.");
    command->allow_extras();
    command->callback([name, &action] {
      action = [name] {
        return Fail({base::ErrorKind::kUnsupported, "is not built yet in this version",
                     std::string("plaza ") + name});
      };
    });
  }
}

}  // namespace plaza::app
