// From a flow to a trace::Trace of one direction's data: windows, bytes in flight, RTT samples,
// counters, events. What a capture cannot tell is left empty and said in the trace's notes: cwnd is
// not guessed here, and a window whose scale is unknown is not drawn. Of the momentary limits a
// capture shows the handshake, the receive window and a reader that closed it; the rest is unknown.
#pragma once

#include <string>
#include <vector>

#include "analysis/flow_table.h"
#include "capture/packet_record.h"
#include "trace/trace.h"

namespace inflight::analysis {

// The trace of the data that `sender` sent. `capture_start` as Importer::start() has it. t = 0 is
// the first SYN, or the first packet if there is none. Read bytes are taken to be those
// acknowledged.
trace::Trace make_trace(const FlowTable& flows, std::size_t index, End sender,
                        capture::Timestamp capture_start);

// The same of the direction that carries the bulk.
trace::Trace make_trace(const FlowTable& flows, std::size_t index,
                        capture::Timestamp capture_start);

// What a viewer of this flow should know about the capture: one direction only, no handshake,
// segments joined by offload, bytes that the capture lost …
std::vector<std::string> flow_notes(const Flow& flow, End sender);

}  // namespace inflight::analysis
