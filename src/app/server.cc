#include "app/server.h"

#include <cstdio>
#include <memory>
#include <thread>

#include "api/demo_door.h"
#include "api/health_door.h"
#include "api/pages.h"
#include "api/signal_socket.h"
#include "api/whip/door.h"
#include "app/data_folder.h"
#include "app/media/announced_addresses.h"
#include "app/media/media_control.h"
#include "app/media/media_thread.h"
#include "app/version.h"
#include "app/web_root.h"
#include "base/log.h"
#include "net/event_loop.h"
#include "net/http_server.h"
#include "net/signals.h"
#include "room/service.h"
#include "store/open.h"

namespace plaza::app {
namespace {

constexpr char kDemoApp[] = "demo";

base::LogLevel LevelOf(const Config& config) {
  if (config.log_level == "debug") return base::LogLevel::kDebug;
  if (config.log_level == "warning") return base::LogLevel::kWarning;
  if (config.log_level == "error") return base::LogLevel::kError;
  return config.log_level == "off" ? base::LogLevel::kOff : base::LogLevel::kInfo;
}

void ConfigureLog(const Config& config) {
  base::ConfigureLog(LevelOf(config),
                     config.log_format == "json" ? base::LogFormat::kJson : base::LogFormat::kText);
}

bool HasTls(const Config& config) { return !config.http_tls_cert.empty(); }

net::TlsFiles TlsFilesOf(const Config& config) {
  return {config.http_tls_cert, config.http_tls_key};
}

// Errors of the HTTP server name its options; the user knows the settings behind them.
base::Error OfSetting(base::Error error) {
  if (error.field.empty()) error.field = "http.listen";
  if (error.field == "certificate") error.field = "http.tls_cert";
  if (error.field == "key") error.field = "http.tls_key";
  return error;
}

net::HttpServerOptions HttpOptions(const Config& config) {
  net::HttpServerOptions options;
  options.address = HttpAddress(config);
  options.max_connections = static_cast<size_t>(config.http_max_connections);
  options.max_connections_per_address =
      static_cast<size_t>(config.http_max_connections_per_address);
  options.idle_timeout = std::chrono::seconds(config.http_idle_seconds);
  if (HasTls(config)) options.tls = TlsFilesOf(config);
  return options;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

room::ServiceConfig ServiceOptions(const Config& config) {
  room::ServiceConfig options;
  options.member_timeout = std::chrono::seconds(config.session_resume_seconds);
  return options;
}

// Draining: all goes on, but /readyz says that it won't for long. Closing: clients are told.
enum class Phase { kStarting, kServing, kDraining, kClosing };

// Everything lives on the control thread but for the media threads. Members are destroyed from the
// last to the first.
class Server {
 public:
  Server(const Config& config, const std::function<base::Result<Config>()>& reload)
      : config_(config), reload_(reload), http_(loop_, HttpOptions(config)) {}

  base::Status Run() {
    if (auto status = Prepare(); !status.ok()) return status;
    service_->Start([this](base::Status status) {
      if (status.ok()) return OpenDoors();
      Stop(std::move(status));
    });
    loop_.Run();
    return std::move(result_);
  }

  ~Server() {
    for (const auto& thread : threads_) thread->End();
  }

 private:
  base::Status Prepare() {
    if (auto status = MakeDataFolder(config_.data); !status.ok()) return status;
    auto lock = DataFolderLock::Take(config_.data);
    if (!lock.ok()) return std::move(lock).error();
    lock_ = std::move(*lock);
    auto store =
        store::OpenStore(config_.store_url, config_.data,
                         [this](std::function<void()> task) { loop_.Post(std::move(task)); });
    if (!store.ok()) return std::move(store).error();
    store_ = std::move(*store);
    if (auto status = StartMedia(); !status.ok()) return status;
    service_ = std::make_unique<room::Service>(ServiceOptions(config_), *store_, *media_,
                                               loop_.clock(), random_, metrics_);
    media_->SetObserver(&service_->media_observer());
    turn_end_ = loop_.OnTurnEnd([this] {
      service_timer_.Set(service_->NextDeadline());
      media_timer_.Set(media_->NextDeadline());
    });
    return {};
  }

  base::Status StartMedia() {
    auto threads = MakeMediaThreads(config_, loop_, metrics_);
    if (!threads.ok()) return std::move(threads).error();
    threads_ = std::move(*threads);
    std::vector<WorkerCommands*> workers;
    for (const auto& thread : threads_) workers.push_back(thread.get());
    media_ = std::make_unique<MediaControl>(workers, loop_.clock());
    for (const auto& thread : threads_) thread->Start(media_.get());
    return {};
  }

  void OpenDoors() {
    if (phase_ != Phase::kStarting) return;
    api::MountHealthDoor(
        http_, {[this] { return phase_ == Phase::kServing; }, [this] { return MetricsText(); }});
    api::MountSignalSocket(http_, service_->signal_door());
    whip_ = std::make_unique<api::WhipDoor>(loop_, *service_, random_, metrics_);
    whip_->Mount(http_);
    if (!config_.demo) return Listen();
    FindDemoApp([this](base::Result<room::SdkAppId> app) {
      if (!app.ok()) return Stop(std::move(app).error());
      api::MountDemoDoor(http_, service_->apps(), *app, loop_.clock());
      Listen();
    });
  }

  void FindDemoApp(const std::function<void(base::Result<room::SdkAppId>)>& done) {
    for (const room::App& app : service_->apps().List()) {
      if (app.name == kDemoApp) return done(app.id);
    }
    service_->apps().Create({kDemoApp, 0, ""}, [done](base::Result<room::App> app) {
      if (!app.ok()) return done(std::move(app).error());
      done(app->id);
    });
  }

  void Listen() {
    if (phase_ != Phase::kStarting) return;
    const WebRoot web = FindWebRoot();
    api::MountPages(http_, {web.sdk, config_.demo ? web.demo : "", PLAZA_VERSION});
    if (auto status = http_.Start(); !status.ok())
      return Stop(OfSetting(std::move(status).error()));
    phase_ = Phase::kServing;
    const std::string scheme = HasTls(config_) ? "https://" : "http://";
    std::printf("Plaza %s is ready.\n  %-9s %s%s/\n", PLAZA_VERSION, config_.demo ? "demo" : "HTTP",
                scheme.c_str(), http_.local().ToString().c_str());
    const char* protocols = config_.rtc_tcp_connections > 0 ? "UDP, TCP" : "UDP";
    for (const auto& thread : threads_)
      for (const base::SocketAddress& address : thread->local())
        std::printf("  %-9s %s (%s)\n", "media", address.ToString().c_str(), protocols);
    std::fflush(stdout);
    base::LogInfo("app", "ready",
                  {{"http", http_.local().ToString()}, {"workers", threads_.size()}});
  }

  void OnSignal(int number) {
    if (number == SIGHUP) return Reload();
    if (phase_ == Phase::kServing && config_.drain_seconds > 0) return Drain();
    if (phase_ != Phase::kClosing) return Close();
    Stop({});  // asked once more, in earnest
  }

  void Drain() {
    phase_ = Phase::kDraining;
    base::LogInfo("app", "draining", {{"seconds", config_.drain_seconds}});
    drain_timer_.Set(loop_.Now() + std::chrono::seconds(config_.drain_seconds));
  }

  void Close() {
    if (phase_ == Phase::kClosing) return;
    phase_ = Phase::kClosing;
    base::LogInfo("app", "closing");
    service_->Drain();
    http_.Stop(std::chrono::seconds(config_.shutdown_seconds), [this] { Stop({}); });
  }

  void Reload() {
    const auto config = reload_();
    const base::Status taken = config.ok() ? TakeOver(*config) : base::Status(config.error());
    if (!taken.ok()) {
      base::LogError("app", "the configuration was not taken over",
                     {{"field", taken.error().field}, {"error", taken.error().message}});
      return;
    }
    const std::string waiting = Joined(KeysThatNeedARestart(config_, *config));
    if (!waiting.empty())
      base::LogWarning("app", "changes that need a restart", {{"fields", waiting}});
    base::LogInfo("app", "the configuration was taken over");
  }

  // All or nothing: what can fail comes first.
  base::Status TakeOver(const Config& config) {
    if (HasTls(config) != HasTls(config_))
      return base::InvalidArgument("http.tls_cert", "TLS is turned on and off by a restart only");
    if (HasTls(config))
      if (auto status = http_.ReloadTls(TlsFilesOf(config)); !status.ok())
        return OfSetting(std::move(status).error());
    ConfigureLog(config);
    return {};
  }

  void Stop(base::Status result) {
    result_ = std::move(result);
    loop_.Stop();
  }

  std::string MetricsText() {
    const net::HttpServerCounters& http = http_.counters();
    const auto now = [this](const char* name, const char* help, uint64_t value) {
      metrics_.GetGauge(name, help).Set(static_cast<int64_t>(value));
    };
    const auto total = [this](const char* name, const char* help, uint64_t value,
                              const base::Labels& labels = {}) {
      metrics_.GetCounter(name, help, labels).Follow(value);
    };
    now("plaza_http_open_connections", "Open HTTP connections.", http.open_connections);
    now("plaza_http_open_websockets", "Open WebSockets.", http.open_websockets);
    total("plaza_http_connections_total", "HTTP connections taken.", http.connections);
    constexpr const char* kRefused = "HTTP connections refused, by the limit that they met.";
    total("plaza_http_refused_total", kRefused, http.refused_total, {{"limit", "all"}});
    total("plaza_http_refused_total", kRefused, http.refused_address, {{"limit", "address"}});
    total("plaza_http_tls_failures_total", "TLS handshakes that failed.", http.tls_failures);
    total("plaza_http_requests_total", "HTTP requests.", http.requests);
    constexpr const char* kErrors = "HTTP answers that are errors, by whose they are.";
    total("plaza_http_errors_total", kErrors, http.client_errors, {{"status", "4xx"}});
    total("plaza_http_errors_total", kErrors, http.server_errors, {{"status", "5xx"}});
    total("plaza_http_slow_websockets_total",
          "WebSockets closed because their reader was too slow.", http.slow_websockets);
    now("plaza_peers", "WebRTC peers.", media_->peer_count());
    return metrics_.Text();
  }

  const Config config_;
  const std::function<base::Result<Config>()> reload_;
  DataFolderLock lock_;
  base::SystemRandom random_;
  base::Metrics metrics_;
  net::EventLoop loop_;
  std::unique_ptr<store::Store> store_;
  std::vector<std::unique_ptr<MediaThread>> threads_;
  std::unique_ptr<MediaControl> media_;
  std::unique_ptr<room::Service> service_;
  std::unique_ptr<api::WhipDoor> whip_;
  net::HttpServer http_;
  net::Signals signals_{loop_, [this](int number) { OnSignal(number); }};
  net::Timer service_timer_{loop_, [this] { service_->HandleTimeout(loop_.Now()); }};
  net::Timer media_timer_{loop_, [this] { media_->HandleTimeout(loop_.Now()); }};
  net::TurnEndHook turn_end_;
  net::Timer drain_timer_{loop_, [this] { Close(); }};
  Phase phase_ = Phase::kStarting;
  base::Status result_;
};

}  // namespace

base::Status RunServer(const Config& config, const std::function<base::Result<Config>()>& reload) {
  ConfigureLog(config);
  net::Signals::Block();  // before the first thread, so that no thread takes them
  return Server(config, reload).Run();
}

}  // namespace plaza::app
