#include "store/testing/postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <vector>

namespace plaza::store {
namespace {

constexpr char kPrograms[] = "/usr/lib/postgresql/15/bin/";
constexpr auto kStartTime = std::chrono::seconds(60);

base::Error Failed(const std::string& what) { return {base::ErrorKind::kUnavailable, what, "", 0}; }

}  // namespace

PostgresServer::PostgresServer() {
  std::string pattern = (std::filesystem::temp_directory_path() / "plaza-pg-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
}

PostgresServer::~PostgresServer() {
  Kill();
  std::filesystem::remove_all(folder_);
}

/// PostgreSQL refuses to run as root: then it runs as its package's user.
pid_t PostgresServer::Launch(std::initializer_list<std::string> words) const {
  std::vector<std::string> texts(words);
  texts.front() = kPrograms + texts.front();
  std::vector<char*> arguments;
  arguments.reserve(texts.size() + 1);
  for (std::string& text : texts) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  const passwd* user = geteuid() == 0 ? getpwnam("postgres") : nullptr;
  const pid_t child = fork();
  if (child != 0) return child;
  const int log = open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  dup2(log, 1);
  dup2(log, 2);
  if (user != nullptr && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) _exit(126);
  if (chdir(folder_.c_str()) != 0) _exit(126);
  execv(arguments[0], arguments.data());
  _exit(127);
}

int PostgresServer::Run(std::initializer_list<std::string> words) const {
  int status = -1;
  waitpid(Launch(words), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

base::Status PostgresServer::Start() {
  const std::string data = (folder_ / "data").string();
  if (!initialised_) {
    std::filesystem::create_directory(data);
    if (const passwd* user = getpwnam("postgres"); geteuid() == 0 && user != nullptr)
      for (const auto& path : {folder_, folder_ / "data"})
        if (chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) return Failed("chown");
    if (Run({"initdb", "-D", data, "-U", "plaza", "-A", "trust", "-N", "--no-locale", "-E",
             "UTF8"}) != 0)
      return Failed("initdb failed; is postgresql installed?");
    initialised_ = true;
  }
  server_ = Launch({"postgres", "-D", data, "-k", folder_.string(), "-c", "listen_addresses=", "-c",
                    "fsync=off", "-c", "max_connections=50"});
  const auto deadline = std::chrono::steady_clock::now() + kStartTime;
  while (Run({"pg_isready", "-q", "-h", folder_.string()}) != 0) {
    if (std::chrono::steady_clock::now() > deadline || waitpid(server_, nullptr, WNOHANG) != 0)
      return Failed("the server did not start");
    std::this_thread::yield();
  }
  return {};
}

void PostgresServer::Kill() {
  if (server_ <= 0) return;
  kill(server_, SIGQUIT);  // immediate shutdown; SIGKILL would leave its children
  waitpid(server_, nullptr, 0);
  server_ = -1;
}

std::string PostgresServer::NewDatabase(const std::string& name) {
  Run({"createdb", "-h", folder_.string(), "-U", "plaza", name});
  return "postgresql:///" + name + "?host=" + folder_.string() + "&user=plaza";
}

}  // namespace plaza::store
