// Arguments of calls as scripts write them: numbers, and structures with named members.
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>
#include <vector>

#include "scripts/runner/script.h"

namespace inflight::scripts {

// An argument as a number: "[7]" as 7; 0 for "...".
long number(const Call& call, std::size_t index);
int small(const Call& call, std::size_t index);
// The value of "name=value" or "name(...)=value" inside a structure, brackets and all; empty
// without one.
std::string_view member(std::string_view text, std::string_view name);
// The same as a number; 0 without one.
long member_number(std::string_view text, std::string_view name);
// What stands in a list: "[a, b]" or "{a, b}".
std::vector<std::string> elements(std::string_view list);
sockaddr* generic(sockaddr_storage& storage);

}  // namespace inflight::scripts
