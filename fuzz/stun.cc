// STUN from the network into both agents: nothing breaks, nobody is answered with more than they
// sent unless they know the password, and nothing without it makes a path.
//
// The input is a row of datagrams, each behind a byte that says what to do with it (see Act) and
// two of length. What the fuzzer can't guess is filled in where the act says so: the integrity and
// fingerprint, and the transaction of the agent's own last check.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "ice/full_agent.h"
#include "ice/internal/integrity.h"
#include "ice/lite_agent.h"
#include "ice/stun_message.h"

namespace {

using namespace plaza;

enum Act : uint8_t {
  kSign = 1,
  kOtherPath = 2,
  kOtherRemote = 4,
  kPassTime = 8,
  kRestart = 16,
  kAnswer = 32,
};

const ice::Credentials kLocal = {"ours", "the password that we made"};
const ice::Credentials kRemote = {"them", "the password of our peer"};

const base::SocketAddress kOurs = *base::SocketAddress::Parse("192.0.2.1:7000");
const base::SocketAddress kTheirs = *base::SocketAddress::Parse("192.0.2.2:8000");
const base::Time kStart{std::chrono::seconds(1000)};

void Check(bool holds) {
  if (!holds) std::abort();
}

class Observer final : public ice::AgentObserver {
 public:
  void OnIcePathAdded(const base::Path&) override { ++paths; }
  void OnIcePathRemoved(const base::Path&) override { --paths; }
  void OnIcePathSelected(const base::Path&) override {}
  void OnIceStateChanged(ice::AgentState) override {}
  int paths = 0;
};

class WatchingSink final : public base::DatagramSink {
 public:
  std::span<uint8_t> Begin(const base::Path&, size_t capacity) override {
    return std::span(buffer_).first(std::min(capacity, buffer_.size()));
  }
  void Commit(size_t size) override {
    largest = std::max(largest, size);
    const auto message = ice::StunMessage::Parse({buffer_.data(), size});
    Check(message.has_value());
    if (message->message_class == ice::StunClass::kRequest) last_check = message->transaction;
  }
  size_t largest = 0;
  ice::TransactionId last_check{};

 private:
  std::array<uint8_t, 2048> buffer_;
};

/// Ends the attributes with a right MESSAGE-INTEGRITY and FINGERPRINT and sets the header's length.
void Sign(base::Bytes& message, const std::string& password) {
  if (message.size() < ice::kStunHeaderSize || message.size() + 32 > ice::kMaxStunSize) return;
  message.resize(message.size() & ~size_t{3});
  base::StoreU32(message.data() + 4, ice::kMagicCookie);
  const ice::Integrity integrity = ice::ComputeIntegrity(message, password);
  message.insert(message.end(), {0, 8, 0, 20});
  message.insert(message.end(), integrity.begin(), integrity.end());
  const size_t length = message.size() + 8 - ice::kStunHeaderSize;
  base::StoreU16(message.data() + 2, static_cast<uint16_t>(length));
  const uint32_t fingerprint = ice::ComputeFingerprint(message);
  message.insert(message.end(), {0x80, 0x28, 0, 4, 0, 0, 0, 0});
  base::StoreU32(message.data() + message.size() - 4, fingerprint);
}

struct Step {
  uint8_t act;
  base::Bytes message;
  bool Does(Act what) const { return (act & what) != 0; }
};

base::Bytes Prepare(const Step& step, const ice::TransactionId& last_check) {
  base::Bytes message = step.message;
  if (step.Does(kAnswer) && message.size() >= ice::kStunHeaderSize)
    std::copy(last_check.begin(), last_check.end(), message.begin() + 8);
  // Requests are signed with our password, responses with the peer's.
  if (step.Does(kSign) && !message.empty())
    Sign(message, message[0] == 0 ? kLocal.pwd : kRemote.pwd);
  return message;
}

void Feed(ice::Agent& agent, const Observer& observer, std::span<const Step> steps) {
  base::Time now = kStart;
  bool knows_password = false;
  WatchingSink checks;
  for (const Step& step : steps) {
    if (step.Does(kPassTime) && agent.NextDeadline() != base::kNever)
      now = std::max(now, agent.NextDeadline());
    if (step.Does(kRestart)) {
      agent.Restart(kLocal, now);
      agent.SetRemoteCredentials(kRemote, now);
    }
    agent.HandleTimeout(now, checks);
    base::Path path{kOurs, kTheirs};
    if (step.Does(kOtherPath)) path.local.port = 7001;
    if (step.Does(kOtherRemote)) path.remote.port = static_cast<uint16_t>(step.act) + 1;
    const base::Bytes message = Prepare(step, checks.last_check);
    WatchingSink answers;
    agent.HandleStun(message, path, now, answers);
    knows_password = knows_password || step.Does(kSign);
    Check(step.Does(kSign) || answers.largest <= message.size());
    Check(knows_password || observer.paths == 0);
    Check(observer.paths >= 0 && (agent.selected_path() == nullptr || observer.paths > 0));
  }
}

std::vector<Step> ReadSteps(base::ByteReader reader) {
  std::vector<Step> steps;
  while (reader.remaining() >= 3 && steps.size() < 64) {
    const uint8_t act = reader.U8();
    const size_t size = reader.U16();
    const base::ByteView message = reader.Read(std::min(size, reader.remaining()));
    steps.push_back({act, base::Bytes(message.begin(), message.end())});
  }
  return steps;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const base::ByteView input(data, size);
  (void)ice::LocalUfragOf(input);
  (void)ice::StunMessage::Parse(input);
  const std::vector<Step> steps = ReadSteps(base::ByteReader(input));

  Observer lite_observer;
  ice::LiteAgent lite(kLocal, lite_observer, kStart);
  Feed(lite, lite_observer, steps);

  Observer full_observer;
  base::SeededRandom random(1);
  ice::FullAgent full(ice::Role::kControlling, kLocal, random, full_observer, kStart);
  Check(full.AddLocalAddress(kOurs, kStart).ok());
  full.SetRemoteCredentials(kRemote, kStart);
  const auto candidate = ice::HostCandidate(kTheirs, base::TransportProtocol::kUdp, 1);
  Check(full.AddRemoteCandidate(candidate, kStart).ok());
  Feed(full, full_observer, steps);
  return 0;
}
