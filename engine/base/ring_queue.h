// A queue in one growing ring of memory: push at the back, pop at the front, index from the front.
// Once it has reached its working size it allocates nothing, which std::deque does all the time.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/check.h"

namespace inflight {

template <class T>
class RingQueue {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::size_t capacity() const { return slots_.size(); }

  T& operator[](std::size_t i) { return slots_[(head_ + i) & (slots_.size() - 1)]; }
  const T& operator[](std::size_t i) const { return slots_[(head_ + i) & (slots_.size() - 1)]; }
  T& front() { return (*this)[0]; }
  const T& front() const { return (*this)[0]; }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }

  void push_back(T value) {
    if (size_ == slots_.size()) grow();
    ++size_;
    back() = std::move(value);
  }
  T pop_front() {
    CHECK(size_ > 0);
    // What was moved from holds nothing that should be freed before its place is used again.
    T value = std::move(front());
    head_ = (head_ + 1) & (slots_.size() - 1);
    --size_;
    return value;
  }
  // Puts `value` before the element that has index i; the elements behind it move. Linear.
  void insert(std::size_t i, T value) {
    CHECK(i <= size_);
    push_back(std::move(value));
    for (std::size_t k = size_ - 1; k > i; --k) std::swap((*this)[k], (*this)[k - 1]);
  }
  void clear() {
    while (!empty()) static_cast<void>(pop_front());
  }

 private:
  // Small: an idle connection has several that hold next to nothing.
  static constexpr std::size_t kFirstCapacity = 4;

  void grow() {
    std::vector<T> larger(slots_.empty() ? kFirstCapacity : slots_.size() * 2);
    for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move((*this)[i]);
    slots_ = std::move(larger);
    head_ = 0;
  }

  std::vector<T> slots_;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace inflight
