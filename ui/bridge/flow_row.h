// One TCP flow of a capture as a table shows it: plain values, copied out of the import's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analysis/flow_table.h"
#include "base/time.h"
#include "base/units.h"
#include "ui/bridge/flow_activity.h"

namespace inflight::ui {

struct FlowRow {
  // In the import's flow table.
  std::uint32_t index = 0;
  // Of the direction that carries the bulk: "10.77.0.1:45128".
  std::string sender;
  std::string receiver;
  ByteCount bytes;
  Duration duration{};
  // Payload over the flow's whole time, bits per second.
  double throughput = 0;
  std::optional<Duration> initialRtt;
  std::int64_t retransmissions = 0;
  FlowActivity::Shape activity{};
};

FlowRow rowOf(const analysis::Flow& flow, std::uint32_t index);

}  // namespace inflight::ui
