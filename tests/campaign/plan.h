// What one seed stands for: the weather on the path and when it changes, the connections with their
// settings and applications, and who attacks them. Drawn swarm style: each seed first decides which
// features it has at all, then draws their figures, so that rare ones meet undisturbed.
#pragma once

#include <QString>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "campaign/attack.h"
#include "path/path.h"
#include "tcp/config.h"

namespace inflight::campaign {

// One direction of the path.
struct Weather {
  path::PathConfig path;
  // Share of packets that arrive with one byte changed.
  double corruption = 0;
};

// From `at` (since the start) on, in both directions.
struct WeatherChange {
  Duration at{};
  Weather there;
  Weather back;
};

// One end's application. It writes `total` bytes, at most `write_chunk` every `write_pause` (bulk
// without a pause), and closes; it reads at most `read_chunk` every `read_pause`.
struct Behaviour {
  ByteCount total;
  ByteCount write_chunk;
  Duration write_pause{};
  ByteCount read_chunk;
  Duration read_pause{};
  // Writes nothing before it has read to the peer's end (a half-closed answer).
  bool answers = false;
  // Gives up on the connection then, since the start.
  std::optional<Duration> aborts_at;
};

struct SettingsChange {
  Duration at{};
  bool client = true;
  tcp::Config config;
};

struct FlowPlan {
  Duration opens_at{};
  tcp::Config client_config;
  tcp::Config server_config;
  Behaviour client;
  Behaviour server;
  std::vector<SettingsChange> changes;
  // An application that aborts, or a connection told to give up early: only then may it end with a
  // reset.
  bool may_be_reset = false;
};

struct Plan {
  std::uint64_t seed = 0;
  bool ipv6 = false;
  // Ascending; the last one heals the path.
  std::vector<WeatherChange> weather;
  std::vector<FlowPlan> flows;
  // Forged segments come at this distance, from the establishment on; none if not set.
  std::optional<Duration> attack_every;
  // All of this kind; each of its own if not set.
  std::optional<Attack> attack;
  // By then everything must be over: after the path has healed, what the applications and the
  // windows need at their pace, and the timers' longest waits.
  Duration over_by{};

  Duration healed_at() const { return weather.back().at; }
};

Plan draw_plan(std::uint64_t seed);
// For a failure: what the seed drew.
QString describe(const Plan& plan);

}  // namespace inflight::campaign
