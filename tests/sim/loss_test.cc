// What comes through a call at 0, 5, 20 and 50 % loss, with reordering, duplication and delay. The
// table is kept in docs/performance.md.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/loss_run.h"
#include "harness/seeds.h"

namespace plaza::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr uint64_t kSeeds = 5;

struct Row {
  double loss;
  // What must come through over links of 50 and of 200 ms, and how long a handshake may take.
  double least_frames[2];
  base::Duration most_handshake;
};

constexpr base::Duration kDelays[] = {milliseconds(50), milliseconds(200)};
constexpr Row kRows[] = {{0, {1, 1}, seconds(2)},
                         {0.05, {0.99, 0.99}, seconds(5)},
                         {0.20, {0.95, 0.60}, seconds(10)},
                         {0.50, {0.04, 0.02}, seconds(30)}};

struct Source {
  const char* name;
  rtp::Codec codec;
  bool simulcast;
};

constexpr Source kSources[] = {{"VP8, simulcast", rtp::Codec::kVp8, true},
                               {"H.264", rtp::Codec::kH264, false}};

nlohmann::json ToJson(const Source& source, double loss, base::Duration delay,
                      const LossResult& result) {
  return {{"video", source.name},
          {"loss", loss},
          {"link_delay_ms", base::ToMillis(delay)},
          {"handshake_median_ms", base::ToMillis(Quantile(result.handshakes, 0.5))},
          {"handshake_slowest_ms", base::ToMillis(Quantile(result.handshakes, 1))},
          {"handshakes", result.handshakes.size()},
          {"frames_sent", result.frames_sent},
          {"frames_delivered", result.frames_delivered},
          {"delay_median_ms", base::ToMillis(Quantile(result.delays, 0.5))},
          {"delay_95_ms", base::ToMillis(Quantile(result.delays, 0.95))},
          {"audio_sent", result.packets_sent},
          {"audio_delivered", result.packets_delivered},
          {"video_packets", result.video_packets},
          {"video_packets_recovered", result.recovered},
          {"keyframe_requests", result.keyframe_requests}};
}

void PrintRow(const Source& source, double loss, base::Duration delay, const LossResult& result) {
  std::printf(
      "| %2.0f %% | %lld ms | %s | %.1f s, %.1f s | %.1f %% | %lld ms, %lld ms | %.1f %% |\n",
      loss * 100, static_cast<long long>(base::ToMillis(delay)), source.name,
      base::ToSeconds(Quantile(result.handshakes, 0.5)),
      base::ToSeconds(Quantile(result.handshakes, 1)), result.frame_share() * 100,
      static_cast<long long>(base::ToMillis(Quantile(result.delays, 0.5))),
      static_cast<long long>(base::ToMillis(Quantile(result.delays, 0.95))),
      result.audio_share() * 100);
}

LossResult Measure(const Source& source, double loss, base::Duration delay) {
  LossResult sum;
  for (const uint64_t seed : Seeds(kSeeds)) {
    SCOPED_TRACE("PLAZA_SIM_SEED=" + std::to_string(seed));
    LossRunOptions options;
    options.seed = seed;
    options.loss = loss;
    options.delay = delay;
    options.codec = source.codec;
    options.simulcast = source.simulcast;
    const LossResult result = RunLoss(options);
    EXPECT_EQ(result.handshakes.size(), result.clients) << "not everybody could connect";
    EXPECT_EQ(result.violations, 0u);
    sum.Add(result);
  }
  return sum;
}

TEST(Loss, FramesAreDeliveredAfterRepair) {
  nlohmann::json all = nlohmann::json::array();
  std::printf(
      "| loss | link delay | video | handshake: median, slowest | frames delivered | frame delay: "
      "median, 95 %% | audio delivered |\n| --- | --- | --- | --- | --- | --- | --- |\n");
  for (size_t i = 0; i < std::size(kDelays); ++i) {
    const base::Duration delay = kDelays[i];
    for (const Source& source : kSources) {
      for (const Row& row : kRows) {
        SCOPED_TRACE(row.loss);
        const LossResult result = Measure(source, row.loss, delay);
        PrintRow(source, row.loss, delay, result);
        all.push_back(ToJson(source, row.loss, delay, result));
        EXPECT_GE(result.frame_share(), row.least_frames[i]);
        EXPECT_LE(Quantile(result.handshakes, 1), row.most_handshake);
      }
    }
  }
  std::filesystem::create_directories(PLAZA_BENCH_FOLDER);
  std::ofstream(PLAZA_BENCH_FOLDER "/sim_loss.json") << all.dump(2) << '\n';
}

}  // namespace
}  // namespace plaza::sim
