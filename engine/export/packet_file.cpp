#include "export/packet_file.h"

#include <optional>
#include <utility>
#include <vector>

#include "capture/pcap_writer.h"
#include "capture/pcapng_writer.h"

namespace inflight::exporting {
namespace {

capture::Direction direction_of(wire::TapDirection direction) {
  return direction == wire::TapDirection::Out ? capture::Direction::Outbound
                                              : capture::Direction::Inbound;
}

}  // namespace

class PacketFile::Writer {
 public:
  Writer(trace::AtomicFile file, bool pcapng, const PacketFileOptions& options)
      : file_(std::move(file)), options_(options) {
    const capture::ByteSink sink = [this](Bytes bytes) {
      file_.write(bytes);
      return true;
    };
    if (pcapng) {
      pcapng_.emplace(sink, capture::PcapngOptions{options.application, options.comment});
    } else {
      pcap_.emplace(sink, capture::PcapOptions{.snap_length = options.snap_length});
    }
  }

  wire::PacketTap* add_tap(const std::string& name) {
    CHECK(pcapng_.has_value() || taps_.empty());
    const bool inner = options_.layer != PacketLayer::Outer;
    const bool outer = options_.layer != PacketLayer::Inner;
    const std::optional<std::uint32_t> none;
    taps_.push_back(std::make_unique<Tap>(*this, inner ? add_interface(name + " inner") : none,
                                          outer ? add_interface(name + " outer") : none));
    return taps_.back().get();
  }

  void write(std::uint32_t interface, Bytes packet, wire::TapDirection direction, Instant now) {
    const capture::Timestamp time{options_.epoch + now.time_since_epoch()};
    ++packets_;
    if (pcap_) {
      pcap_->write(time, packet);
      return;
    }
    capture::PcapngPacket record;
    record.interface = interface;
    record.time = time;
    record.data = packet;
    record.direction = direction_of(direction);
    pcapng_->write(record);
  }

  std::expected<void, trace::FileError> commit() { return file_.commit(); }
  std::uint64_t packets() const { return packets_; }

 private:
  class Tap final : public wire::PacketTap {
   public:
    Tap(Writer& writer, std::optional<std::uint32_t> inner, std::optional<std::uint32_t> outer)
        : writer_(writer), inner_(inner), outer_(outer) {}
    void on_inner(Bytes packet, wire::TapDirection direction, Instant now) override {
      if (inner_) writer_.write(*inner_, packet, direction, now);
    }
    void on_outer(Bytes packet, wire::TapDirection direction, Instant now) override {
      if (outer_) writer_.write(*outer_, packet, direction, now);
    }

   private:
    Writer& writer_;
    std::optional<std::uint32_t> inner_;
    std::optional<std::uint32_t> outer_;
  };

  std::optional<std::uint32_t> add_interface(const std::string& name) {
    if (pcap_) return 0;
    capture::Interface interface;
    interface.link_type = capture::LinkType::Raw;
    interface.name = name;
    interface.snap_length = options_.snap_length;
    return pcapng_->add_interface(interface);
  }

  trace::AtomicFile file_;
  PacketFileOptions options_;
  std::optional<capture::PcapWriter> pcap_;
  std::optional<capture::PcapngWriter> pcapng_;
  std::vector<std::unique_ptr<Tap>> taps_;
  std::uint64_t packets_ = 0;
};

bool is_pcapng(const std::filesystem::path& file) { return file.extension() == ".pcapng"; }

PacketFile::PacketFile(std::unique_ptr<Writer> writer) : writer_(std::move(writer)) {}
PacketFile::~PacketFile() = default;

std::expected<std::unique_ptr<PacketFile>, trace::FileError> PacketFile::create(
    const std::filesystem::path& file, const PacketFileOptions& options) {
  auto created = trace::AtomicFile::create(file);
  if (!created) return std::unexpected(created.error());
  auto writer = std::make_unique<Writer>(std::move(*created), is_pcapng(file), options);
  return std::unique_ptr<PacketFile>(new PacketFile(std::move(writer)));
}

wire::PacketTap* PacketFile::add_tap(const std::string& name) { return writer_->add_tap(name); }
std::expected<void, trace::FileError> PacketFile::commit() { return writer_->commit(); }
std::uint64_t PacketFile::packets() const { return writer_->packets(); }

}  // namespace inflight::exporting
