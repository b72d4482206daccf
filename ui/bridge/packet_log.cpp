// Keeping and writing.
#include "ui/bridge/packet_log.h"

#include <algorithm>
#include <optional>

#include "capture/pcap_writer.h"
#include "capture/pcapng_writer.h"

namespace inflight::ui {

namespace {

constexpr std::size_t kAskEvery = 1000;

capture::Direction directionOf(wire::TapDirection direction) {
  return direction == wire::TapDirection::Out ? capture::Direction::Outbound
                                              : capture::Direction::Inbound;
}

std::string commentOf(const PacketLog& log) {
  std::string text =
      "Of each packet the first " + std::to_string(PacketLog::kSnapLength) + " bytes.";
  if (!log.isCut()) return text;
  return text + " The first " + std::to_string(log.kept()) + " of " + std::to_string(log.seen()) +
         " packets.";
}

}  // namespace

void PacketLog::on_inner(Bytes packet, wire::TapDirection direction, Instant now) {
  ++m_seen;
  if (m_kept.size() >= m_maxPackets) return;
  Kept kept{.time = now,
            .length = static_cast<std::uint16_t>(packet.size()),
            .kept = static_cast<std::uint16_t>(std::min(packet.size(), kSnapLength)),
            .direction = direction};
  std::ranges::copy(packet.first(kept.kept), kept.bytes.begin());
  m_kept.push_back(kept);
}

std::expected<void, trace::FileError> PacketLog::save(const std::filesystem::path& file,
                                                      const std::string& application,
                                                      const Continue& goOn) const {
  auto out = trace::AtomicFile::create(file);
  if (!out) return std::unexpected(out.error());
  const capture::ByteSink sink = [&out](Bytes bytes) {
    out->write(bytes);
    return true;
  };
  std::optional<capture::PcapWriter> pcap;
  std::optional<capture::PcapngWriter> pcapng;
  if (file.extension() == ".pcap") {
    pcap.emplace(sink, capture::PcapOptions{.snap_length = kSnapLength});
  } else {
    pcapng.emplace(sink, capture::PcapngOptions{application, commentOf(*this)});
    pcapng->add_interface({.link_type = capture::LinkType::Raw,
                           .snap_length = kSnapLength,
                           .name = "client inner",
                           .description = {}});
  }
  for (std::size_t i = 0; i < m_kept.size(); ++i) {
    const auto done = static_cast<double>(i) / static_cast<double>(m_kept.size());
    if (i % kAskEvery == 0 && !goOn(done)) return {};
    const Kept& kept = m_kept[i];
    const capture::Timestamp time{m_epoch + kept.time.time_since_epoch()};
    const Bytes data = Bytes(kept.bytes).first(kept.kept);
    if (pcap) {
      pcap->write(time, data, kept.length);
    } else {
      pcapng->write({.time = time,
                     .data = data,
                     .original_length = kept.length,
                     .direction = directionOf(kept.direction),
                     .comment = {}});
    }
  }
  return out->commit();
}

}  // namespace inflight::ui
