// Session: what every run is, Lab or Live, seen from the thread that owns it. Commands go in, time
// is driven from outside, batches of samples and events come out. Nothing in here locks: the bridge
// or the command line owns the session and calls it from one thread.
#pragma once

#include <expected>
#include <string>
#include <variant>

#include "base/time.h"
#include "trace/trace.h"

namespace inflight::host {

// A setting changed while running, key and value as for --set. What acts only at a start is
// refused.
struct ChangeSetting {
  std::string key;
  std::string value;
};
struct StopTransfer {};
using Command = std::variant<ChangeSetting, StopTransfer>;

struct CommandError {
  // A sentence a person can act on.
  std::string text;
};

enum class Progress { Running, Finished, Failed };

class Session {
 public:
  virtual ~Session() = default;

  // Takes effect at the current instant and leaves an event.
  virtual std::expected<void, CommandError> apply(const Command& command) = 0;
  // Runs everything due up to and including `until`. Finished: nothing more will happen.
  virtual Progress run_until(Instant until) = 0;
  // When there is something to do next; kNever when finished.
  virtual Instant next_deadline() const = 0;
  // What was recorded since the last call.
  virtual trace::Batch take_batch() = 0;
  // Title, settings, endpoints of this run: complete once it is connected.
  virtual trace::TraceInfo info() const = 0;
  // Totals so far.
  virtual trace::RunSummary summary() const = 0;
  // Why it failed: a sentence with a cause and a next step; empty unless Failed.
  virtual std::string failure() const { return {}; }
};

}  // namespace inflight::host
