// Whether packets are to be written into a file, and which of them: shared by everything that takes
// --pcap-file.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "export/packet_file.h"

namespace CLI {
class App;
}

namespace inflight::app {

struct PacketFileChoice {
  // None is written if empty.
  std::string file;
  std::string layer = "inner";
  // Bytes of each packet, as tcpdump's -s.
  std::uint32_t snap_length = 65535;

  bool wanted() const { return !file.empty(); }
};

void add_packet_file_options(CLI::App& command, PacketFileChoice& choice);

// A sentence about what the file's format cannot hold, if there is such a thing. `taps`: how many
// hosts are written.
std::optional<std::string> unfit(const PacketFileChoice& choice, int taps);

// `epoch`: Unix time of Instant{} of the taps.
exporting::PacketFileOptions packet_file_options(const PacketFileChoice& choice,
                                                 std::chrono::nanoseconds epoch);

}  // namespace inflight::app
