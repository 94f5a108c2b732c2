// CPU time of threads, also of other processes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace plaza::bench {

/// User and system time of a thread since its start, in nanoseconds; ends the program if there is
/// no such thread or the kernel doesn't tell.
int64_t ThreadCpuNanoseconds(pid_t process, pid_t thread);
/// The thread of this name; 0 if there is none.
pid_t FindThread(pid_t process, const std::string& name);

}  // namespace plaza::bench
