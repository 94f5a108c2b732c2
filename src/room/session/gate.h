// Lets somebody prove who they are who comes without a signalling session.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "base/time.h"
#include "room/apps.h"
#include "room/entry.h"
#include "signal/messages.h"

namespace plaza::room {

class Gate {
 public:
  /// Both outlive the gate.
  Gate(Apps& apps, const base::Clock& clock) : apps_(apps), clock_(clock) {}

  /// Checks names, userSig and, where the app demands it, privateMapKey of `join`, and gives an
  /// entry with these, the app's limits and nothing else filled in. Asks the store where the app or
  /// its key may be new. `done` is called once, later or at once.
  void Admit(const signal::Join& join, std::function<void(base::Result<Entry>)> done);

 private:
  base::Result<Entry> Check(const signal::Join& join) const;

  Apps& apps_;
  const base::Clock& clock_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace plaza::room
