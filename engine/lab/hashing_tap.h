// HashingTap: adds the sender's inner packets to the run's hash on their way to whoever else
// watches.
#pragma once

#include "trace/recorder.h"
#include "wire/packet_tap.h"

namespace inflight::lab {

class HashingTap final : public wire::PacketTap {
 public:
  // `next` may be null; both outlive it.
  HashingTap(trace::Recorder& recorder, wire::PacketTap* next) : recorder_(recorder), next_(next) {}

  void on_inner(Bytes packet, wire::TapDirection direction, Instant now) override {
    recorder_.hash_bytes(packet);
    if (next_ != nullptr) next_->on_inner(packet, direction, now);
  }
  void on_outer(Bytes packet, wire::TapDirection direction, Instant now) override {
    if (next_ != nullptr) next_->on_outer(packet, direction, now);
  }

 private:
  trace::Recorder& recorder_;
  wire::PacketTap* next_;
};

}  // namespace inflight::lab
