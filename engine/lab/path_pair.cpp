#include "lab/path_pair.h"

#include <algorithm>

namespace inflight::lab {

PathPair::PathPair(const Scenario& scenario, const Random& random, wire::PacketPool& pool)
    : forward_(config(scenario, Side::Sender), random.fork("forward"), pool),
      back_(config(scenario, Side::Receiver), random.fork("back"), pool) {}

Instant PathPair::next_departure() const {
  return std::min(forward_.next_departure(), back_.next_departure());
}

void PathPair::set(const Scenario& scenario, Instant now) {
  forward_.set(config(scenario, Side::Sender), now);
  back_.set(config(scenario, Side::Receiver), now);
}

void PathPair::set_outage(bool outage, const Scenario& scenario, Instant now) {
  outage_ = outage;
  set(scenario, now);
}

path::PathConfig PathPair::config(const Scenario& scenario, Side from) const {
  path::PathConfig config = path_config(scenario, from);
  const OutageDirection direction = scenario.path.outage_direction;
  const OutageDirection own =
      from == Side::Sender ? OutageDirection::Forward : OutageDirection::Back;
  config.outage = outage_ && (direction == own || direction == OutageDirection::Both);
  return config;
}

}  // namespace inflight::lab
