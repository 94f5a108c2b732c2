// The server's configuration: every key with its default, meaning and rule, in one place.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/socket_address.h"

namespace plaza::app {

/// All settings of `plaza serve`, by the names of docs/configuration.md.
struct Config {
  std::string data = "./plaza-data";
  bool demo = false;

  std::string log_level = "info";
  std::string log_format = "text";

  std::string http_listen = "127.0.0.1:8080";
  std::string http_tls_cert;
  std::string http_tls_key;
  bool http_insecure = false;
  int64_t http_max_connections = 10000;
  int64_t http_max_connections_per_address = 2000;
  int64_t http_idle_seconds = 60;

  std::vector<std::string> rtc_listen;  // empty: host of http_listen, port 7000
  std::vector<std::string> rtc_announce;
  int64_t rtc_workers = 0;  // 0: one a core
  int64_t rtc_tcp_connections = 1000;
  std::string rtc_video_codec = "auto";

  int64_t session_resume_seconds = 30;
  int64_t drain_seconds = 0;
  int64_t shutdown_seconds = 5;

  std::string store_url = "sqlite:plaza.db";
  std::string blobs_url;
  std::string rtmp_listen;
  std::string cluster_url;
};

using ConfigField = std::variant<std::string Config::*, int64_t Config::*, bool Config::*,
                                 std::vector<std::string> Config::*>;

/// One key: where its value lives, what it means and what it accepts.
struct Setting {
  std::string_view key;
  ConfigField field;
  std::string_view help;
  base::Status (*check)(const Config&) = nullptr;  ///< the rule for the value; null: any
  bool reloadable = false;                         ///< SIGHUP takes it over
  bool built = true;  ///< false: known, but its subject does not exist yet

  /// `PLAZA_HTTP_LISTEN` for `http.listen`.
  std::string EnvironmentName() const;
};

/// Every setting, in the order of the documentation.
std::span<const Setting> Settings();

/// Takes the values of a TOML document. Unknown keys, wrong types and rules broken are errors that
/// name the key and the line.
base::Status ApplyToml(Config& config, std::string_view document, std::string_view file_name);
/// Takes PLAZA_… variables; `get` returns null for an unset one.
base::Status ApplyEnvironment(Config& config, const char* (*get)(const char*));
/// Sets one key from text ("true", "7000", "a,b").
base::Status ApplyText(Config& config, const Setting& setting, std::string_view text);
/// Checks each rule and those between keys; call after all sources were applied.
base::Status Validate(const Config& config);

/// The addresses that the listeners bind; Validate() has passed.
base::SocketAddress HttpAddress(const Config& config);
/// Of the first worker; the others take the ports that follow.
std::vector<base::SocketAddress> RtcAddresses(const Config& config);
/// Media threads: rtc.workers, or the number of cores.
int64_t RtcWorkers(const Config& config);
/// The keys whose values differ and that SIGHUP does not take over.
std::vector<std::string> KeysThatNeedARestart(const Config& running, const Config& changed);

/// All keys with values and meanings as a TOML document that can be fed back.
std::string PrintToml(const Config& config);
/// docs/configuration.md.
std::string PrintMarkdown();

}  // namespace plaza::app
