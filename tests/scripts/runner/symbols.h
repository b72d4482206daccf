// The names that scripts use for numbers of the C interface.
#pragma once

#include <optional>
#include <string_view>

#include "packetdrill/tcp_info_layout.h"

namespace inflight::scripts {

// "SOCK_STREAM", "O_RDWR|O_NONBLOCK", "17", "-1".
std::optional<long> number_of(std::string_view text);
// "ECONNRESET" for its number; empty if we know no name.
std::string_view error_name(int error);
// "tcpi_snd_cwnd".
std::optional<double> field_of(const packetdrill::TcpInfo& info, std::string_view name);

}  // namespace inflight::scripts
