// The one transfer that a server has: from its announcement on the control connection, through the
// data connection that brings its id, to its end. Records as the server's own clock goes.
#pragma once

#include <optional>
#include <string>

#include "live/message.h"
#include "live/sample_stream.h"
#include "live/transfer.h"

namespace inflight::live {

class ServerTransfer {
 public:
  // `control`: the connection that asked for it.
  ServerTransfer(Start start, stack::Handle control, Instant now);

  const std::string& id() const { return start_.id; }
  const TransferSettings& settings() const { return start_.settings; }
  stack::Handle control() const { return control_; }

  // The data connection came and named our id.
  void begin(stack::Handle data, Instant now);
  bool waits_for_data() const { return !transfer_; }
  void run(stack::Stack& stack, Instant now);
  void record(host::Host& host, Instant now);
  // Its time is over, or the other end left.
  bool over(const stack::Stack& stack, Instant now) const {
    return now >= deadline_ || ended(stack);
  }
  Instant deadline() const { return deadline_; }
  // The next line of samples if one is due; with `last`, whatever is left.
  std::optional<std::string> poll_samples(Instant now, bool last);
  // Resets the data connection and gives the totals.
  Result finish(host::Host& host, Instant now);

 private:
  bool ended(const stack::Stack& stack) const { return transfer_ && transfer_->ended(stack); }

  Start start_;
  stack::Handle control_;
  Instant deadline_;
  host::Payload payload_;
  trace::Recorder recorder_;
  SampleStream stream_;
  std::optional<Transfer> transfer_;
};

}  // namespace inflight::live
