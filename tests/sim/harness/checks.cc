#include "harness/checks.h"

#include <algorithm>

#include "rtp/sequence_number.h"

namespace plaza::sim {
namespace {

// Who says something about which stream.
class Complaints {
 public:
  explicit Complaints(std::string where) : where_(std::move(where)) {}
  void Add(const std::string& what) { all_.push_back(where_ + ": " + what); }
  std::vector<std::string> Take() { return std::move(all_); }

 private:
  std::string where_;
  std::vector<std::string> all_;
};

std::string Name(const Stamp& stamp) {
  return "frame " + std::to_string(stamp.frame) + " of client " + std::to_string(stamp.source) +
         " encoding " + std::to_string(stamp.encoding);
}

bool SameEncoding(const Stamp& a, const Stamp& b) {
  return a.source == b.source && a.encoding == b.encoding && a.audio == b.audio;
}

// Walks over one stream in the order of sequence numbers.
class StreamCheck {
 public:
  StreamCheck(const ReceivedStream& stream, const SentPackets* sent, const Connection& connection,
              bool sources_in_order, Complaints& complaints)
      : stream_(stream),
        sent_(sent),
        open_(std::max(connection.connected().value_or(base::kNever), stream.begin())),
        closed_(connection.closed()),
        refused_(connection.peer().counters().dropped_path),
        sources_in_order_(sources_in_order),
        complaints_(complaints) {}

  void Run() {
    for (const auto& [number, packet] : stream_.packets()) {
      for (int64_t missing = last_number_.value_or(number) + 1; missing < number; ++missing) {
        gap_ = true;
        CheckMissing(static_cast<uint16_t>(missing));
      }
      last_number_ = number;
      if (packet.stamp) CheckPacket(packet);
    }
    CheckFrames();
  }

 private:
  void CheckMissing(uint16_t number) {
    const bool was_sent = sent_ && sent_->sent.contains(number);
    if (!was_sent) {
      if (sources_in_order_)
        complaints_.Add("number " + std::to_string(number) + " was left out by the server");
      return;
    }
    const auto arrived = sent_->arrived.find(number);
    const bool came =
        arrived != sent_->arrived.end() && arrived->second > open_ && arrived->second < closed_;
    if (came && refused_ == 0) {
      complaints_.Add("number " + std::to_string(number) + " arrived and was not taken");
    }
  }

  void CheckPacket(const ReceivedPacket& packet) {
    const Stamp& stamp = *packet.stamp;
    const bool same_frame =
        last_stamp_ && SameEncoding(stamp, *last_stamp_) && stamp.frame == last_stamp_->frame;
    if (same_frame && packet.timestamp == last_timestamp_) return;
    if (last_stamp_ && !rtp::IsNewer(packet.timestamp, last_timestamp_))
      complaints_.Add(Name(stamp) + " is no newer than " + Name(*last_stamp_) + " before it");
    if (!stamp.audio && !gap_) CheckFollows(packet);
    gap_ = false;
    last_stamp_ = stamp;
    last_timestamp_ = packet.timestamp;
  }

  // A frame that can be decoded after the one before it. Whoever is watched again soon may begin
  // with a keyframe that was sent before.
  void CheckFollows(const ReceivedPacket& packet) {
    const Stamp& stamp = *packet.stamp;
    const bool same = last_stamp_ && SameEncoding(stamp, *last_stamp_);
    if (same && stamp.frame == last_stamp_->frame + 1) return;
    // The very first packets may have been lost without a trace.
    if (!last_stamp_) return;
    if (!stamp.keyframe || !packet.keyframe)
      complaints_.Add(Name(stamp) + " needs what comes not, after " + Name(*last_stamp_));
  }

  void CheckFrames() {
    const DecodedFrame* last = nullptr;
    for (const DecodedFrame& frame : stream_.frames()) {
      if (!frame.intact) complaints_.Add(Name(frame.stamp) + " is damaged");
      const bool next = last && SameEncoding(frame.stamp, last->stamp) &&
                        frame.stamp.frame == last->stamp.frame + 1;
      if (!frame.stamp.keyframe && !next)
        complaints_.Add(Name(frame.stamp) + " was decoded without the one before");
      last = &frame;
    }
  }

