// The texts of resources/scenarios, compiled in. Their definition is generated when the project is
// built (cmake/EmbedScenarios.cmake), in the order of the list there.
#pragma once

#include <span>
#include <string_view>

namespace inflight::lab {

struct BuiltInText {
  // "coder-2.10.json"
  std::string_view file;
  std::string_view json;
};

std::span<const BuiltInText> built_in_texts();

}  // namespace inflight::lab
