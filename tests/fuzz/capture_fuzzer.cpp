// Whole capture files: whatever the bytes, reading ends, nothing is read behind the end of a
// buffer, the flows' counts agree with one another, each flow can be made into a trace, and its
// trace into no more samples than its packets allow.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "analysis/flow_trace.h"
#include "analysis/importer.h"
#include "capture/reader.h"

namespace {

using namespace inflight;
using namespace inflight::analysis;

constexpr std::size_t kTracedFlows = 16;

void check_flow(const FlowTable& flows, std::size_t index, capture::Timestamp start) {
  const Flow& flow = flows[index];
  const FlowStats& stats = flow.stats();
  std::uint64_t packets = 0;
  for (const End end : {End::Opener, End::Listener}) {
    const DirectionStats& own = stats.of(end);
    packets += own.packets;
    CHECK(own.retransmitted_bytes <= own.payload_bytes);
    CHECK(own.rtt_samples == 0 || own.rtt_min <= own.rtt_max);
  }
  CHECK(packets > 0 && stats.first <= stats.last);
  for (const End end : {End::Opener, End::Listener}) {
    const trace::Trace trace = make_trace(flows, index, end, start);
    CHECK(trace.series(trace::SeriesId::SentBytes).size() <= packets);
    CHECK(std::ranges::is_sorted(trace.events, {}, &trace::Event::time));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto reader = capture::Reader::from_memory(std::vector<std::uint8_t>(data, data + size));
  if (!reader) return static_cast<void>(describe(reader.error(), "file")), 0;
  Importer importer(*std::move(reader), {.segments = 20'000, .flows = 1000});
  while (importer.step(1000) == ImportState::Running) {
    // A few bytes of gzip hold a very long file.
    if (importer.progress().packets > 100'000) break;
  }
  static_cast<void>(importer.notes());
  const std::size_t traced = std::min(importer.flows().size(), kTracedFlows);
  for (std::size_t i = 0; i < traced; ++i) check_flow(importer.flows(), i, importer.start());
  return 0;
}
