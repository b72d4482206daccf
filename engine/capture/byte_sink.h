// ByteSink: where the writers put what they make. A file, a string or a pipe is the caller's
// choice; a sink that could not take everything says so, and the writer then writes no more.
#pragma once

#include <functional>
#include <utility>

#include "base/bytes.h"

namespace inflight::capture {

// Takes all of the bytes, or returns false.
using ByteSink = std::function<bool(Bytes)>;

// A sink that stays shut after its first failure.
class LatchedSink {
 public:
  explicit LatchedSink(ByteSink sink) : sink_(std::move(sink)) {}

  void write(Bytes bytes) { ok_ = ok_ && sink_(bytes); }
  bool ok() const { return ok_; }

 private:
  ByteSink sink_;
  bool ok_ = true;
};

}  // namespace inflight::capture
