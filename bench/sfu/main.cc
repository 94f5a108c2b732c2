// bench sfu: CPU time of the server's media thread for each forwarded packet, against a floor
// program that only receives, encrypts and sends, in turns in the same run. Prints a table, writes
// build/bench/sfu.json.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/log.h"
#include "call.h"
#include "cpu_time.h"
#include "floor.h"
#include "server_process.h"

namespace plaza::bench {
namespace {

struct Flags {
  std::string plaza;
  std::string json;
  int receivers = 50;
  int64_t bitrate_kbps = 600;
  int frame_rate = 30;
  int rounds = 5;
  double seconds = 5;
};

/// One measured window.
struct Window {
  uint64_t packets = 0;
  uint64_t bytes = 0;
  int64_t cpu = 0;  // nanoseconds
  base::Duration span{};
  uint64_t feedback = 0;  // datagrams from receivers

  double PerPacket() const {
    return packets == 0 ? 0 : static_cast<double>(cpu) / static_cast<double>(packets);
  }
};

struct Round {
  Window server;
  Window floor;
  double Ratio() const { return server.PerPacket() / floor.PerPacket(); }
};

template <typename Read>
double Median(const std::vector<Round>& rounds, Read read) {
  std::vector<double> values;
  values.reserve(rounds.size());
  for (const Round& round : rounds) values.push_back(read(round));
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

class Bench {
 public:
  explicit Bench(const Flags& flags) : flags_(flags) {
    video_.bitrate = base::DataRate::KilobitsPerSecond(flags.bitrate_kbps);
    video_.frame_rate = flags.frame_rate;
    video_.keyframe_interval = {};
  }

  base::Status Run() {
    auto server = ServerProcess::Start(loop_, flags_.plaza);
    if (!server) return std::move(server).error();
    const pid_t pid = (*server)->pid();
    const pid_t media = FindThread(pid, "media-0");
    if (media == 0)
      return base::Error{base::ErrorKind::kNotFound, "the server has no thread \"media-0\"", "", 0};
    auto call = Call::Start(loop_, (*server)->url(), {flags_.receivers, video_});
    if (!call) return std::move(call).error();
    for (int i = 0; i < flags_.rounds; ++i) {
      Round round;
      round.server = MeasureServer(**call, pid, media);
      (*call)->Pause(true);
      round.floor = MeasureFloor();
      (*call)->Pause(false);
      rounds_.push_back(round);
    }
    lost_ = (*call)->received().lost;
    return {};
  }

  void Print() const;
  bool WriteJson(const std::string& path) const;

 private:
  void Wait(double seconds) {
    loop_.RunUntil([] { return false; }, base::Seconds(seconds));
  }

  Window MeasureServer(Call& call, pid_t pid, pid_t thread) {
    Wait(kWarmUp);
    const Received before = call.received();
    const int64_t cpu = ThreadCpuNanoseconds(pid, thread);
    const base::Time start = loop_.Now();
    Wait(flags_.seconds);
    const Received after = call.received();
    return {after.packets - before.packets, after.bytes - before.bytes,
            ThreadCpuNanoseconds(pid, thread) - cpu, loop_.Now() - start,
            after.feedback - before.feedback};
  }

  Window MeasureFloor() {
    FloorLoad load(loop_, flags_.receivers, video_);
    Wait(kWarmUp);
    const uint64_t packets = load.packets(), bytes = load.bytes();
    const int64_t cpu = ThreadCpuNanoseconds(getpid(), load.thread_id());
    const base::Time start = loop_.Now();
    Wait(flags_.seconds);
    return {load.packets() - packets, load.bytes() - bytes,
            ThreadCpuNanoseconds(getpid(), load.thread_id()) - cpu, loop_.Now() - start, 0};
  }

  static constexpr double kWarmUp = 1;

  const Flags& flags_;
  client::VideoPattern video_;
  net::EventLoop loop_;
  std::vector<Round> rounds_;
  int64_t lost_ = 0;
};

void Bench::Print() const {
  std::printf("1 publisher of %lld kbit/s, %d receivers, medians of %d rounds of %.0f s\n\n",
              static_cast<long long>(flags_.bitrate_kbps), flags_.receivers, flags_.rounds,
              flags_.seconds);
  std::printf("%-26s%12s%14s%12s%16s%10s\n", "", "packets/s", "bytes/packet", "feedback/s",
              "CPU ns/packet", "% of core");
  const auto line = [&](const char* name, Window Round::*which) {
    const auto median = [&](auto read) {
      return Median(rounds_, [&](const Round& round) { return read(round.*which); });
    };
    std::printf("%-26s%12.0f%14.0f%12.0f%16.0f%10.2f\n", name, median([](const Window& w) {
                  return static_cast<double>(w.packets) / base::ToSeconds(w.span);
                }),
                median([](const Window& w) {
                  return static_cast<double>(w.bytes) /
                         static_cast<double>(std::max<uint64_t>(1, w.packets));
                }),
                median([](const Window& w) {
                  return static_cast<double>(w.feedback) / base::ToSeconds(w.span);
                }),
                median([](const Window& w) { return w.PerPacket(); }), median([](const Window& w) {
                  return static_cast<double>(w.cpu) / static_cast<double>(w.span.count()) / 10;
                }));
  };
  line("plaza serve, media thread", &Round::server);
  line("receive, encrypt, send", &Round::floor);
  std::printf("\nratio %.2f (rounds:", Median(rounds_, [](const Round& r) { return r.Ratio(); }));
  for (const Round& round : rounds_) std::printf(" %.2f", round.Ratio());
  std::printf("), lost %lld\n", static_cast<long long>(lost_));
}

bool Bench::WriteJson(const std::string& path) const {
  using nlohmann::json;
  const auto window = [](const Window& w) {
    return json{{"packets", w.packets},
                {"bytes", w.bytes},
                {"cpuNs", w.cpu},
                {"feedback", w.feedback},
                {"seconds", base::ToSeconds(w.span)},
                {"nsPerPacket", w.PerPacket()}};
  };
  json rounds = json::array();
  for (const Round& round : rounds_)
    rounds.push_back({{"server", window(round.server)},
                      {"floor", window(round.floor)},
                      {"ratio", round.Ratio()}});
  const json all = {
      {"receivers", flags_.receivers},
      {"bitrateKbps", flags_.bitrate_kbps},
      {"serverNsPerPacket", Median(rounds_, [](const Round& r) { return r.server.PerPacket(); })},
      {"floorNsPerPacket", Median(rounds_, [](const Round& r) { return r.floor.PerPacket(); })},
      {"ratio", Median(rounds_, [](const Round& r) { return r.Ratio(); })},
      {"lost", lost_},
      {"rounds", std::move(rounds)}};
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  std::ofstream file(path);
  file << all.dump(2) << "\n";
  return file.good();
}

int Main(int argc, char** argv) {
  const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  Flags flags;
  flags.plaza = folder / "plaza";
  flags.json = folder.parent_path().parent_path() / "bench" / "sfu.json";
  CLI::App app("CPU time of the server for each forwarded packet, against a floor program.");
  app.add_option("--plaza", flags.plaza, "The server's binary")->capture_default_str();
  app.add_option("--json", flags.json, "Where results are written")->capture_default_str();
  app.add_option("--receivers", flags.receivers)->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--bitrate", flags.bitrate_kbps, "kbit/s")->capture_default_str();
  app.add_option("--fps", flags.frame_rate)->check(CLI::Range(1, 120))->capture_default_str();
  app.add_option("--rounds", flags.rounds)->check(CLI::Range(1, 100))->capture_default_str();
  app.add_option("--seconds", flags.seconds, "Of each measurement")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  base::ConfigureLog(base::LogLevel::kWarning, base::LogFormat::kText);
  Bench bench(flags);
  if (const auto done = bench.Run(); !done) {
    std::fprintf(stderr, "bench sfu: %s: %s\n", done.error().field.c_str(),
                 done.error().message.c_str());
    return 1;
  }
  bench.Print();
  return bench.WriteJson(flags.json) ? 0 : 1;
}

}  // namespace
}  // namespace plaza::bench

int main(int argc, char** argv) { return plaza::bench::Main(argc, argv); }
