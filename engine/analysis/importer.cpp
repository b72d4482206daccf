#include "analysis/importer.h"

#include <algorithm>

namespace inflight::analysis {
namespace {

// "1 packet was", "3 packets were".
std::string packets_were(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " packet was" : " packets were");
}

}  // namespace

std::optional<double> ImportProgress::share() const {
  if (file_size == 0) return std::nullopt;
  return std::min(1.0, static_cast<double>(bytes) / static_cast<double>(file_size));
}

ImportState Importer::step(std::size_t max_packets) {
  for (std::size_t i = 0; i < max_packets; ++i) {
    const auto record = reader_.next();
    if (!record) return ImportState::Finished;
    handle_record(*record);
  }
  return ImportState::Running;
}

ImportProgress Importer::progress() const {
  return {reader_.packets_read(), reader_.bytes_consumed(), reader_.file_size()};
}

void Importer::handle_record(const capture::PacketRecord& record) {
  if (!start_) start_ = latest_ = record.time;
  if (record.time < latest_) ++time_steps_back_;
  latest_ = std::max(latest_, record.time);
  auto segment = dissect(record, *start_);
  if (segment) {
    flows_.handle_segment(*segment);
  } else {
    ++skipped_[static_cast<std::size_t>(segment.error())];
  }
}

std::vector<std::string> Importer::notes() const {
  std::vector<std::string> notes;
  const auto add = [&](std::uint64_t count, const std::string& text) {
    if (count > 0) notes.push_back(packets_were(count) + text);
  };
  if (damage()) notes.push_back(describe(*damage()));
  for (const capture::Interface& interface : info().interfaces) {
    if (interface.dropped.value_or(0) == 0) continue;
    add(*interface.dropped, " lost by the capture itself on " +
                                (interface.name.empty() ? "its interface" : interface.name) +
                                ": holes in the flows may come from that.");
  }
  add(skipped(Skipped::UnknownLinkType), " skipped: their link type is not known here.");
  add(skipped(Skipped::Unreadable), " skipped: damaged, or cut before the end of the headers.");
  add(skipped(Skipped::Fragment), " skipped: later parts of fragmented packets.");
  const std::uint64_t relayed = skipped(Skipped::TunnelDiscoViaRelay);
  if (relayed + skipped(Skipped::TunnelDisco) > 0) {
    notes.push_back(std::to_string(relayed + skipped(Skipped::TunnelDisco)) +
                    " discovery messages of the tunnel were skipped; " +
                    (relayed > 0 ? std::to_string(relayed) + " of them came through a relay."
                                 : "all of them came directly, none through a relay."));
  }
  add(time_steps_back_, " recorded with an earlier time than the one before.");
  add(info().packets_without_time, " recorded without a time.");
  add(flows_.dropped_segments(), " left out: the capture has more than is kept in memory.");
  return notes;
}

}  // namespace inflight::analysis
