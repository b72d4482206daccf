#include "cli/output.h"

#include <cstdio>

#include "export/run_json.h"

namespace inflight::app {

ExitCode fail(ExitCode code, std::string_view sentence) {
  std::fprintf(stderr, "inflight-cli: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
  return code;
}

bool write_text(const std::string& text, const std::string& target) {
  if (target == "-") {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    return written && std::fflush(stdout) == 0;
  }
  const auto saved = exporting::save_text(text, target);
  if (!saved) fail(ExitCode::Failed, saved.error().text);
  return saved.has_value();
}

}  // namespace inflight::app
