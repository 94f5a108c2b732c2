// The messages of the full agent: the checks that it sends and those that it answers.
#include "ice/full_agent.h"
#include "ice/internal/check_request.h"

namespace plaza::ice {
namespace {
/// A nomination that is not answered so often is given up: the pair no longer works.
constexpr int kMaxNominations = 7;
}  // namespace

void FullAgent::HandleStun(base::ByteView datagram, const base::Path& path, base::Time now,
                           base::DatagramSink& sink) {
  const auto message = StunMessage::Parse(datagram);
  if (!message) {
    ++stats_.malformed;
    return;
  }
  if (state_ == AgentState::kFailed) return;
  switch (message->message_class) {
    case StunClass::kRequest:
      HandleRequest({*message, datagram.size(), path}, now, sink);
      break;
    case StunClass::kSuccess:
    case StunClass::kError:
      HandleResponse(*message, path, now);
      break;
    case StunClass::kIndication:
      break;  // a keepalive proves nothing
  }
}

void FullAgent::HandleRequest(const Inbound& request, base::Time now, base::DatagramSink& sink) {
  Responder responder(stats_);
  const bool on_selected = selection_ && selection_->path == request.path;
  const Credentials* used =
      responder.Accept(request, local_, on_selected ? &selection_->local : nullptr, sink);
  if (used == nullptr) return;
  if (!SolveRoleConflict(request.message)) {
    responder.SendRoleConflict(request, *used, sink);
    return;
  }
  responder.SendSuccess(request, *used, sink);
  if (used != &local_) return;  // keeps the path of before the restart alive
  CandidatePair* pair = checks_.Find(request.path);
  if (pair == nullptr) pair = AddPair(request.path, request.message.priority.value_or(0));
  if (pair == nullptr) return;
  const bool nominates = request.message.use_candidate && role_ == Role::kControlled;
  pair->nominated_by_peer = pair->nominated_by_peer || nominates;
  if (pair->state != PairState::kSucceeded) {
    checks_.Trigger(*pair, now);
  } else if (nominates) {
    FinishNomination(*pair, now);
  }
  AddPath(request.path);
}

bool FullAgent::SolveRoleConflict(const StunMessage& request) {
  const auto& same_as_ours =
      role_ == Role::kControlling ? request.ice_controlling : request.ice_controlled;
  if (!same_as_ours) return true;
  // Who has the larger number controls (RFC 8445 section 7.3.1.1).
  const Role ours = tie_breaker_ >= *same_as_ours ? Role::kControlling : Role::kControlled;
  if (ours == role_) return false;
  ++stats_.role_conflicts;
  SwitchRole(ours);
  return true;
}

void FullAgent::SwitchRole(Role role) {
  role_ = role;
  checks_.SetRole(role);
  nominating_.reset();
}

void FullAgent::YieldRole() {
  ++stats_.role_conflicts;
  SwitchRole(role_ == Role::kControlling ? Role::kControlled : Role::kControlling);
  tie_breaker_ = random_.Next64();
}

void FullAgent::HandleResponse(const StunMessage& response, const base::Path& path,
                               base::Time now) {
  if (selection_ && selection_->path == path &&
      selection_->consent.TakeAnswer(response.transaction)) {
    HandleConsentResponse(response, now);
    return;
  }
  CandidatePair* pair = checks_.FindTransaction(response.transaction);
  if (pair == nullptr || pair->path != path) {
    ++stats_.unmatched_responses;
  } else if (response.message_class == StunClass::kError) {
    HandleCheckError(response, *pair, now);
  } else if (IsAuthentic(response, remote_)) {
    ++stats_.responses_accepted;
    Succeed(*pair, now);
  }
}

void FullAgent::HandleCheckError(const StunMessage& response, CandidatePair& pair, base::Time now) {
  if (response.error_code == kRoleConflict) {
    if (!IsAuthentic(response, remote_)) return;
    const base::Path path = pair.path;
    YieldRole();
    checks_.Trigger(*checks_.Find(path), now);
    return;
  }
  ++stats_.error_responses;
  // A peer that does not know our credentials yet, or no longer, says so without proof of its own:
  // asking again may help.
  if (response.error_code == kUnauthenticated) return;
  pair.check.reset();
  pair.state = PairState::kFailed;
  if (nominating_ == pair.path) nominating_.reset();
}

void FullAgent::HandleConsentResponse(const StunMessage& response, base::Time now) {
  if (response.message_class == StunClass::kError && response.error_code != kRoleConflict) {
    ++stats_.error_responses;
    return;
  }
  if (!IsAuthentic(response, selection_->remote)) return;
  if (response.message_class == StunClass::kError) {
    YieldRole();
    return;
  }
  ++stats_.responses_accepted;
  selection_->consent.Confirm(now, random_);
  UpdateState(now);
}

bool FullAgent::IsAuthentic(const StunMessage& response, const Credentials& remote) {
  const bool authentic = response.CheckIntegrity(remote.pwd);
  if (!authentic) ++stats_.wrong_integrity;
  return authentic;
}

void FullAgent::SendCheck(base::Time now, base::DatagramSink& sink) {
  CandidatePair* pair = checks_.NextToSend(now);
  if (pair == nullptr) return;
  if (pair->check && pair->check->nominates && pair->check->transmissions >= kMaxNominations) {
    pair->check.reset();
    pair->nominate = false;
    pair->state = PairState::kWaiting;
    nominating_.reset();
  }
  const Transaction& check = checks_.Transmit(*pair, random_, now);
  SendCheckRequest({.transaction = check.id,
                    .local = local_,
                    .remote = remote_,
                    .priority = LocalPriority(pair->path, CandidateType::kPeerReflexive),
                    .role = role_,
                    .tie_breaker = tie_breaker_,
                    .nominate = check.nominates},
                   pair->path, sink);
  next_check_ = now + kPacing;
}

void FullAgent::SendConsentCheck(base::Time now, base::DatagramSink& sink) {
  const TransactionId id = selection_->consent.Send(now, random_);
  SendCheckRequest({.transaction = id,
                    .local = selection_->local,
                    .remote = selection_->remote,
                    .priority = LocalPriority(selection_->path, CandidateType::kPeerReflexive),
                    .role = role_,
                    .tie_breaker = tie_breaker_,
                    .nominate = selection_->nominated},
                   selection_->path, sink);
}

}  // namespace plaza::ice
