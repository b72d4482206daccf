// RFC 6479: the bitmap is a ring of words; moving forward clears whole words instead of shifting.
#include "tunnel/replay_window.h"

#include <algorithm>

#include "tunnel/constants.h"

namespace inflight::tunnel {

bool ReplayWindow::accept(std::uint64_t counter) {
  if (counter >= kRejectAfterMessages) return false;
  const std::uint64_t word = counter / 64;
  if (counter > greatest_) {
    const std::uint64_t newest = greatest_ / 64;
    const std::uint64_t steps = std::min(word - newest, kWords);
    for (std::uint64_t i = 1; i <= steps; ++i) words_[(newest + i) % kWords] = 0;
    greatest_ = counter;
  } else if (greatest_ - counter > kSize) {
    return false;
  }
  std::uint64_t& bits = words_[word % kWords];
  const std::uint64_t bit = std::uint64_t{1} << (counter % 64);
  if ((bits & bit) != 0) return false;
  bits |= bit;
  return true;
}

}  // namespace inflight::tunnel
