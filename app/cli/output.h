// What all commands share: errors on stderr, texts to a file or to stdout ("-").
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "cli/commands.h"

namespace inflight::app {

// "inflight-cli: <sentence>" on stderr; returns the code, so that a command can end with it.
ExitCode fail(ExitCode code, std::string_view sentence);
// To stdout for "-", else atomically into the file. False, said on stderr, if that failed.
bool write_text(const std::string& text, const std::string& target);
// Whether everything printed so far has left the program; false, said on stderr, if not.
bool flush_standard_output();

}  // namespace inflight::app
