// Spawning, probing, ending.
#include "server_process.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <vector>

#include "net/http_client.h"

namespace plaza::bench {
namespace {

constexpr base::Duration kStartLimit = std::chrono::seconds(20);
constexpr base::Duration kProbe = std::chrono::milliseconds(100);

base::Error Failed(std::string message) {
  return {base::ErrorKind::kUnavailable, std::move(message), "server", 0};
}

// A port of 127.0.0.1 that is free now; 0 if there is none.
uint16_t FreePort(int type) {
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const bool ok = bind(fd, any, size) == 0 && getsockname(fd, any, &size) == 0;
  close(fd);
  return ok ? ntohs(address.sin_port) : 0;
}

}  // namespace

base::Result<std::unique_ptr<ServerProcess>> ServerProcess::Start(net::EventLoop& loop,
                                                                  const std::string& binary) {
  std::string folder = std::filesystem::temp_directory_path() / "plaza-bench-XXXXXX";
  if (!mkdtemp(folder.data())) return Failed("can't make a temporary folder");
  std::unique_ptr<ServerProcess> server(new ServerProcess);
  server->data_ = folder;
  const uint16_t http = FreePort(SOCK_STREAM), rtc = FreePort(SOCK_DGRAM);
  server->url_ = "http://127.0.0.1:" + std::to_string(http);
  if (auto spawned = server->Spawn(binary, http, rtc); !spawned) return std::move(spawned).error();
  const base::Time limit = loop.Now() + kStartLimit;
  while (loop.Now() < limit) {
    if (server->IsReady(loop)) return server;
    loop.RunUntil([] { return false; }, kProbe);
  }
  return Failed("does not get ready");
}

base::Status ServerProcess::Spawn(const std::string& binary, uint16_t http, uint16_t rtc) {
  const std::vector<std::string> words = {binary,
                                          "serve",
                                          "--demo",
                                          "--data",
                                          data_,
                                          "--http.listen",
                                          "127.0.0.1:" + std::to_string(http),
                                          "--rtc.listen",
                                          "127.0.0.1:" + std::to_string(rtc),
                                          "--rtc.workers",
                                          "1",
                                          "--log.level",
                                          "warning"};
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const int error =
      posix_spawn(&pid_, binary.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == 0) return {};
  pid_ = 0;
  return Failed("can't start \"" + binary + "\"");
}

bool ServerProcess::IsReady(net::EventLoop& loop) const {
  const auto status = std::make_shared<std::optional<int>>();
  net::HttpCall call;
  call.url = url_ + "/readyz";
  net::Fetch(loop, call, [status](const base::Result<net::HttpResponse>& response) {
    *status = response ? response->status : 0;
  });
  loop.RunUntil([&] { return status->has_value(); }, call.timeout);
  return *status == 200;
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  std::error_code error;
  std::filesystem::remove_all(data_, error);
}

}  // namespace plaza::bench
