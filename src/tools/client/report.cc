// Formatting statistics.
#include "tools/client/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace plaza::tools {
namespace {

using nlohmann::json;

int64_t Kbps(uint64_t bytes, base::Duration span) {
  return base::DataRate::Of(static_cast<int64_t>(bytes), span).kbps();
}

double PerSecond(uint64_t count, base::Duration span) {
  return static_cast<double>(count) / std::max(1e-6, base::ToSeconds(span));
}

client::ReceiveCounters All(const client::Statistics& statistics, bool video) {
  client::ReceiveCounters all;
  for (const auto& source : statistics.sources) all += video ? source.video : source.audio;
  return all;
}

const char* NameOf(signal::StreamType stream) {
  return stream == signal::StreamType::kMain ? "main" : "aux";
}

json ReceivedJson(const client::ReceiveCounters& counters) {
  return {{"packets", counters.packets},
          {"bytes", counters.bytes},
          {"recovered", counters.recovered},
          {"nacked", counters.nacked},
          {"lost", counters.lost},
          {"frames", counters.frames},
          {"keyframes", counters.keyframes},
          {"damagedFrames", counters.damaged_frames},
          {"keyframeRequests", counters.keyframe_requests}};
}

json SentJson(const client::SendCounters& counters) {
  return {{"packets", counters.packets},
          {"bytes", counters.bytes},
          {"frames", counters.frames},
          {"keyframes", counters.keyframes},
          {"nacksReceived", counters.nacks_received},
          {"resent", counters.resent},
          {"keyframeRequestsReceived", counters.keyframe_requests_received}};
}

const char* NameOf(client::EndReason reason) {
  switch (reason) {
    case client::EndReason::kLeft:
      return "left";
    case client::EndReason::kRefused:
      return "refused";
    case client::EndReason::kKicked:
      return "kicked";
    case client::EndReason::kUnreachable:
      return "unreachable";
  }
  return "left";
}

}  // namespace

std::string IntervalLine(const client::Statistics& before, const client::Statistics& after,
                         base::Duration span) {
  const uint64_t sent =
      after.audio.bytes + after.video.bytes - before.audio.bytes - before.video.bytes;
  const auto audio = All(after, false), video = All(after, true);
  const auto audio_before = All(before, false), video_before = All(before, true);
  const uint64_t received = audio.bytes + video.bytes - audio_before.bytes - video_before.bytes;
  return fmt::format(
      "{} out {} kbit/s, in {} kbit/s from {} of {:.0f} frames/s, lost {}, allowed {} kbit/s",
      after.connected ? "connected" : "waiting", Kbps(sent, span), Kbps(received, span),
      after.sources.size(), PerSecond(video.frames - video_before.frames, span),
      audio.lost + video.lost, after.target.kbps());
}

std::string Summary(const client::Statistics& statistics, base::Duration span) {
  std::string text =
      fmt::format("{:<24}{:<7}{:>9}{:>9}{:>8}{:>6}{:>7}{:>7}{:>6}{:>8}\n", "", "", "packets",
                  "kbit/s", "frames", "key", "again", "asked", "lost", "damaged");
  const auto sent = [&](const char* kind, const client::SendCounters& c) {
    if (c.packets > 0) {
      text += fmt::format("{:<24}{:<7}{:>9}{:>9}{:>8}{:>6}{:>7}{:>7}\n", "sent", kind, c.packets,
                          Kbps(c.bytes, span), c.frames, c.keyframes, c.resent, c.nacks_received);
    }
  };
  sent("audio", statistics.audio);
  sent("video", statistics.video);
  for (const client::SourceStatistics& source : statistics.sources) {
    const auto received = [&](const char* kind, const client::ReceiveCounters& c) {
      if (c.packets == 0) return;
      const std::string from =
          source.user_id.empty() ? "nobody" : source.user_id + " " + NameOf(source.stream);
      text += fmt::format("{:<24}{:<7}{:>9}{:>9}{:>8}{:>6}{:>7}{:>7}{:>6}{:>8}\n", from, kind,
                          c.packets, Kbps(c.bytes, span), c.frames, c.keyframes, c.recovered,
                          c.nacked, c.lost, c.damaged_frames);
    };
    received("audio", source.audio);
    received("video", source.video);
  }
  return text;
}

std::string ToJson(const client::Statistics& statistics, base::Duration elapsed,
                   const client::End* end) {
  json sources = json::array();
  for (const client::SourceStatistics& source : statistics.sources) {
    sources.push_back({{"userId", source.user_id},
                       {"streamType", NameOf(source.stream)},
                       {"audio", ReceivedJson(source.audio)},
                       {"video", ReceivedJson(source.video)}});
  }
  json all = {
      {"elapsedMs", base::ToMillis(elapsed)},
      {"connected", statistics.connected},
      {"joins", statistics.joins},
      {"resumes", statistics.resumes},
      {"connections", statistics.connections},
      {"targetKbps", statistics.target.kbps()},
      {"sent", {{"audio", SentJson(statistics.audio)}, {"video", SentJson(statistics.video)}}},
      {"sources", std::move(sources)},
      {"end", nullptr}};
  if (end) {
    all["end"] = {{"reason", NameOf(end->reason)},
                  {"code", end->failure.code},
                  {"message", end->failure.message}};
  }
  return all.dump();
}

std::string Describe(const client::End& end) {
  std::string text = NameOf(end.reason);
  if (!end.failure.message.empty()) text += ": " + end.failure.message;
  if (end.failure.field) text += fmt::format(" ({})", *end.failure.field);
  if (end.failure.code != 0) text += fmt::format(" [{}]", end.failure.code);
  return text;
}

}  // namespace plaza::tools
