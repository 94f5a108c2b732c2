// plaza client: a participant without a browser.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "net/event_loop.h"
#include "net/signals.h"
#include "net/uri.h"
#include "tools/client/credentials.h"
#include "tools/client/participant_host.h"
#include "tools/client/recorder.h"
#include "tools/client/report.h"
#include "tools/commands.h"

namespace plaza::tools {
namespace {

constexpr base::Duration kInterval = std::chrono::seconds(1);

struct ClientFlags {
  std::string server = "http://127.0.0.1:8080";
  std::string room;
  std::string user;
  std::string user_sig;
  uint32_t app = 0;
  std::string data;
  std::string role = "anchor";
  std::string scene = "rtc";
  std::string publish = "pattern";
  int64_t bitrate_kbps = 600;
  int frame_rate = 30;
  std::string size = "640x360";
  bool simulcast = false;
  std::string watch = "all";
  std::string whep;
  std::string save;
  double duration = 0;
  bool json = false;
  bool insecure = false;
};

int Fail(const base::Error& error) {
  std::fprintf(stderr, "plaza client: %s%s%s\n", error.field.c_str(),
               error.field.empty() ? "" : ": ", error.message.c_str());
  return 1;
}

base::Result<client::VideoPattern> VideoOf(const ClientFlags& flags) {
  client::VideoPattern video;
  video.bitrate = base::DataRate::KilobitsPerSecond(flags.bitrate_kbps);
  video.frame_rate = flags.frame_rate;
  video.simulcast = flags.simulcast;
  unsigned width = 0, height = 0;
  char more = 0;
  if (std::sscanf(flags.size.c_str(), "%ux%u%c", &width, &height, &more) != 2 || width < 16 ||
      height < 16 || width > 8192 || height > 8192)
    return base::InvalidArgument("--size", "must be like 640x360, sides of 16 to 8192");
  video.width = static_cast<uint16_t>(width);
  video.height = static_cast<uint16_t>(height);
  return video;
}

// A number is a numeric room; "string:123" forces a string room.
void SetRoom(const std::string& text, signal::Join& entry) {
  const bool digits =
      !text.empty() && text.size() <= 10 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits)
    entry.room_id = std::stoull(text);
  else
    entry.str_room_id = text.starts_with("string:") ? text.substr(7) : text;
}

base::Status MakeFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return {};
  return base::InvalidArgument("--save", "can't make \"" + path + "\": " + error.message());
}

base::Result<client::Config> ConfigOf(const ClientFlags& flags, const Credentials& credentials) {
  client::Config config;
  config.entry.sdk_app_id = credentials.sdk_app_id;
  config.entry.user_id = flags.user;
  config.entry.user_sig = credentials.user_sig;
  SetRoom(flags.room.empty() ? "1" : flags.room, config.entry);
  config.entry.scene = flags.scene == "live" ? signal::Scene::kLive : signal::Scene::kRtc;
  config.entry.role = flags.role == "audience" ? signal::Role::kAudience : signal::Role::kAnchor;
  const bool watch = flags.watch == "all";
  config.entry.auto_subscribe = {watch, watch};
  if (!flags.whep.empty()) config.pairs = 1;
  if (flags.publish != "pattern" || !flags.whep.empty()) return config;
  const auto video = VideoOf(flags);
  if (!video) return video.error();
  config.audio = client::AudioPattern{};
  config.video = *video;
  return config;
}

// One run of the command.
class Run final : private client::ParticipantObserver {
 public:
  Run(const ClientFlags& flags, const Signer& signer) : flags_(flags), signer_(signer) {}

  int operator()() {
    net::Signals::Block();
    const net::Signals signals(loop_, [this](int) { Leave(); });
    if (auto made = Make(); !made) return Fail(made.error());
    started_ = last_ = loop_.Now();
    host_->Enter();
    interval_.Set(started_ + kInterval);
    if (flags_.duration > 0) leave_.Set(started_ + base::Seconds(flags_.duration));
    loop_.Run();
    return Finish();
  }

 private:
  base::Status Make() {
    const auto url = net::ParseUrl(flags_.whep.empty() ? flags_.server : flags_.whep);
    if (!url) return url.error();
    const net::TlsTrust trust{{}, !flags_.insecure};
    const std::string host = url->HostField();
    const auto credentials = GetCredentials((url->tls() ? "https://" : "http://") + host, trust);
    if (!credentials) return credentials.error();
    auto config = ConfigOf(flags_, *credentials);
    if (!config) return config.error();
    const auto local = LocalAddressTowards(url->host, url->port);
    if (!local) return local.error();
    if (!flags_.save.empty()) {
      if (auto folder = MakeFolder(flags_.save); !folder) return folder;
      config->on_packet = [this](const client::ReceivedPacket& p) { recorder_->OnPacket(p); };
      recorder_.emplace(flags_.save);
    }
    const std::string signal = (url->tls() ? "wss://" : "ws://") + host + "/v1/signal";
    client::ParticipantObserver& observer = *this;
    HostOptions options{signal, *local, trust, {}};
    if (!flags_.whep.empty())
      options.whep = WhepOptions{flags_.whep, credentials->user_sig, "whep", trust};
    auto made =
        ParticipantHost::Create(loop_, pool_, std::move(options), std::move(*config), observer);
    if (!made) return std::move(made).error();
    host_ = std::move(*made);
    return {};
  }

