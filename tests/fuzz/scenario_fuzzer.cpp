// Scenario files: whatever the text, it is refused with a sentence, or it is a scenario that prints
// as text which reads back as the same scenario.
#include <string_view>

#include "base/bytes.h"
#include "lab/scenario.h"
#include "lab/settings.h"

using namespace inflight;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto scenario = lab::parse_scenario(text, "file");
  if (!scenario) {
    CHECK(!scenario.error().text.empty());
    return 0;
  }
  CHECK(lab::validate(*scenario).has_value());
  const std::string json = lab::to_json(*scenario);
  const auto again = lab::parse_scenario(json, "again");
  CHECK(again.has_value());
  CHECK(lab::to_json(*again) == json);
  return 0;
}
