// Reading /proc.
#include "cpu_time.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace plaza::bench {
namespace {

std::string TaskFolder(pid_t process) { return "/proc/" + std::to_string(process) + "/task"; }

}  // namespace

int64_t ThreadCpuNanoseconds(pid_t process, pid_t thread) {
  std::ifstream file(TaskFolder(process) + "/" + std::to_string(thread) + "/schedstat");
  int64_t nanoseconds = 0;
  if (file >> nanoseconds) return nanoseconds;
  std::fprintf(stderr, "bench sfu: can't read the CPU time of a thread (schedstat)\n");
  std::exit(1);
}

pid_t FindThread(pid_t process, const std::string& name) {
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator(TaskFolder(process), error)) {
    std::ifstream file(task.path() / "comm");
    std::string found;
    if (std::getline(file, found) && found == name)
      return static_cast<pid_t>(std::stol(task.path().filename()));
  }
  return 0;
}

}  // namespace plaza::bench