  base::Result<Credentials> GetCredentials(const std::string& server, const net::TlsTrust& trust) {
    if (!flags_.whep.empty()) return Credentials{flags_.app, flags_.user_sig};
    if (!flags_.user_sig.empty() || !flags_.data.empty()) {
      if (flags_.app == 0)
        return base::InvalidArgument("--app", "is needed with --usersig or --data");
      if (!flags_.user_sig.empty()) return Credentials{flags_.app, flags_.user_sig};
      auto signed_here = signer_(flags_.data, flags_.app, flags_.user);
      if (!signed_here) return std::move(signed_here).error();
      return Credentials{flags_.app, std::move(*signed_here)};
    }
    return AskDemo(loop_, server, flags_.user, trust);
  }

  void Leave() {
    interval_.Cancel();
    if (host_) host_->Leave();
  }

  void PrintInterval() {
    const base::Time now = loop_.Now();
    const client::Statistics statistics = host_->statistics();
    if (flags_.json)
      std::printf("%s\n", ToJson(statistics, now - started_, nullptr).c_str());
    else
      std::printf("%s\n", IntervalLine(before_, statistics, now - last_).c_str());
    std::fflush(stdout);
    before_ = statistics;
    last_ = now;
    interval_.Set(now + kInterval);
  }

  int Finish() {
    const base::Duration elapsed = loop_.Now() - started_;
    const client::Statistics statistics = host_->statistics();
    if (flags_.json)
      std::printf("%s\n", ToJson(statistics, elapsed, &*end_).c_str());
    else
      std::printf("%s", Summary(statistics, elapsed).c_str());
    if (end_->reason == client::EndReason::kLeft) return 0;
    return Fail({base::ErrorKind::kUnavailable, Describe(*end_), "", 0});
  }

  // client::ParticipantObserver
  void OnJoined(const signal::Joined&) override {}
  void OnResumed() override {}
  void OnMessage(const signal::ServerMessage&) override {}
  void OnRequestFailed(const signal::Failure& failure) override {
    std::fprintf(stderr, "plaza client: refused: %s [%d]\n", failure.message.c_str(), failure.code);
  }
  void OnMediaConnected() override {}
  void OnEnded(const client::End& end) override {
    end_ = end;
    loop_.Stop();
  }

  const ClientFlags& flags_;
  const Signer& signer_;
  net::EventLoop loop_;
  base::PacketPool pool_;
  std::optional<Recorder> recorder_;
  std::unique_ptr<ParticipantHost> host_;
  net::Timer interval_{loop_, [this] { PrintInterval(); }};
  net::Timer leave_{loop_, [this] { Leave(); }};
  base::Time started_{};
  base::Time last_{};
  client::Statistics before_;
  std::optional<client::End> end_;
};

}  // namespace

void AddClient(CLI::App& root, std::function<int()>& action, Signer signer) {
  CLI::App* command = root.add_subcommand(
      "client",
      "Enter a room without a browser: publish a generated pattern, count or save what is "
      "received.\n\n"
      "Example: plaza client --room 1 --user robot --duration 10 (against plaza serve --demo)");
  const auto flags = std::make_shared<ClientFlags>();
  command->add_option("--server", flags->server, "URL of the server")->capture_default_str();
  auto* room = command->add_option("--room", flags->room,
                                   "Room: a number, or text; string:123 for the string room 123");
  auto* user = command->add_option("--user", flags->user, "User id");
  command
      ->add_option("--whep", flags->whep,
                   "Play this WHEP URL of whatever server, with --usersig as bearer token")
      ->excludes(room)
      ->excludes(user);
  command->add_option(
      "--save", flags->save,
      "Folder for what is received: {user}_main.ivf or .h264, {user}_main_audio.ogg");
  command->add_option("--app", flags->app, "SDKAppID (default: the demo's)");
  command->add_option("--usersig", flags->user_sig, "Signature (default: the demo signs)");
  command->add_option("--data", flags->data, "Sign with the key of --app in this data folder");
  command->add_option("--scene", flags->scene, "rtc or live")
      ->check(CLI::IsMember({"rtc", "live"}))
      ->capture_default_str();
  command->add_option("--role", flags->role, "anchor or audience")
      ->check(CLI::IsMember({"anchor", "audience"}))
      ->capture_default_str();
  command->add_option("--publish", flags->publish, "pattern or none")
      ->check(CLI::IsMember({"pattern", "none"}))
      ->capture_default_str();
  command->add_option("--bitrate", flags->bitrate_kbps, "Video, all layers together, in kbit/s")
      ->check(CLI::Range(10, 100'000))
      ->capture_default_str();
  command->add_option("--fps", flags->frame_rate, "Frames a second")
      ->check(CLI::Range(1, 120))
      ->capture_default_str();
  command->add_option("--size", flags->size, "Width and height of the video")
      ->capture_default_str();
  command->add_flag("--simulcast", flags->simulcast, "Send three layers");
  command->add_option("--watch", flags->watch, "all or none")
      ->check(CLI::IsMember({"all", "none"}))
      ->capture_default_str();
  command->add_option("--duration", flags->duration, "Seconds (default: until interrupted)")
      ->check(CLI::PositiveNumber);
  command->add_flag("--json", flags->json, "Print one JSON object a line; the last has an \"end\"");
  command->add_flag("--insecure", flags->insecure, "Take any TLS certificate");
  command->callback([flags, signer = std::move(signer), &action] {
    if (flags->whep.empty() && (flags->room.empty() || flags->user.empty()))
      throw CLI::RequiredError("--room and --user, or --whep,");
    action = [flags, signer] { return Run(*flags, signer)(); };
  });
}

}  // namespace plaza::tools
