// plaza relay: puts a bad network in front of a server, for tests and for trying out.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "tools/commands.h"
#include "tools/relay/conditions.h"
#include "tools/relay/tcp_relay.h"
#include "tools/relay/udp_relay.h"

namespace plaza::tools {
namespace {

struct RelayFlags {
  std::vector<std::string> udp;
  std::vector<std::string> tcp;
  std::vector<std::string> conditions;
  uint64_t seed = 1;
};

struct Pair {
  base::SocketAddress listen, target;
};

base::Result<Pair> ParsePair(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals != std::string::npos) {
    const auto listen = base::SocketAddress::Parse(text.substr(0, equals));
    const auto target = base::SocketAddress::Parse(text.substr(equals + 1));
    if (listen && target) return Pair{*listen, *target};
  }
  return base::InvalidArgument(text, "must be LISTEN=TARGET, each ADDRESS:PORT");
}

int Fail(const base::Error& error) {
  std::fprintf(stderr, "plaza relay: %s%s%s\n", error.field.c_str(),
               error.field.empty() ? "" : ": ", error.message.c_str());
  return 1;
}

// All relays of one run, changed by lines on standard input.
class Relays {
 public:
  explicit Relays(const RelayFlags& flags) : flags_(flags) {}

  base::Status Open() {
    for (const std::string& text : flags_.udp) {
      const auto pair = ParsePair(text);
      if (!pair.ok()) return pair.error();
      auto relay = UdpRelay::Listen(loop_, pair->listen, pair->target, flags_.seed);
      if (!relay.ok()) return std::move(relay).error();
      udp_.push_back(std::move(*relay));
    }
    for (const std::string& text : flags_.tcp) {
      const auto pair = ParsePair(text);
      if (!pair.ok()) return pair.error();
      auto relay = TcpRelay::Listen(loop_, pair->listen, pair->target, flags_.seed + 100);
      if (!relay.ok()) return std::move(relay).error();
      tcp_.push_back(std::move(*relay));
    }
    std::string words;
    for (const std::string& word : flags_.conditions) words += word + " ";
    return Obey("both " + words);
  }

  void Run() {
    std::printf("ready\n");
    std::fflush(stdout);
    net::FdWatch input(loop_, STDIN_FILENO);
    input.OnReadable([&] { ReadLines(input); });
    loop_.Run();
  }

 private:
  void ReadLines(net::FdWatch& input) {
    char chunk[4096];
    const ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);
    if (n <= 0) {
      // A test's pipe is closed with the test; a terminal that is detached goes on.
      input.OnReadable(nullptr);
      return loop_.Stop();
    }
    typed_.append(chunk, static_cast<size_t>(n));
    for (size_t end; (end = typed_.find('\n')) != std::string::npos; typed_.erase(0, end + 1)) {
      const base::Status status = Obey(typed_.substr(0, end));
      std::printf("%s\n", status.ok()
                              ? "ok"
                              : (status.error().field + ": " + status.error().message).c_str());
      std::fflush(stdout);
    }
  }

  // "both|up|down conditions…", "cut|stall|forget [udp|tcp]", "heal"
  base::Status Obey(const std::string& line) {
    const size_t space = std::min(line.find(' '), line.size());
    const std::string verb = line.substr(0, space);
    const std::string rest = line.substr(std::min(space + 1, line.size()));
    if (verb == "cut" || verb == "stall" || verb == "heal") return Interrupt(verb, rest);
    if (verb == "forget") return Forget(rest);
    if (verb == "both" || verb == "up" || verb == "down") return Change(verb, rest);
    return base::InvalidArgument(verb, "is not one of both, up, down, cut, stall, forget, heal");
  }

  base::Status Interrupt(const std::string& verb, const std::string& kind) {
    for (const auto& relay : udp_) relay->SetCut(verb != "heal" && kind != "tcp");
    for (const auto& relay : tcp_) {
      relay->SetCut(verb == "cut" && kind != "udp");
      relay->SetStalled(verb == "stall" && kind != "udp");
    }
    return {};
  }

  base::Status Forget(const std::string& kind) {
    for (const auto& relay : udp_) {
      if (kind == "tcp") break;
      if (auto status = relay->Forget(); !status.ok()) return status;
    }
    for (const auto& relay : tcp_) {
      if (kind != "udp") relay->Forget();
    }
    return {};
  }

  base::Status Change(const std::string& verb, const std::string& rest) {
    if (verb != "down") {
      if (auto status = ApplyConditions(up_, rest); !status.ok()) return status;
    }
    if (verb != "up") {
      if (auto status = ApplyConditions(down_, rest); !status.ok()) return status;
    }
    const auto apply = [this](const auto& relays) {
      for (const auto& relay : relays) {
        relay->SetUp(up_);
        relay->SetDown(down_);
      }
    };
    apply(udp_);
    apply(tcp_);
    return {};
  }

  RelayFlags flags_;
  net::EventLoop loop_;
  std::vector<std::unique_ptr<UdpRelay>> udp_;
  std::vector<std::unique_ptr<TcpRelay>> tcp_;
  netsim::LinkConditions up_, down_;
  std::string typed_;
};

int RunRelay(const RelayFlags& flags) {
  if (flags.udp.empty() && flags.tcp.empty())
    return Fail(base::InvalidArgument("", "needs --udp or --tcp"));
  Relays relays(flags);
  if (auto status = relays.Open(); !status.ok()) return Fail(status.error());
  relays.Run();
  return 0;
}

}  // namespace

void AddRelay(CLI::App& root, std::function<int()>& action) {
  CLI::App* command =
      root.add_subcommand("relay",
                          "Put a bad network in front of a server: forwards UDP and TCP with "
                          "delay, loss and limits.\n\n"
                          "Example: plaza relay --udp 127.0.0.2:7000=127.0.0.1:7000 --tcp "
                          "127.0.0.2:8080=127.0.0.1:8080 loss=0.05 delay=50\n"
                          "(start the server with --rtc.announce 127.0.0.2). Lines on standard "
                          "input change it while it runs:\n"
                          "\"up loss=0.2\", \"down rate=500\", \"both delay=0\"; \"cut tcp\" "
                          "(connections are reset), \"stall tcp\" (nothing passes and nobody is "
                          "told), \"cut udp\", \"heal\"; \"forget udp\", \"forget tcp\" (as a "
                          "router that lost its table); the end of input ends it.");
  const auto flags = std::make_shared<RelayFlags>();
  command->add_option("--udp", flags->udp, "LISTEN=TARGET, may be repeated")
      ->allow_extra_args(false);
  command->add_option("--tcp", flags->tcp, "LISTEN=TARGET, may be repeated")
      ->allow_extra_args(false);
  command->add_option("--seed", flags->seed, "The same seed loses the same packets")
      ->capture_default_str();
  command->add_option(
      "conditions", flags->conditions,
      "rate (kbit/s), queue (bytes), delay, jitter (ms), loss, reorder, duplicate, burst_enter, "
      "burst_leave (0 to 1), as key=value");
  command->callback([flags, &action] { action = [flags] { return RunRelay(*flags); }; });
}

}  // namespace plaza::tools
