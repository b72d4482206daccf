// Ring: a first-in first-out buffer that keeps its memory, so that a queue which has once been as
// long as it gets allocates nothing more. It grows by doubling; what bounds it is said where it is
// used.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/check.h"

namespace inflight::path {

template <class T>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  const T& front() const { return slots_[begin_]; }

  void push(T&& value) {
    if (size_ == slots_.size()) grow();
    slots_[(begin_ + size_) & (slots_.size() - 1)] = std::move(value);
    ++size_;
  }

  // Must not be empty.
  T pop() {
    CHECK(size_ > 0);
    T value = std::move(slots_[begin_]);
    begin_ = (begin_ + 1) & (slots_.size() - 1);
    --size_;
    return value;
  }

 private:
  static constexpr std::size_t kFirstSize = 16;

  // The number of slots stays a power of two, so that a mask replaces the division.
  void grow() {
    std::vector<T> larger(slots_.empty() ? kFirstSize : 2 * slots_.size());
    for (std::size_t i = 0; i < size_; ++i) {
      larger[i] = std::move(slots_[(begin_ + i) & (slots_.size() - 1)]);
    }
    slots_ = std::move(larger);
    begin_ = 0;
  }

  std::vector<T> slots_;
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
};

}  // namespace inflight::path
