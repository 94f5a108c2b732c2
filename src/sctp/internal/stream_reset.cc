#include "sctp/internal/stream_reset.h"

#include <algorithm>
#include <utility>

namespace plaza::sctp::internal {
namespace {

constexpr size_t kRequestFields = kTlvHeaderSize + 12;
constexpr size_t kMaxAnswers = 4;  // of one packet; a RE-CONFIG chunk has two parameters at most

}  // namespace

StreamReset::StreamReset(uint32_t local_initial_tsn, uint32_t remote_initial_tsn,
                         DataSender& sender, DataReceiver& receiver, SendQueue& queue,
                         RetransmissionTimeout& timeout, PathHealth& health,
                         StreamResetObserver& observer)
    : sender_(sender),
      receiver_(receiver),
      queue_(queue),
      timeout_(timeout),
      health_(health),
      observer_(observer),
      request_number_(local_initial_tsn),
      last_number_(remote_initial_tsn - 1) {}

bool StreamReset::IsRequested(uint16_t stream) const {
  return waiting_.contains(stream) ||
         std::find(requested_.begin(), requested_.end(), stream) != requested_.end();
}

void StreamReset::OnReConfig(const ChunkView& chunk) {
  ParameterReader parameters(chunk.value);
  while (const auto parameter = parameters.Next()) {
    switch (static_cast<ReConfigType>(parameter->type)) {
      case ReConfigType::kOutgoingReset:
        if (const auto request = ParseOutgoingReset(parameter->value))
          OnOutgoingResetRequest(*request);
        break;
      case ReConfigType::kResponse:
        if (const auto response = ParseReConfigResponse(parameter->value)) OnResponse(*response);
        break;
      case ReConfigType::kIncomingReset:
      case ReConfigType::kTsnReset:
      case ReConfigType::kAddOutgoing:
      case ReConfigType::kAddIncoming:
        OnOtherRequest(parameter->value);
        break;
      default:
        return;
    }
  }
}

// Whether a request is to be worked on: the next one, or the last one while it is not done. All
// others are answered at once.
bool StreamReset::IsExpected(uint32_t number) {
  if (number == last_number_ + 1) {
    // A new request takes the place of one that waits for data.
    deferred_.reset();
    last_number_ = number;
    return true;
  }
  if (number == last_number_) {
    if (last_result_ == ReConfigResult::kInProgress) return true;
    Answer(last_result_);
  } else if (answers_.size() < kMaxAnswers) {
    answers_.push_back({number, ReConfigResult::kBadSequenceNumber});
  }
  return false;
}

void StreamReset::Answer(ReConfigResult result) {
  last_result_ = result;
  if (answers_.size() < kMaxAnswers) answers_.push_back({last_number_, result});
}

void StreamReset::OnOutgoingResetRequest(const OutgoingResetRequest& request) {
  if (!IsExpected(request.request_number)) return;
  Deferred deferred;
  deferred.last_tsn = receiver_.Unwrap(request.last_tsn);
  for (size_t i = 0; i < request.stream_count(); ++i)
    if (request.stream(i) < kMaxStreams) deferred.streams.push_back(request.stream(i));
  if (deferred.streams.empty() && request.stream_count() > 0)
    return Answer(ReConfigResult::kDenied);
  deferred_ = std::move(deferred);
  PerformDeferred();
  if (deferred_) Answer(ReConfigResult::kInProgress);
}

// Once all data that was sent before the reset has come.
void StreamReset::PerformDeferred() {
  if (!deferred_ || deferred_->last_tsn > receiver_.cumulative()) return;
  const std::vector<uint16_t> streams = std::move(deferred_->streams);
  deferred_.reset();
  for (const uint16_t stream : streams) receiver_.ResetStream(stream);
  if (streams.empty()) receiver_.ResetAllStreams();
  Answer(ReConfigResult::kPerformed);
  observer_.OnIncomingReset(streams);
}

// Data channels need none of these.
void StreamReset::OnOtherRequest(base::ByteView parameter) {
  base::ByteReader reader(parameter);
  const uint32_t number = reader.U32();
  if (reader.ok() && IsExpected(number)) Answer(ReConfigResult::kDenied);
}

void StreamReset::OnResponse(const ReConfigResponse& response) {
  if (requested_.empty() || response.response_number != request_number_ || request_due_) return;
  health_.OnAnswered();
  if (response.result == ReConfigResult::kInProgress) {
    postponed_ = true;
    return;
  }
  const bool performed = response.result == ReConfigResult::kPerformed ||
                         response.result == ReConfigResult::kNothingToDo;
  const std::vector<uint16_t> streams = std::exchange(requested_, {});
  ++request_number_;
  retransmit_at_ = base::kNever;
  for (const uint16_t stream : streams) {
    queue_.Resume(stream, performed);
    observer_.OnOutgoingReset(stream);
  }
}

void StreamReset::BeginRequest(size_t max_streams) {
  for (auto stream = waiting_.begin(); stream != waiting_.end();) {
    if (requested_.size() == max_streams) break;
    if (!queue_.IsEmpty(*stream)) {
      ++stream;
      continue;
    }
    queue_.Pause(*stream);
    requested_.push_back(*stream);
    stream = waiting_.erase(stream);
  }
  if (requested_.empty()) return;
  request_last_tsn_ = ToWireTsn(sender_.last_tsn());
  request_due_ = true;
}

void StreamReset::Send(Outbox& out, base::Time now) {
  PerformDeferred();
  for (const ReConfigResponse& answer : std::exchange(answers_, {})) Write(answer, out);
  if (requested_.empty()) BeginRequest((out.max_value() - kRequestFields) / 2);
  if (!request_due_) return;
  request_due_ = false;
  WriteOutgoingReset({request_number_, last_number_, request_last_tsn_, {}}, requested_, out);
  retransmit_at_ = now + timeout_.value();
}

void StreamReset::HandleTimeout(base::Time now) {
  if (retransmit_at_ > now) return;
  retransmit_at_ = base::kNever;
  if (!std::exchange(postponed_, false)) {
    health_.OnUnanswered();
    timeout_.BackOff();
  }
  request_due_ = true;
}

}  // namespace plaza::sctp::internal
