// Importer: a capture file on its way into a flow table, in steps of the caller's choice. Between
// steps everything read so far can be looked at, so that rows appear while a file loads; to cancel
// is to make no further step. Damage ends the import early and keeps what came before.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/flow_table.h"
#include "analysis/segment.h"
#include "capture/reader.h"

namespace inflight::analysis {

enum class ImportState : std::uint8_t { Running, Finished };

struct ImportProgress {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  // Of the file; 0 if unknown.
  std::uint64_t file_size = 0;

  // 0 to 1; nothing if the size is unknown.
  std::optional<double> share() const;
};

class Importer {
 public:
  explicit Importer(capture::Reader reader, const FlowTableLimits& limits = {},
                    std::uint64_t hash_seed = 0)
      : reader_(std::move(reader)), flows_(limits, hash_seed) {}

  // Reads at most this many packets. 10,000 take some milliseconds.
  ImportState step(std::size_t max_packets);

  ImportProgress progress() const;
  FlowTable& flows() { return flows_; }
  const FlowTable& flows() const { return flows_; }
  const capture::CaptureInfo& info() const { return reader_.info(); }
  const std::optional<capture::Damage>& damage() const { return reader_.damage(); }
  // Of the first packet: 0 on the time line of the flows.
  capture::Timestamp start() const { return start_.value_or(capture::Timestamp{}); }
  // Records that were no TCP segments, by reason.
  std::uint64_t skipped(Skipped reason) const { return skipped_[static_cast<std::size_t>(reason)]; }
  // Sentences about the file as a whole that a viewer should read: what was skipped, lost or
  // damaged, how the tunnel was relayed. Best asked for at the end.
  std::vector<std::string> notes() const;

 private:
  void handle_record(const capture::PacketRecord& record);

  capture::Reader reader_;
  FlowTable flows_;
  std::optional<capture::Timestamp> start_;
  capture::Timestamp latest_{};
  std::uint64_t time_steps_back_ = 0;
  std::array<std::uint64_t, kSkippedCount> skipped_{};
};

}  // namespace inflight::analysis
