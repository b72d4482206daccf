// The expressions of a script's asserts, in Python's notation: numbers, names, arithmetic,
// comparisons, and, or, not.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace inflight::scripts {

using Lookup = std::function<std::optional<double>(std::string_view name)>;

// The value, true being 1; or what is wrong with the text.
std::expected<double, std::string> evaluate(std::string_view expression, const Lookup& lookup);
// "name = expression" or "name += expression"; nothing if the statement is no assignment.
struct Assignment {
  std::string name;
  bool adds = false;
  std::string expression;
};
std::optional<Assignment> parse_assignment(std::string_view statement);
// "assert condition, what else to say": nothing if it holds, else a sentence. Statements that only
// print are passed over.
std::optional<std::string> check_statement(std::string_view statement, const Lookup& lookup);

}  // namespace inflight::scripts
