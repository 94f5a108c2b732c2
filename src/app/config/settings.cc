// The table of settings and their rules.
#include <algorithm>
#include <filesystem>
#include <thread>

#include "app/config/config.h"
#include "app/config/quoted.h"

namespace plaza::app {
namespace {

using base::InvalidArgument;
using base::SocketAddress;
using base::Status;

constexpr int64_t kLastPort = 65535;

Status CheckOneOf(std::string_view key, const std::string& value,
                  std::initializer_list<std::string_view> legal) {
  std::string names;
  for (std::string_view name : legal) {
    if (value == name) return {};
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return InvalidArgument(std::string(key), Quoted(value) + " is not one of " + names);
}

Status CheckRange(std::string_view key, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return {};
  return InvalidArgument(std::string(key), std::to_string(value) + " is not between " +
                                               std::to_string(low) + " and " +
                                               std::to_string(high));
}

Status CheckAddress(std::string_view key, const std::string& value) {
  if (SocketAddress::Parse(value)) return {};
  return InvalidArgument(
      std::string(key),
      Quoted(value) + " is not ADDRESS:PORT with an IPv4 or a bracketed IPv6 address");
}

Status CheckReadable(std::string_view key, const std::string& path) {
  std::error_code error;
  if (path.empty() || std::filesystem::is_regular_file(path, error)) return {};
  return InvalidArgument(std::string(key), "there is no file " + Quoted(path));
}

Status CheckStoreUrl(const Config& c) {
  const std::string& url = c.store_url;
  if (url.starts_with("sqlite:") && url != "sqlite:") return {};
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return {};
  return InvalidArgument("store.url", Quoted(url) + " is neither sqlite:FILE nor postgresql://…");
}

Status CheckRtcListen(const Config& c) {
  for (const std::string& address : c.rtc_listen)
    if (Status status = CheckAddress("rtc.listen", address); !status.ok()) return status;
  return {};
}

// Each worker takes the port after the one before; port 0 takes a free one.
Status CheckRtcPorts(const Config& c) {
  const int64_t workers = RtcWorkers(c);
  for (const SocketAddress& address : RtcAddresses(c))
    if (address.port != 0 && address.port + workers - 1 > kLastPort)
      return InvalidArgument("rtc.listen", "port " + std::to_string(address.port) +
                                               " is too high for " + std::to_string(workers) +
                                               " workers, one port each: the last is 65535");
  return {};
}

Status CheckAnnounce(const Config& c) {
  for (const std::string& address : c.rtc_announce)
    if (!base::IpAddress::Parse(address))
      return InvalidArgument("rtc.announce", Quoted(address) + " is not an IP address");
  return {};
}

const Setting kSettings[] = {
    {"data", &Config::data, "Folder of the database, recordings and keys; made if it is missing.",
     [](const Config& c) {
       return c.data.empty() ? InvalidArgument("data", "must not be empty") : Status();
     }},
    {"demo", &Config::demo,
     "Serve the demo at / and sign its users in without a password. Not for production."},
    {"log.level", &Config::log_level,
     "Least level that is written: debug, info, warning, error or off.",
     [](const Config& c) {
       return CheckOneOf("log.level", c.log_level, {"debug", "info", "warning", "error", "off"});
     },
     true},
    {"log.format", &Config::log_format, "Form of log lines on standard error: text or json.",
     [](const Config& c) {
       return CheckOneOf("log.format", c.log_format, {"text", "json"});
     },
     true},
    {"http.listen", &Config::http_listen,
     "Address of pages, API and signalling. One that is not loopback needs TLS, or http.insecure.",
     [](const Config& c) { return CheckAddress("http.listen", c.http_listen); }},
    {"http.tls_cert", &Config::http_tls_cert,
     "Certificate chain (PEM). With http.tls_key the listener speaks HTTPS and WSS.",
     [](const Config& c) { return CheckReadable("http.tls_cert", c.http_tls_cert); }, true},
    {"http.tls_key", &Config::http_tls_key, "Private key of the certificate (PEM).",
     [](const Config& c) { return CheckReadable("http.tls_key", c.http_tls_key); }, true},
    {"http.insecure", &Config::http_insecure,
     "Allow a public address without TLS. Browsers then refuse cameras; use it behind a TLS proxy "
     "only."},
    {"http.max_connections", &Config::http_max_connections,
     "Open HTTP and WebSocket connections at most.",
     [](const Config& c) {
       return CheckRange("http.max_connections", c.http_max_connections, 1, 1'000'000);
     }},
    {"http.max_connections_per_address", &Config::http_max_connections_per_address,
     "As many from one IPv4 address or IPv6 /64. A proxy in front counts as one address.",
     [](const Config& c) {
       return CheckRange("http.max_connections_per_address", c.http_max_connections_per_address, 1,
                         1'000'000);
     }},
    {"http.idle_seconds", &Config::http_idle_seconds,
     "How long an HTTP connection may wait for its next request. Longer than a proxy in front "
     "does.",
     [](const Config& c) { return CheckRange("http.idle_seconds", c.http_idle_seconds, 1, 3600); }},
    {"rtc.listen", &Config::rtc_listen,
     "Addresses of media, each for UDP and TCP; \"[::]:7000\" takes IPv6 and IPv4. Each worker "
     "beyond the first takes the next port. Empty: the host of http.listen, port 7000.",
     CheckRtcListen},
    {"rtc.announce", &Config::rtc_announce,
     "IP addresses told to clients as ICE candidates. Empty: those that rtc.listen is bound to, "
     "found by itself.",
     CheckAnnounce},
    {"rtc.tcp_connections", &Config::rtc_tcp_connections,
     "TCP connections that one worker takes for media, from clients whose network blocks UDP. 0: "
     "media is not offered over TCP.",
     [](const Config& c) {
       return CheckRange("rtc.tcp_connections", c.rtc_tcp_connections, 0, 100'000);
     }},
    {"rtc.workers", &Config::rtc_workers, "Media threads. 0: one a core.",
     [](const Config& c) { return CheckRange("rtc.workers", c.rtc_workers, 0, 256); }},
    {"rtc.video_codec", &Config::rtc_video_codec,
     "Video codec asked of clients: auto (what the client prefers), vp8 or h264.",
     [](const Config& c) {
       return CheckOneOf("rtc.video_codec", c.rtc_video_codec, {"auto", "vp8", "h264"});
     }},
    {"session.resume_seconds", &Config::session_resume_seconds,
     "How long a client whose signalling broke stays in its room before it has left.",
     [](const Config& c) {
       return CheckRange("session.resume_seconds", c.session_resume_seconds, 1, 600);
     }},
    {"drain_seconds", &Config::drain_seconds,
     "How long SIGTERM lets everything go on, only /readyz says 503, so that load balancers look "
     "elsewhere. A second SIGTERM cuts it short.",
     [](const Config& c) { return CheckRange("drain_seconds", c.drain_seconds, 0, 3600); }},
    {"shutdown_seconds", &Config::shutdown_seconds,
     "How long after that clients, which are told to leave, may take to close their connections.",
     [](const Config& c) { return CheckRange("shutdown_seconds", c.shutdown_seconds, 0, 3600); }},
    {"store.url", &Config::store_url,
     "Database: sqlite:FILE, relative to data, or postgresql://USER:PASSWORD@HOST/DATABASE.",
     CheckStoreUrl},
    {"blobs.url", &Config::blobs_url, "Where recordings are kept.", nullptr, false, false},
    {"rtmp.listen", &Config::rtmp_listen, "Address of RTMP in and out.", nullptr, false, false},
    {"cluster.url", &Config::cluster_url, "NATS, where many machines form one cloud.", nullptr,
     false, false},
};

}  // namespace

std::span<const Setting> Settings() { return kSettings; }

base::SocketAddress HttpAddress(const Config& config) {
  return *SocketAddress::Parse(config.http_listen);
}

std::vector<base::SocketAddress> RtcAddresses(const Config& config) {
  if (config.rtc_listen.empty()) return {{HttpAddress(config).ip, 7000}};
  std::vector<base::SocketAddress> addresses;
  for (const std::string& text : config.rtc_listen)
    addresses.push_back(*SocketAddress::Parse(text));
  return addresses;
}

int64_t RtcWorkers(const Config& config) {
  if (config.rtc_workers > 0) return config.rtc_workers;
  return std::max(1u, std::thread::hardware_concurrency());
}

std::vector<std::string> KeysThatNeedARestart(const Config& running, const Config& changed) {
  std::vector<std::string> keys;
  for (const Setting& setting : Settings()) {
    const bool same =
        std::visit([&](auto field) { return running.*field == changed.*field; }, setting.field);
    if (!same && !setting.reloadable) keys.emplace_back(setting.key);
  }
  return keys;
}

Status Validate(const Config& config) {
  for (const Setting& setting : Settings()) {
    if (setting.check) {
      if (Status status = setting.check(config); !status.ok()) return status;
    }
  }
  const bool tls = !config.http_tls_cert.empty();
  if (tls != !config.http_tls_key.empty())
    return InvalidArgument(tls ? "http.tls_key" : "http.tls_cert",
                           "is needed beside the other of the two");
  if (!tls && !config.http_insecure && !HttpAddress(config).ip.is_loopback())
    return InvalidArgument(
        "http.listen", config.http_listen +
                           " is a public address without TLS: set http.tls_cert and http.tls_key, "
                           "or http.insecure = true");
  return CheckRtcPorts(config);
}

}  // namespace plaza::app
