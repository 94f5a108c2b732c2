// A real PostgreSQL for tests: its own cluster in a temporary folder, on a Unix socket, stopped at
// the end.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "base/result.h"

namespace plaza::store {

class PostgresServer {
 public:
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;

  /// Makes the cluster, once, and starts the server; returns when it takes connections.
  base::Status Start();
  /// As if the machine lost power: no farewell to anybody.
  void Kill();
  /// "postgresql://…" of a database of that name, which is made.
  std::string NewDatabase(const std::string& name);

 private:
  pid_t Launch(std::initializer_list<std::string> words) const;
  int Run(std::initializer_list<std::string> words) const;

  std::filesystem::path folder_;
  bool initialised_ = false;
  pid_t server_ = -1;
};

}  // namespace plaza::store
