// Strong types for amounts of data and for rates, so that bytes, bits and packets are never mixed.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>

#include "base/check.h"
#include "base/time.h"

namespace inflight {

// A number of bytes; may be negative as the result of a subtraction.
class ByteCount {
 public:
  constexpr ByteCount() = default;
  constexpr explicit ByteCount(std::int64_t value) : value_(value) {}

  constexpr std::int64_t value() const { return value_; }
  constexpr auto operator<=>(const ByteCount&) const = default;

  constexpr ByteCount& operator+=(ByteCount other) { return value_ += other.value_, *this; }
  constexpr ByteCount& operator-=(ByteCount other) { return value_ -= other.value_, *this; }
  friend constexpr ByteCount operator+(ByteCount a, ByteCount b) { return a += b; }
  friend constexpr ByteCount operator-(ByteCount a, ByteCount b) { return a -= b; }
  friend constexpr ByteCount operator*(ByteCount a, std::int64_t n) {
    return ByteCount{a.value_ * n};
  }
  friend constexpr ByteCount operator*(std::int64_t n, ByteCount a) { return a * n; }
  friend constexpr ByteCount operator/(ByteCount a, std::int64_t n) {
    return ByteCount{a.value_ / n};
  }
  friend constexpr std::int64_t operator/(ByteCount a, ByteCount b) { return a.value_ / b.value_; }

 private:
  std::int64_t value_ = 0;
};

// The smallest multiple of `unit`, which is positive, that is no less than `size`.
constexpr ByteCount round_up(ByteCount size, ByteCount unit) {
  return (size + unit - ByteCount{1}) / unit * unit;
}

// A data rate in bits per second, never negative. Zero means "no limit" only where a declaration
// says so.
class DataRate {
 public:
  constexpr DataRate() = default;
  static constexpr DataRate bits_per_second(std::int64_t value) { return DataRate{value}; }

  constexpr std::int64_t bits_per_second() const { return bits_; }
  constexpr double bytes_per_second() const { return static_cast<double>(bits_) / 8.0; }
  constexpr double megabits_per_second() const { return static_cast<double>(bits_) * 1e-6; }
  constexpr auto operator<=>(const DataRate&) const = default;

 private:
  constexpr explicit DataRate(std::int64_t bits) : bits_(bits) {}
  std::int64_t bits_ = 0;
};

// Time to clock `amount` out at `rate`, rounded up to a nanosecond. `rate` must not be zero.
constexpr Duration transmission_time(ByteCount amount, DataRate rate) {
  CHECK(rate.bits_per_second() > 0);
  const double exact =
      static_cast<double>(amount.value()) * 8e9 / static_cast<double>(rate.bits_per_second());
  const auto whole = static_cast<std::int64_t>(exact);
  return Duration{whole + (static_cast<double>(whole) < exact ? 1 : 0)};
}

// Bandwidth-delay product: what fits into a path of this rate and round-trip time.
constexpr ByteCount bandwidth_delay_product(DataRate rate, Duration round_trip) {
  const double bit_ns =
      static_cast<double>(rate.bits_per_second()) * static_cast<double>(round_trip.count());
  return ByteCount{static_cast<std::int64_t>(bit_ns / 8e9)};
}

inline namespace unit_literals {
constexpr ByteCount operator""_B(unsigned long long n) {
  return ByteCount{static_cast<std::int64_t>(n)};
}
constexpr ByteCount operator""_KiB(unsigned long long n) {
  return ByteCount{static_cast<std::int64_t>(n) * 1024};
}
constexpr ByteCount operator""_MiB(unsigned long long n) {
  return ByteCount{static_cast<std::int64_t>(n) * 1024 * 1024};
}
constexpr DataRate operator""_kbit(unsigned long long n) {
  return DataRate::bits_per_second(static_cast<std::int64_t>(n) * 1000);
}
constexpr DataRate operator""_Mbit(unsigned long long n) {
  return DataRate::bits_per_second(static_cast<std::int64_t>(n) * 1'000'000);
}
constexpr DataRate operator""_Gbit(unsigned long long n) {
  return DataRate::bits_per_second(static_cast<std::int64_t>(n) * 1'000'000'000);
}
}  // namespace unit_literals

}  // namespace inflight
