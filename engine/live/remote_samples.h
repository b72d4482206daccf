// What the server saw, put into our own run: its times mapped to ours, its series only where they
// are the server's to tell, and nothing that could break the order that a trace keeps, whatever the
// server sends.
#pragma once

#include <array>
#include <optional>

#include "live/clock_offset.h"
#include "live/test_settings.h"
#include "trace/recorder.h"

namespace inflight::live {

class RemoteSamples {
 public:
  // t = 0 of the trace is `start` of our clock.
  RemoteSamples(Direction direction, const ClockOffset& offset, Instant start)
      : direction_(direction), offset_(offset), start_(start) {}

  // What lies after `end` (trace time) is left out.
  void record(const trace::Batch& batch, Instant end, trace::Recorder& recorder);
  // Trace time of a moment of the server's clock, not before 0.
  Instant trace_time(Instant there) const;

  // Upload: what the server's application has read by the end of what was recorded, and when it
  // began.
  ByteCount bytes_read() const { return bytes_read_; }
  std::optional<Duration> first_byte() const { return first_byte_; }
  // Download: when the server's end was established.
  std::optional<Duration> handshake() const { return handshake_; }
  bool any() const { return any_; }

 private:
  bool is_the_servers(trace::SeriesId series) const;

  Direction direction_;
  ClockOffset offset_;
  Instant start_;
  std::array<Instant, trace::kSeriesCount> last_{};
  Instant last_limit_{};
  ByteCount bytes_read_;
  std::optional<Duration> first_byte_;
  std::optional<Duration> handshake_;
  bool any_ = false;
};

}  // namespace inflight::live
