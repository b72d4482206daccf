// From a flow's counts to a row.
#include "ui/bridge/flow_row.h"

namespace inflight::ui {

FlowRow rowOf(const analysis::Flow& flow, std::uint32_t index) {
  const auto& stats = flow.stats();
  const auto end = stats.bulk_sender();
  const auto other = end == analysis::End::Opener ? analysis::End::Listener : analysis::End::Opener;
  const auto& direction = stats.of(end);
  FlowRow row;
  row.index = index;
  row.sender = wire::to_string(flow.endpoint(end));
  row.receiver = wire::to_string(flow.endpoint(other));
  row.bytes = ByteCount{static_cast<std::int64_t>(direction.payload_bytes)};
  row.duration = stats.last - stats.first;
  if (row.duration > Duration{}) {
    row.throughput = static_cast<double>(row.bytes.value()) * 8 / to_seconds(row.duration);
  }
  row.initialRtt = stats.initial_rtt();
  row.retransmissions = direction.retransmitted_segments;
  return row;
}

}  // namespace inflight::ui
