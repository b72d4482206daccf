// Reading fields of a peer's JSON object: each getter checks type and range, and the first that is
// wrong is remembered, so that a parser may check once at the end. Only this folder's sources
// include it.
#pragma once

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace inflight::live {

using nlohmann::json;

// Deeper than any message of ours; deep nesting would otherwise exhaust the stack.
inline constexpr int kMaxJsonDepth = 8;

// A discarded value if it is malformed or nested too deep.
inline json parse_json(std::string_view text) {
  bool too_deep = false;
  const auto watch = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > kMaxJsonDepth;
    return !too_deep;
  };
  json value = json::parse(text, watch, false);
  return too_deep ? json(json::value_t::discarded) : value;
}

class JsonReader {
 public:
  explicit JsonReader(const json& object) : object_(object) {}

  std::string text(const char* key, std::size_t longest) {
    const auto it = object_.find(key);
    if (it == object_.end() || !it->is_string()) return complain(key, "expected a text"), "";
    auto value = it->get<std::string>();
    if (value.size() > longest) return complain(key, "too long"), "";
    return value;
  }
  // 0 or more.
  std::int64_t count(const char* key) {
    const auto it = object_.find(key);
    if (it == object_.end() || !it->is_number_integer() || it->get<std::int64_t>() < 0) {
      return complain(key, "expected a count"), 0;
    }
    return it->get<std::int64_t>();
  }
  // Nanoseconds on the peer's time line.
  Instant instant(const char* key) {
    const std::int64_t value = count(key);
    if (value > kLatest) return complain(key, "out of range"), Instant{};
    return Instant{Duration{value}};
  }
  // Absent or null gives nothing.
  std::optional<Duration> optional_seconds(const char* key) {
    const auto it = object_.find(key);
    if (it == object_.end() || it->is_null()) return std::nullopt;
    const double value = it->is_number() ? it->get<double>() : -1;
    if (!(value >= 0) || value > 1e9) return complain(key, "expected seconds"), std::nullopt;
    return from_seconds(value);
  }

  void complain(const std::string& key, const std::string& what) {
    if (!error_) error_ = key + ": " + what + ".";
  }
  const std::optional<std::string>& error() const { return error_; }

  // 30 years: sums and differences of two of them do not overflow.
  static constexpr std::int64_t kLatest = 1'000'000'000'000'000'000;

 private:
  const json& object_;
  std::optional<std::string> error_;
};

}  // namespace inflight::live
