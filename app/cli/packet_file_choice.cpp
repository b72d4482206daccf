#include "cli/packet_file_choice.h"

#include <CLI/CLI.hpp>

#include "app/version.h"

namespace inflight::app {
namespace {

// The headers of a packet inside the tunnel: IPv6 and TCP with all its options.
constexpr std::uint32_t kLeastSnapLength = 100;
constexpr std::uint32_t kMostSnapLength = 65535;

exporting::PacketLayer layer_of(const std::string& name) {
  if (name == "outer") return exporting::PacketLayer::Outer;
  return name == "both" ? exporting::PacketLayer::Both : exporting::PacketLayer::Inner;
}

}  // namespace

void add_packet_file_options(CLI::App& command, PacketFileChoice& choice) {
  command.add_option("--pcap-file", choice.file, "Write the packets: .pcap or .pcapng");
  command.add_option("--pcap-layer", choice.layer, "Inside or outside of the tunnel")
      ->check(CLI::IsMember({"inner", "outer", "both"}))
      ->capture_default_str();
  command
      .add_option("--pcap-snaplen", choice.snap_length,
                  "Bytes kept of each packet; 100 keep the headers")
      ->check(CLI::Range(kLeastSnapLength, kMostSnapLength))
      ->capture_default_str();
}

std::optional<std::string> unfit(const PacketFileChoice& choice, int taps) {
  if (!choice.wanted() || exporting::is_pcapng(choice.file)) return std::nullopt;
  if (taps > 1) return "--pcap-file: only a .pcapng file can hold both sides or both layers";
  if (choice.layer != "both") return std::nullopt;
  return "--pcap-file: only a .pcapng file can hold both layers";
}

exporting::PacketFileOptions packet_file_options(const PacketFileChoice& choice,
                                                 std::chrono::nanoseconds epoch) {
  exporting::PacketFileOptions options;
  options.layer = layer_of(choice.layer);
  options.epoch = epoch;
  options.snap_length = choice.snap_length;
  options.application = kProducer;
  return options;
}

}  // namespace inflight::app
