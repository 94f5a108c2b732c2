// Rows, asynchronously. Every call returns at once; its callback comes exactly once, by the
// executor that the store was opened with. A write's success is told only when it would survive a
// crash of the process, of the machine, and a loss of power. Calls are carried out in order among
// writes; a read sees every write whose callback has been delivered.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "store/rows.h"

namespace plaza::store {

template <typename T>
using Done = std::function<void(base::Result<T>)>;

/// Runs what it is given on the owner's thread, later; called from the store's threads. A server
/// posts to its control thread; a command line tool may run it on the spot.
using Executor = std::function<void(std::function<void()>)>;

/// Calls that may wait for each of the store's threads; beyond, a call fails with
/// kResourceExhausted.
inline constexpr size_t kMaxQueuedCalls = 65'536;

class AppRows {
 public:
  virtual ~AppRows() = default;
  /// Adds an app. `id` 0 takes one more than the largest so far, 1400000000 at first.
  /// kAlreadyExists if the id or app_id is taken. Gives the row as stored.
  virtual void Create(AppRow row, Done<AppRow> done) = 0;
  virtual void List(Done<std::vector<AppRow>> done) = 0;
  /// Sets some settings of an app, all or none. kNotFound without the app.
  virtual void Set(uint32_t id, std::map<std::string, std::string> settings, Done<void> done) = 0;
  /// Grows with every change to apps by whatever process; cheap enough to ask every second.
  virtual void Version(Done<uint64_t> done) = 0;
};

class SecretRows {
 public:
  virtual ~SecretRows() = default;
  /// kAlreadyExists if the secret_id is taken, kNotFound if the app does not exist.
  virtual void Create(SecretRow row, Done<void> done) = 0;
  virtual void List(Done<std::vector<SecretRow>> done) = 0;
};

class RoomRows {
 public:
  virtual ~RoomRows() = default;
  /// A room begins to live. Gives its epoch: larger than any epoch given before. `row.epoch` is not
  /// read.
  virtual void Open(RoomRow row, Done<uint64_t> done) = 0;
  /// The room's life with this epoch is over. Success also if there is a later life or none.
  virtual void Close(uint32_t app, std::string room, uint64_t epoch, Done<void> done) = 0;
  /// The rooms that were opened and not closed.
  virtual void Living(Done<std::vector<RoomRow>> done) = 0;
};

class KeyRows {
 public:
  virtual ~KeyRows() = default;
  /// The server's own key of that name; the first caller's proposal becomes it for good.
  virtual void GetOrCreate(std::string name, base::Bytes proposal, Done<base::Bytes> done) = 0;
};

class SettingRows {
 public:
  virtual ~SettingRows() = default;
  virtual void Set(std::string key, std::string value, Done<void> done) = 0;
  virtual void List(Done<std::map<std::string, std::string>> done) = 0;
};

/// Thread-safe. Destroying it finishes the calls that were accepted; their callbacks still go to
/// the executor.
class Store {
 public:
  virtual ~Store() = default;
  virtual AppRows& apps() = 0;
  virtual SecretRows& secrets() = 0;
  virtual RoomRows& rooms() = 0;
  virtual KeyRows& keys() = 0;
  virtual SettingRows& settings() = 0;
};

}  // namespace plaza::store
