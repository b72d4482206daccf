#include "live/message_samples.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace inflight::live {
namespace {

constexpr std::size_t kMaxDetail = 200;

Instant base_of(const trace::Batch& batch) {
  Instant base = batch.until;
  for (const auto& sample : batch.samples) base = std::min(base, sample.sample.time);
  for (const auto& event : batch.events) base = std::min(base, event.time);
  for (const auto& [time, limit] : batch.limits) base = std::min(base, time);
  return base;
}

std::int64_t micros(Instant time, Instant base) { return (time - base) / 1us; }

// Whole numbers without a fraction, others with six digits: a quarter of the bytes.
json number(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return std::round(value * 1e6) / 1e6;
}

bool is_count(const json& value) {
  return value.is_number_unsigned() &&
         value.get<std::uint64_t>() <= static_cast<std::uint64_t>(JsonReader::kLatest);
}

class SamplesParser {
 public:
  SamplesParser(JsonReader& in, const json& object) : in_(in), object_(object) {
    batch_.until = in.instant("until");
    base_ = in.instant("base");
  }

  trace::Batch parse() {
    parse_series();
    parse_events();
    parse_limits();
    return std::move(batch_);
  }

 private:
  // Nothing if it is no time, or before `earliest`.
  std::optional<Instant> time(const json& value, Instant earliest) {
    if (value.is_number_integer() && value.get<std::int64_t>() >= 0 &&
        value.get<std::int64_t>() < JsonReader::kLatest / 1000) {
      const Instant at = base_ + std::chrono::microseconds{value.get<std::int64_t>()};
      if (at >= earliest) return at;
    }
    in_.complain("samples", "expected ascending times");
    return std::nullopt;
  }
  const json* part(const char* key) {
    const auto it = object_.find(key);
    return it == object_.end() ? nullptr : &*it;
  }

  void parse_series() {
    const json* all = part("series");
    if (all == nullptr || !all->is_object()) return in_.complain("series", "expected an object");
    for (const auto& [name, values] : all->items()) {
      const auto id = trace::series_by_name(name);
      // A newer peer's.
      if (!id) continue;
      if (!values.is_array()) return in_.complain("series", "expected lists");
      Instant earliest{};
      for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
        const auto at = time(values[i], earliest);
        if (!at || !values[i + 1].is_number()) return in_.complain("series", "expected numbers");
        batch_.samples.push_back({*id, {*at, values[i + 1].get<double>()}});
        earliest = *at;
      }
    }
  }

  void parse_events() {
    const json* all = part("events");
    if (all == nullptr || !all->is_array()) return in_.complain("events", "expected a list");
    for (const json& one : *all) {
      if (!one.is_array() || one.size() != 7 || !one[1].is_string() || !one[2].is_string() ||
          !is_count(one[3]) || !is_count(one[4]) || !one[5].is_number() || !one[6].is_string()) {
        return in_.complain("events", "expected seven fields each");
      }
      const auto at = time(one[0], Instant{});
      const auto kind = trace::event_kind_by_name(one[1].get<std::string>());
      const auto cause = trace::event_cause_by_name(one[2].get<std::string>());
      if (!at || !kind || !cause) continue;
      batch_.events.push_back({.time = *at,
                               .kind = *kind,
                               .cause = *cause,
                               .offset = StreamOffset{one[3].get<std::int64_t>()},
                               .length = ByteCount{one[4].get<std::int64_t>()},
                               .value = one[5].get<double>(),
                               .detail = one[6].get<std::string>().substr(0, kMaxDetail)});
    }
  }

  void parse_limits() {
    const json* all = part("limits");
    if (all == nullptr || !all->is_array()) return in_.complain("limits", "expected a list");
    Instant earliest{};
    for (std::size_t i = 0; i + 1 < all->size(); i += 2) {
      const auto at = time((*all)[i], earliest);
      if (!at || !(*all)[i + 1].is_string()) return in_.complain("limits", "expected names");
      const auto limit = trace::limit_by_name((*all)[i + 1].get<std::string>());
      batch_.limits.emplace_back(*at, limit.value_or(trace::Limit::Unknown));
      earliest = *at;
    }
  }

  JsonReader& in_;
  const json& object_;
  trace::Batch batch_;
  Instant base_;
};

}  // namespace

json samples_json(const trace::Batch& batch) {
  const Instant base = base_of(batch);
  json series = json::object();
  for (const auto& [id, sample] : batch.samples) {
    json& values = series[std::string(trace::info(id).name)];
    values.push_back(micros(sample.time, base));
    values.push_back(number(sample.value));
  }
  json events = json::array();
  for (const trace::Event& event : batch.events) {
    events.push_back({micros(event.time, base), trace::to_string(event.kind),
                      trace::to_string(event.cause), event.offset.value(), event.length.value(),
                      number(event.value), event.detail});
  }
  json limits = json::array();
  for (const auto& [time, limit] : batch.limits) {
    limits.push_back(micros(time, base));
    limits.push_back(trace::to_string(limit));
  }
  return {{"type", "samples"},
          {"until", batch.until.time_since_epoch().count()},
          {"base", base.time_since_epoch().count()},
          {"series", std::move(series)},
          {"events", std::move(events)},
          {"limits", std::move(limits)}};
}

trace::Batch parse_samples(JsonReader& in, const json& object) {
  return SamplesParser(in, object).parse();
}

}  // namespace inflight::live
