// Runs a script against the adapter as packetdrill would: the adapter's shared object is loaded,
// its table called, and everything judged by its virtual clock. What a script does not expect and
// the stack sends anyway, while the script runs, is a failure too, if asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inflight::scripts {

// Where the adapter is, and its --so_flags.
struct Setup {
  std::string library;
  std::string flags;
  // What a script does not expect at its end is a failure. Not with packetdrill.
  bool strict_end = true;
};

// What went wrong: "line 7: expected ..., got ...". Nothing if all went as written.
std::optional<std::string> run_script(std::string_view text, const Setup& setup);

}  // namespace inflight::scripts
