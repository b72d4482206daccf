// Where the sequence numbers and the timestamp clock of a connection begin (RFC 6528, RFC 7323
// §7.1): for each pair of endpoints a clock that goes on from one connection to the next, from a
// place that only the holder of the key can compute.
#pragma once

#include "base/random.h"
#include "base/sequence.h"
#include "base/siphash.h"
#include "base/time.h"
#include "stack/four_tuple.h"

namespace inflight::stack {

class InitialNumbers {
 public:
  explicit InitialNumbers(Random random);

  SeqNum sequence(const FourTuple& tuple, Instant now) const;
  // Added to the milliseconds of the timestamp clock. The same for every connection of the tuple,
  // so that timestamps grow from one to the next (RFC 6191 depends on it).
  std::uint32_t timestamp_offset(const FourTuple& tuple) const;

 private:
  SipKey sequence_key_;
  SipKey timestamp_key_;
};

}  // namespace inflight::stack
