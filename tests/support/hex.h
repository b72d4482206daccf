// Bytes written as hexadecimal digits in a test; blanks are for the reader's eye.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace inflight::testing {

inline std::uint8_t hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  CHECK(c >= 'a' && c <= 'f');
  return static_cast<std::uint8_t>(c - 'a' + 10);
}

// An even number of lower-case digits, with spaces anywhere between.
inline std::vector<std::uint8_t> from_hex(std::string_view text) {
  std::vector<std::uint8_t> digits;
  for (const char c : text) {
    if (c != ' ') digits.push_back(hex_digit(c));
  }
  CHECK(digits.size() % 2 == 0);
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(digits[i] << 4 | digits[i + 1]));
  }
  return bytes;
}

}  // namespace inflight::testing
