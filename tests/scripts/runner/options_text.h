// TCP options as scripts write them, "mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 8", to and from
// bytes.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace inflight::scripts {

// What numbers in a script mean on the wire, added to them.
struct Offsets {
  std::uint32_t sack = 0;
  std::uint32_t timestamp_value = 0;
  std::uint32_t timestamp_echo = 0;
  // Timestamps that are echoed as they were, whatever the script calls them.
  std::map<std::uint32_t, std::uint32_t> echoes{};
};

// Padded with `end of options` to whole words. The error names the option.
std::expected<std::vector<std::uint8_t>, std::string> options_bytes(
    const std::vector<std::string>& options, const Offsets& offsets);
// One text for each option in the bytes, padding at the end included as "eol".
std::vector<std::string> options_text(Bytes bytes, const Offsets& offsets);

}  // namespace inflight::scripts