  const ReceivedStream& stream_;
  const SentPackets* sent_;
  base::Time open_;    // from then on every packet that arrives is taken,
  base::Time closed_;  // until then
  uint64_t refused_;   // but for these, which came over a path that the client had not tried yet
  bool sources_in_order_;
  Complaints& complaints_;
  std::optional<int64_t> last_number_;
  bool gap_ = false;  // since the last frame began
  std::optional<Stamp> last_stamp_;
  uint32_t last_timestamp_ = 0;
};

void CheckConnection(const Client& client, const ClientConnection& one, bool sources_in_order,
                     std::vector<std::string>& all) {
  const Connection& connection = *one.connection;
  const auto& sent = client.wire().sent_down();
  for (const auto& [media, stream] : connection.streams()) {
    Complaints complaints("client " + std::to_string(client.number()) + ", m-line " +
                          std::to_string(media));
    const auto packets = sent.find(stream.ssrc());
    StreamCheck(stream, packets == sent.end() ? nullptr : &packets->second, connection,
                sources_in_order, complaints)
        .Run();
    for (std::string& one_complaint : complaints.Take()) all.push_back(std::move(one_complaint));
  }
  for (const std::string& violation : connection.violations())
    all.push_back("client " + std::to_string(client.number()) + ": " + violation);
  if (connection.peer().counters().send_dropped_protect > 0)
    all.push_back("client " + std::to_string(client.number()) + " used an SRTP index twice");
}

}  // namespace

std::vector<std::string> CheckStreams(const Call& call) {
  std::vector<std::string> all;
  bool in_order = true;
  for (const auto& worker : call.workers)
    in_order = in_order && worker->dropped_by_links() + worker->refused() == 0;
  for (const auto& [number, client] : call.clients)
    in_order = in_order && !client->wire().disturbed_up();
  for (const auto& [number, client] : call.clients) {
    for (const ClientConnection& one : client->connections())
      CheckConnection(*client, one, in_order, all);
    for (const auto& [ssrc, packets] : client->wire().sent_down()) {
      for (const auto& [sequence_number, times] : packets.sent) {
        if (times > 1)
          all.push_back("SSRC " + std::to_string(ssrc) + " number " +
                        std::to_string(sequence_number) + " was sent twice");
      }
    }
  }
  for (const auto& worker : call.workers) {
    if (worker->node().PeerCounters().send_dropped_protect > 0)
      all.push_back("a server used an SRTP index twice");
  }
  return all;
}

std::vector<std::string> CheckEmpty(Call& call) {
  std::vector<std::string> all;
  const auto expect_none = [&](size_t count, const std::string& what) {
    if (count > 0) all.push_back(std::to_string(count) + " " + what + " are left");
  };
  expect_none(call.control().peer_count(), "peers of the control thread");
  for (const auto& worker : call.workers) {
    expect_none(worker->node().peer_count(), "peers of a worker");
    expect_none(worker->node().path_count(), "paths of a worker");
    expect_none(worker->node().ufrag_count(), "username fragments of a worker");
    expect_none(worker->node().graph().track_count(), "tracks of a worker");
  }
  if (!AllReturned(call.world.server_pool)) all.push_back("packet buffers are still held");
  return all;
}

Delivery DeliveredSince(const Client& client, uint32_t source, bool audio, base::Time since) {
  Delivery delivery;
  base::Time newest = since;
  for (const ClientConnection& one : client.connections()) {
    for (const auto& [media, stream] : one.connection->streams()) {
      const auto count = [&](const Stamp& stamp, base::Time at) {
        if (at < since || stamp.source != source || stamp.audio != audio) return;
        ++delivery.decoded;
        if (at < newest) return;
        newest = at;
        delivery.last_encoding = stamp.encoding;
      };
      for (const DecodedFrame& frame : stream.frames()) count(frame.stamp, frame.at);
      if (!audio) continue;
      for (const auto& [number, packet] : stream.packets())
        if (packet.stamp) count(*packet.stamp, packet.sent);
    }
  }
  return delivery;
}

}  // namespace plaza::sim
