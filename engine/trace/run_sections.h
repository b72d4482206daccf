// What stands in the sections of a run file, before compression: a Trace taken apart into pieces of
// bounded size and put together again. Reading trusts nothing: times must ascend and be within 36
// years, counts must fit what is there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/bytes.h"
#include "trace/trace.h"

namespace inflight::trace {

enum class SectionKind : std::uint32_t { Info = 1, Summary, Series, Events, Limits, End };

// Of one section, uncompressed. Series, events and limits are spread over as many as they need.
inline constexpr std::size_t kMaxSectionBytes = std::size_t{32} << 20;
// Of a whole file: beyond that it is not read.
inline constexpr std::size_t kMaxSamples = std::size_t{1} << 27;
inline constexpr std::size_t kMaxEvents = std::size_t{1} << 22;

// Calls emit for each section in the order of the file, the end mark included.
using SectionSink = std::function<void(SectionKind kind, Bytes content)>;
void encode_sections(const Trace& trace, const SectionSink& emit);

// Adds one section's content; false if it is not well formed. Unknown kinds, names and fields
// behind the known ones, as a later program of the same version may write them, are passed over.
class SectionDecoder {
 public:
  bool decode(SectionKind kind, Bytes content);
  Trace take() { return std::move(trace_); }

 private:
  bool decode_series(Bytes content);
  bool decode_events(Bytes content);
  bool decode_limits(Bytes content);

  Trace trace_;
  std::size_t samples_ = 0;
};

}  // namespace inflight::trace
