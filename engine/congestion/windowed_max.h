// The largest of the values of the last so many rounds. Keeps only those that can still become the
// largest: falling values of rising rounds, at most one per round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace inflight::congestion {

class WindowedMax {
 public:
  // A value counts in its own round and in the `rounds` that follow.
  explicit WindowedMax(std::int64_t rounds) : rounds_(rounds) {}

  // `round` never falls.
  void add(double value, std::int64_t round) {
    std::erase_if(kept_, [&](const Entry& entry) {
      return entry.value <= value || round - entry.round > rounds_;
    });
    // A smaller value of the same round leaves the window together with the larger one.
    if (kept_.empty() || kept_.back().round != round) kept_.push_back({value, round});
  }
  // 0 before the first value.
  double get() const { return kept_.empty() ? 0 : kept_.front().value; }

 private:
  struct Entry {
    double value;
    std::int64_t round;
  };

  std::int64_t rounds_;
  std::vector<Entry> kept_;
};

}  // namespace inflight::congestion
