#include "base/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace plaza::base {
namespace {

template <typename M>
struct Family {
  std::string help;
  std::map<Labels, std::unique_ptr<M>> members;

  M& Get(const std::string& family_help, const Labels& labels) {
    help = family_help;
    auto& member = members[labels];
    if (!member) member = std::make_unique<M>();
    return *member;
  }
};

prometheus::ClientMetric Sample(const Labels& labels) {
  prometheus::ClientMetric sample;
  for (const auto& [key, value] : labels) sample.label.push_back({key, value});
  return sample;
}

}  // namespace

struct Metrics::State {
  mutable std::mutex mutex;
  std::map<std::string, Family<Counter>> counters;
  std::map<std::string, Family<Gauge>> gauges;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

Counter& Metrics::GetCounter(const std::string& name, const std::string& help,
                             const Labels& labels) {
  const std::lock_guard lock(state_->mutex);
  return state_->counters[name].Get(help, labels);
}

Gauge& Metrics::GetGauge(const std::string& name, const std::string& help, const Labels& labels) {
  const std::lock_guard lock(state_->mutex);
  return state_->gauges[name].Get(help, labels);
}

std::string Metrics::Text() const {
  std::vector<prometheus::MetricFamily> families;
  const std::lock_guard lock(state_->mutex);
  for (const auto& [name, family] : state_->counters) {
    auto& out = families.emplace_back();
    out = {name, family.help, prometheus::MetricType::Counter, {}};
    for (const auto& [labels, counter] : family.members) {
      out.metric.push_back(Sample(labels));
      out.metric.back().counter.value = static_cast<double>(counter->value());
    }
  }
  for (const auto& [name, family] : state_->gauges) {
    auto& out = families.emplace_back();
    out = {name, family.help, prometheus::MetricType::Gauge, {}};
    for (const auto& [labels, gauge] : family.members) {
      out.metric.push_back(Sample(labels));
      out.metric.back().gauge.value = static_cast<double>(gauge->value());
    }
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace plaza::base
