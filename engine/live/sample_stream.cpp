#include "live/sample_stream.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "live/coalesce.h"
#include "live/message.h"

namespace inflight::live {
namespace {

// An event takes some 70 bytes; the rest of a line is for samples.
constexpr std::size_t kEventsPerLine = 20;
// Samples that wait while the connection takes nothing, before they are thinned.
constexpr std::size_t kMaxPending = 100'000;
constexpr Duration kFinest = 1ms;
// Beyond that a line says all it can with one stretch.
constexpr Duration kCoarsest = 200ms;

template <class T>
void move_to(std::vector<T>& from, std::vector<T>& to) {
  std::ranges::move(from, std::back_inserter(to));
}

}  // namespace

void SampleStream::take(trace::Recorder& recorder) {
  trace::Batch batch = recorder.take_batch();
  move_to(batch.samples, pending_.samples);
  move_to(batch.events, pending_.events);
  move_to(batch.limits, pending_.limits);
  pending_.until = std::max(pending_.until, batch.until);
  if (pending_.samples.size() > kMaxPending) coalesce(pending_, kCoarsest);
}

std::optional<std::string> SampleStream::poll(Instant now) {
  if (now < next_) return std::nullopt;
  next_ = now + kPeriod;
  return flush();
}

std::optional<std::string> SampleStream::flush() {
  if (pending_.samples.empty() && pending_.events.empty() && pending_.limits.empty()) {
    return std::nullopt;
  }
  return make_line();
}

std::string SampleStream::make_line() {
  trace::Batch batch;
  batch.until = pending_.until;
  batch.samples = std::exchange(pending_.samples, {});
  batch.limits = std::exchange(pending_.limits, {});
  const auto end = pending_.events.begin() +
                   static_cast<std::ptrdiff_t>(std::min(pending_.events.size(), kEventsPerLine));
  batch.events.assign(std::make_move_iterator(pending_.events.begin()),
                      std::make_move_iterator(end));
  pending_.events.erase(pending_.events.begin(), end);
  Samples message{std::move(batch)};
  std::string line;
  for (Duration width = kFinest; width <= kCoarsest; width *= 2) {
    coalesce(message.batch, width);
    coalesce_limits(message.batch.limits, width);
    line = to_line(message);
    if (line.size() <= kBudget) break;
  }
  return line;
}

}  // namespace inflight::live
