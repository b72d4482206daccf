// A setting that changed while a run went on, as the event that the trace keeps of it: written here
// and read again, so that a run can be repeated with what was done to it.
#pragma once

#include <string>
#include <vector>

#include "host/session.h"
#include "trace/trace.h"

namespace inflight::lab {

struct SettingChange {
  std::string key;
  // In the text form of --set.
  std::string before;
  std::string after;
};
// `who`: Scheduled if the scenario itself had said so, else None.
trace::Event change_event(Instant time, const SettingChange& change, trace::EventCause who);

// What was changed while a run went on, from its events. Applied again at these moments to a
// session of the run's scenario (TraceInfo has the one it began with), the changes give the same
// run. What the scenario's schedule did is left out: it will do so again.
struct TimedChange {
  Instant time;
  host::ChangeSetting change;
};
std::vector<TimedChange> changes_during(const trace::Trace& run);

}  // namespace inflight::lab
