#include "capture/pcap_writer.h"

#include <algorithm>
#include <array>
#include <limits>

#include "capture/pcap_format.h"

namespace inflight::capture {

PcapWriter::PcapWriter(ByteSink sink, const PcapOptions& options)
    : sink_(std::move(sink)), options_(options) {
  std::array<std::uint8_t, pcap::kFileHeaderSize> header{};
  ByteWriter writer(header);
  writer.u32le(options.nanoseconds ? pcap::kMagicNanoseconds : pcap::kMagicMicroseconds);
  writer.u16le(pcap::kMajorVersion);
  writer.u16le(pcap::kMinorVersion);
  writer.zeros(8);
  writer.u32le(options.snap_length);
  writer.u32le(static_cast<std::uint32_t>(options.link_type));
  sink_.write(header);
}

void PcapWriter::write(Timestamp time, Bytes data, std::size_t original_length) {
  constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
  constexpr std::int64_t kLast =
      std::int64_t{std::numeric_limits<std::uint32_t>::max()} * kNanosecondsPerSecond;
  const std::int64_t ns =
      std::clamp(std::int64_t{time.time_since_epoch().count()}, std::int64_t{0}, kLast);
  const auto fraction = static_cast<std::uint32_t>(ns % kNanosecondsPerSecond);
  data = data.first(std::min<std::size_t>(data.size(), options_.snap_length));
  record_.resize(pcap::kRecordHeaderSize + data.size());
  ByteWriter writer(record_);
  writer.u32le(static_cast<std::uint32_t>(ns / kNanosecondsPerSecond));
  writer.u32le(options_.nanoseconds ? fraction : fraction / 1000);
  writer.u32le(static_cast<std::uint32_t>(data.size()));
  writer.u32le(static_cast<std::uint32_t>(original_length));
  writer.bytes(data);
  sink_.write(record_);
}

}  // namespace inflight::capture
