// Which counters of a session were already received: the sliding bitmap of RFC 6479, with the size
// that WireGuard's implementations use. Told only of counters whose message was authentic.
#pragma once

#include <array>
#include <cstdint>

namespace inflight::tunnel {

class ReplayWindow {
 public:
  static constexpr std::uint64_t kWords = 128;
  // How far behind the greatest counter one may arrive: one word is always being refilled.
  static constexpr std::uint64_t kSize = (kWords - 1) * 64;

  // True once for each counter below kRejectAfterMessages that is new and not too old.
  [[nodiscard]] bool accept(std::uint64_t counter);
  // The greatest counter accepted; 0 when none was.
  std::uint64_t greatest() const { return greatest_; }

 private:
  std::array<std::uint64_t, kWords> words_{};
  std::uint64_t greatest_ = 0;
};

}  // namespace inflight::tunnel
