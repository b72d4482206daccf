// Why a measurement failed, in the words that a person reads: each sentence has a cause and a next
// step.
#pragma once

#include <string>

#include "base/time.h"
#include "wire/address.h"

namespace inflight::live {

std::string unknown_name(const std::string& name, const std::string& reason);
std::string unanswered_name(const std::string& name, Duration limit);
// The tunnel's handshake: nobody there, a filter in between, or a wrong key look all the same.
std::string no_tunnel(const wire::Endpoint& server, Duration limit);
std::string no_control(const wire::Endpoint& server, Duration limit);
// In mid-transfer: nothing was heard for so long.
std::string server_lost(const wire::Endpoint& server, Duration silence);
std::string control_closed();
std::string line_too_long();
std::string not_understood(const std::string& what);

}  // namespace inflight::live
