// Which stretches beyond RCV.NXT have arrived: disjoint, ascending, non-touching intervals, and the
// order in which they were last touched, from which SACK blocks are made (RFC 2018 §4). Holds no
// bytes.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/sequence.h"

namespace inflight::tcp {

struct Stretch {
  StreamOffset begin;
  StreamOffset end;

  bool operator==(const Stretch&) const = default;
};

// Blocks for a SACK option, as many as fit into one; no memory of its own.
class RecentStretches {
 public:
  static constexpr std::size_t kMax = 4;

  // Ignored when full.
  void push_back(const Stretch& stretch) {
    if (count_ < kMax) stretches_[count_++] = stretch;
  }
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  const Stretch& operator[](std::size_t i) const { return stretches_[i]; }
  const Stretch* begin() const { return stretches_.data(); }
  const Stretch* end() const { return stretches_.data() + count_; }

 private:
  std::array<Stretch, kMax> stretches_{};
  std::size_t count_ = 0;
};

class Reassembly {
 public:
  // Beyond this many holes, a segment that would open another one is refused (and will be sent
  // again).
  static constexpr std::size_t kMaxStretches = 4096;

  // False if refused. An empty stretch is ignored.
  bool insert(Stretch stretch);
  // What holds this offset arrived again: its block counts as the most recent.
  void touch(StreamOffset offset) { remember(offset); }
  // Takes off the stretch that begins at or before `next` and returns its end: the new RCV.NXT.
  StreamOffset advance(StreamOffset next);

  // Up to `max` blocks (at most 4), the most recently touched first.
  RecentStretches recent(std::size_t max) const;
  // Bytes of [stretch) that are here already.
  bool contains(Stretch stretch) const;
  // The first part of it that is here already.
  std::optional<Stretch> first_held(Stretch stretch) const;
  ByteCount held() const { return held_; }
  bool empty() const { return stretches_.empty(); }
  const std::vector<Stretch>& stretches() const { return stretches_; }

 private:
  void remember(StreamOffset touched);

  std::vector<Stretch> stretches_;
  ByteCount held_;
  // Some offset inside each of the most recently touched stretches, newest first.
  static constexpr std::size_t kRemembered = 4;
  std::array<std::optional<StreamOffset>, kRemembered> touched_{};
};

}  // namespace inflight::tcp
