// The packets of a Lab run as a capture file. A Lab run repeats bit for bit, so it is run again
// with a tap at the sender instead of keeping every packet of every run in memory.
#pragma once

#include <QString>

#include "trace/trace.h"
#include "ui/bridge/background_job.h"

namespace inflight::app {

// Inner packets of the sender's side; a name ending in .pcapng gives pcapng. A sentence if it
// failed; nothing when cancelled, and then no file is written.
QString exportPackets(const trace::Trace& run, const QString& file, ui::JobControl& control);

}  // namespace inflight::app
