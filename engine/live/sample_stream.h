// What a server saw, as lines for the control connection: at most 64 kB a second, samples thinned
// to fit, events and limits whole but for later lines when there are many. Data goes before: a line
// is made only when the connection has taken the last one.
#pragma once

#include <optional>
#include <string>

#include "trace/recorder.h"

namespace inflight::live {

class SampleStream {
 public:
  static constexpr Duration kPeriod = 50ms;
  // Of one line: 64,000 bytes a second.
  static constexpr std::size_t kBudget = 3200;

  // Takes what was recorded since the last call.
  void take(trace::Recorder& recorder);
  // The next line, if one is due by now and there is something to say.
  std::optional<std::string> poll(Instant now);
  // What is left, at the end: call until nothing comes.
  std::optional<std::string> flush();

 private:
  std::string make_line();

  trace::Batch pending_;
  Instant next_{};
};

}  // namespace inflight::live
