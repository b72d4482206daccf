// Run files: whatever the bytes, reading ends and what was read holds together. Bytes are read as a
// file, whose checksums let little through, and as the content of its sections: [kind, size in two
// bytes, content], again and again.
#include <algorithm>
#include <sstream>
#include <string>

#include "base/check.h"
#include "trace/run_file.h"
#include "trace/run_sections.h"

using namespace inflight;

namespace {

void check(const trace::Trace& run) {
  for (const trace::SeriesInfo& info : trace::all_series()) {
    const trace::TimeSeries& series = run.series(info.id);
    for (std::size_t i = 1; i < series.size(); ++i) CHECK(series[i - 1].time <= series[i].time);
  }
  for (const double share : run.limits.shares()) CHECK(share >= 0 && share <= 1);
}

void read_file(const std::string& bytes) {
  std::istringstream file(bytes);
  const auto run = trace::read_run(file, "file");
  if (run) {
    check(*run);
  } else {
    CHECK(!run.error().text.empty());
  }
}

void read_sections(Bytes bytes) {
  trace::SectionDecoder decoder;
  ByteReader reader(bytes);
  while (reader.remaining() > 3) {
    const auto kind = static_cast<trace::SectionKind>(reader.u8());
    const std::size_t size = std::min<std::size_t>(reader.u16le(), reader.remaining());
    if (!decoder.decode(kind, reader.take(size))) break;
  }
  check(decoder.take());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_file(std::string(data, data + size));
  read_sections(Bytes(data, size));
  return 0;
}
