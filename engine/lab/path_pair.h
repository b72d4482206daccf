// PathPair: the emulated path of a run in both directions, as its scenario has it at the moment,
// and whether an outage interrupts it.
#pragma once

#include "lab/assembly.h"
#include "lab/scenario.h"
#include "path/path.h"

namespace inflight::lab {

class PathPair {
 public:
  // The pool must outlive it.
  PathPair(const Scenario& scenario, const Random& random, wire::PacketPool& pool);

  // From the data's sender to its receiver, and back.
  path::Path& forward() { return forward_; }
  path::Path& back() { return back_; }
  Instant next_departure() const;

  // The scenario's settings changed.
  void set(const Scenario& scenario, Instant now);
  // Nothing gets through from now on, in the scenario's directions; or all does again.
  void set_outage(bool outage, const Scenario& scenario, Instant now);

 private:
  path::PathConfig config(const Scenario& scenario, Side from) const;

  bool outage_ = false;
  path::Path forward_;
  path::Path back_;
};

}  // namespace inflight::lab
