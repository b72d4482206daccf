#include "cli/output.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "export/run_json.h"

namespace inflight::app {

ExitCode fail(ExitCode code, std::string_view sentence) {
  std::fprintf(stderr, "inflight-cli: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
  return code;
}

bool write_text(const std::string& text, const std::string& target) {
  if (target == "-") {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return flush_standard_output();
  }
  const auto saved = exporting::save_text(text, target);
  if (!saved) fail(ExitCode::Failed, saved.error().text);
  return saved.has_value();
}

bool flush_standard_output() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
  fail(ExitCode::Failed,
       "Cannot write to standard output: " + std::generic_category().message(errno) + ".");
  // Said once.
  std::clearerr(stdout);
  return false;
}

}  // namespace inflight::app
