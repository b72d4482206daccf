#include "tcp/reassembly.h"

#include <algorithm>

namespace inflight::tcp {
namespace {

// The first stretch that ends at or behind `offset`: it holds, touches or follows it.
auto first_reaching(auto& stretches, StreamOffset offset) {
  return std::ranges::lower_bound(stretches, offset, {}, &Stretch::end);
}

}  // namespace

bool Reassembly::insert(Stretch stretch) {
  if (stretch.begin >= stretch.end) return true;
  const auto first = first_reaching(stretches_, stretch.begin);
  auto last = first;
  Stretch merged = stretch;
  while (last != stretches_.end() && last->begin <= stretch.end) {
    merged.begin = std::min(merged.begin, last->begin);
    merged.end = std::max(merged.end, last->end);
    held_ -= last->end - last->begin;
    ++last;
  }
  if (first == last) {
    if (stretches_.size() >= kMaxStretches) return false;
    stretches_.insert(first, merged);
  } else {
    *first = merged;
    stretches_.erase(first + 1, last);
  }
  held_ += merged.end - merged.begin;
  remember(stretch.begin);
  return true;
}

StreamOffset Reassembly::advance(StreamOffset next) {
  while (!stretches_.empty() && stretches_.front().begin <= next) {
    next = std::max(next, stretches_.front().end);
    held_ -= stretches_.front().end - stretches_.front().begin;
    stretches_.erase(stretches_.begin());
  }
  return next;
}

RecentStretches Reassembly::recent(std::size_t max) const {
  max = std::min(max, RecentStretches::kMax);
  RecentStretches blocks;
  const auto add = [&](const Stretch& stretch) {
    if (blocks.size() < max && std::ranges::find(blocks, stretch) == blocks.end()) {
      blocks.push_back(stretch);
    }
  };
  for (const auto& touched : touched_) {
    if (!touched) break;
    const auto it = first_reaching(stretches_, *touched + ByteCount{1});
    if (it != stretches_.end() && it->begin <= *touched) add(*it);
  }
  // Fewer remembered than there are: fill up from the highest, which the sender needs for loss
  // detection.
  for (auto it = stretches_.rbegin(); it != stretches_.rend() && blocks.size() < max; ++it)
    add(*it);
  return blocks;
}

bool Reassembly::contains(Stretch stretch) const {
  const auto it = first_reaching(stretches_, stretch.end);
  return it != stretches_.end() && it->begin <= stretch.begin;
}

std::optional<Stretch> Reassembly::first_held(Stretch stretch) const {
  const auto it = first_reaching(stretches_, stretch.begin + ByteCount{1});
  if (it == stretches_.end() || it->begin >= stretch.end) return std::nullopt;
  return Stretch{std::max(it->begin, stretch.begin), std::min(it->end, stretch.end)};
}

void Reassembly::remember(StreamOffset touched) {
  const auto it = first_reaching(stretches_, touched + ByteCount{1});
  const auto same_stretch = [&](const std::optional<StreamOffset>& other) {
    return other && it != stretches_.end() && it->begin <= *other && *other < it->end;
  };
  // An entry of the same stretch moves to the front; otherwise the oldest is forgotten.
  auto place = std::ranges::find_if(touched_, same_stretch);
  if (place == touched_.end()) place = touched_.end() - 1;
  std::move_backward(touched_.begin(), place, place + 1);
  touched_.front() = touched;
}

}  // namespace inflight::tcp
