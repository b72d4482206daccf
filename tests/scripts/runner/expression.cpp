#include "scripts/runner/expression.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "scripts/runner/script.h"

namespace inflight::scripts {
namespace {

// By recursive descent, one function a level of precedence. The first error sticks.
class Parser {
 public:
  Parser(std::string_view text, const Lookup& lookup) : rest_(text), lookup_(lookup) {}

  std::expected<double, std::string> whole() {
    const double value = disjunction();
    if (error_.empty() && !trimmed(rest_).empty()) error_ = "cannot read " + std::string(rest_);
    if (!error_.empty()) return std::unexpected(error_);
    return value;
  }

 private:
  double disjunction() {
    double value = conjunction();
    while (take_word("or")) value = (conjunction() != 0) || value != 0 ? 1 : 0;
    return value;
  }
  double conjunction() {
    double value = negation();
    while (take_word("and")) value = (negation() != 0) && value != 0 ? 1 : 0;
    return value;
  }
  double negation() {
    if (take_word("not")) return negation() == 0 ? 1 : 0;
    return comparison();
  }
  // Bits, as Python has them: above comparisons.
  double bits() {
    double value = common_bits();
    while (take("|")) {
      value = static_cast<double>(static_cast<long>(value) | static_cast<long>(common_bits()));
    }
    return value;
  }
  double common_bits() {
    double value = sum();
    while (take("&")) {
      value = static_cast<double>(static_cast<long>(value) & static_cast<long>(sum()));
    }
    return value;
  }
  double comparison() {
    double left = bits();
    // Python's chains: a < b < c.
    bool holds = true;
    bool compared = false;
    for (;;) {
      const auto compare = [&](bool (*test)(double, double)) {
        const double right = bits();
        holds = holds && test(left, right);
        left = right;
        compared = true;
      };
      if (take("==")) {
        compare([](double a, double b) { return a == b; });
      } else if (take("!=")) {
        compare([](double a, double b) { return a != b; });
      } else if (take("<=")) {
        compare([](double a, double b) { return a <= b; });
      } else if (take(">=")) {
        compare([](double a, double b) { return a >= b; });
      } else if (take("<")) {
        compare([](double a, double b) { return a < b; });
      } else if (take(">")) {
        compare([](double a, double b) { return a > b; });
      } else {
        return compared ? (holds ? 1 : 0) : left;
      }
    }
  }
  double sum() {
    double value = product();
    for (;;) {
      if (take("+")) {
        value += product();
      } else if (take("-")) {
        value -= product();
      } else {
        return value;
      }
    }
  }
  double product() {
    double value = atom();
    for (;;) {
      if (take("*")) {
        value *= atom();
      } else if (take("//")) {
        value = std::floor(value / atom());
      } else if (take("/")) {
        value /= atom();
      } else if (take("%")) {
        value = std::fmod(value, atom());
      } else {
        return value;
      }
    }
  }
  double atom() {
    if (take("-")) return -atom();
    if (take("(")) {
      const double value = disjunction();
      if (!take(")") && error_.empty()) error_ = "a parenthesis is open";
      return value;
    }
    skip_blanks();
    if (!rest_.empty() && (std::isdigit(static_cast<unsigned char>(rest_[0])) != 0)) {
      return literal();
    }
    return name();
  }
  double literal() {
    double value = 0;
    const bool hex = rest_.starts_with("0x");
    if (hex) rest_.remove_prefix(2);
    const auto [end, error] =
        std::from_chars(rest_.data(), rest_.data() + rest_.size(), value,
                        hex ? std::chars_format::hex : std::chars_format::general);
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  double name() {
    std::size_t size = 0;
    while (size < rest_.size() && is_word(rest_[size])) ++size;
    const std::string_view word = rest_.substr(0, size);
    rest_.remove_prefix(size);
    const auto value = lookup_(word);
    if (!value && error_.empty()) error_ = "unknown name \"" + std::string(word) + "\"";
    return value.value_or(0);
  }

  static bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  }
  void skip_blanks() { rest_ = trimmed(rest_); }
  bool take(std::string_view token) {
    skip_blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  bool take_word(std::string_view word) {
    skip_blanks();
    const bool longer = rest_.size() > word.size() && is_word(rest_[word.size()]);
    return !longer && take(word);
  }

  std::string_view rest_;
  const Lookup& lookup_;
  std::string error_;
};

}  // namespace

std::expected<double, std::string> evaluate(std::string_view expression, const Lookup& lookup) {
  return Parser(expression, lookup).whole();
}

std::optional<Assignment> parse_assignment(std::string_view statement) {
  const auto in_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  const auto end = std::ranges::find_if_not(statement, in_name);
  Assignment assignment{.name = std::string(statement.begin(), end), .expression = {}};
  std::string_view rest = trimmed(statement.substr(assignment.name.size()));
  assignment.adds = rest.starts_with("+=");
  if (assignment.name.empty() || rest.starts_with("==")) return std::nullopt;
  if (!assignment.adds && !rest.starts_with('=')) return std::nullopt;
  assignment.expression = trimmed(rest.substr(assignment.adds ? 2 : 1));
  return assignment;
}

std::optional<std::string> check_statement(std::string_view statement, const Lookup& lookup) {
  if (statement.starts_with("print")) return std::nullopt;
  constexpr std::string_view kAssert = "assert";
  if (!statement.starts_with(kAssert)) return "only assert, print and assignments are understood";
  const std::vector<std::string> parts = split_list(statement.substr(kAssert.size()));
  if (parts.empty()) return "nothing is asserted";
  const auto value = evaluate(parts[0], lookup);
  if (!value) return value.error();
  if (*value != 0) return std::nullopt;
  std::string message = "does not hold: " + parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto shown = evaluate(parts[i], lookup);
    message += "; " + parts[i] + " is " + (shown ? std::to_string(std::llround(*shown)) : "?");
  }
  return message;
}

}  // namespace inflight::scripts
