// The packet's way at one moment: each place where data can wait, how full it is, what it dropped
// or how long it blocked. Read from a trace's series and events; limits come from the scenario, or
// from the settings that the trace carries.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "lab/scenario.h"
#include "trace/trace.h"
#include "ui/format/unit.h"

namespace inflight::ui {

struct PipelineStage {
  QString name;
  // For narrow windows.
  QString shortName;
  // One sentence for the tooltip.
  QString meaning;
  // "0 / 512"
  QString value;
  // "dropped 1,231", "of 3.00 MiB", "full".
  QString detail;
  // 0 to 1; nothing if there is no limit to fill.
  std::optional<double> fill;
  // Something was lost or held here.
  bool alert = false;
  // Its depth over time.
  trace::SeriesId series = trace::SeriesId::SendBuffer;
};

// How much each place holds at most; nothing where that is not known.
struct PipelineLimits {
  std::optional<ByteCount> sendBuffer;
  std::optional<ByteCount> receiveBuffer;
  std::optional<ByteCount> pathQueue;
  // In packets.
  std::optional<std::int64_t> outboundQueue;
};

PipelineLimits pipelineLimits(const lab::Scenario& scenario);
// Of a run that is not the Lab's: only the buffers.
PipelineLimits pipelineLimits(const trace::TraceInfo& info);

// In the order of the packet's way: application, send buffer, outbound queue, sealing, path queue,
// in flight, waiting for a hole, unread.
std::vector<PipelineStage> pipelineAt(const trace::Trace& trace, const PipelineLimits& limits,
                                      Instant time, UnitStyle style);

}  // namespace inflight::ui
