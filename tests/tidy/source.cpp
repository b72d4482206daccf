#include "tidy/source.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace inflight::tidy {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Replaces comments and the insides of literals by blanks, keeping every newline.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text), out_(text) {}

  std::string run() {
    while (at_ < text_.size()) {
      if (starts("//")) {
        blank_until(text_.find('\n', at_));
      } else if (starts("/*")) {
        blank_past(text_.find("*/", at_ + 2), 2);
      } else if (starts("R\"") && !follows_word()) {
        blank_raw();
      } else if (text_[at_] == '"') {
        blank_literal('"');
      } else if (text_[at_] == '\'' && !follows_word()) {
        blank_literal('\'');
      } else {
        ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  bool starts(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }
  // A quote behind a word is a digit separator, an R behind one is the word's end.
  bool follows_word() const { return at_ > 0 && is_word(text_[at_ - 1]); }

  void blank_until(std::size_t end) {
    for (end = std::min(end, text_.size()); at_ < end; ++at_) {
      if (text_[at_] != '\n') out_[at_] = ' ';
    }
  }
  void blank_past(std::size_t found, std::size_t length) {
    blank_until(found == std::string_view::npos ? found : found + length);
  }
  void blank_raw() {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) return blank_until(open);
    const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
    blank_past(text_.find(close, open), close.size());
  }
  void blank_literal(char quote) {
    std::size_t end = ++at_;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    blank_until(end);
    ++at_;
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0;
};

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string without_template_parameters(std::string_view statement) {
  std::string text;
  int depth = 0;
  for (std::size_t i = 0; i < statement.size(); ++i) {
    if (depth == 0 && statement.substr(i).starts_with("template")) i += 8;
    if (i >= statement.size()) break;
    const bool opens =
        statement[i] == '<' && (depth > 0 || text.find_last_not_of(' ') == std::string::npos);
    if (opens) {
      ++depth;
    } else if (depth > 0) {
      depth -= statement[i] == '>' ? 1 : 0;
    } else {
      text += statement[i];
    }
  }
  return text;
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) {
      return true;
    }
  }
  return false;
}

// Outer: a namespace or class, in which functions are looked for.
enum class Scope { Outer, Function, Initializer, Other };

// What an opening brace begins, judged by the statement in front of it.
Scope scope_of(std::string_view statement) {
  const std::string text = without_template_parameters(statement);
  const bool has_parameters = text.find('(') != std::string::npos;
  if (has_word(text, "namespace") || (has_word(text, "extern") && !has_parameters)) {
    return Scope::Outer;
  }
  for (const std::string_view keyword : {"class", "struct", "union"}) {
    if (has_word(text, keyword) && (!has_parameters || text.find("alignas") != std::string::npos)) {
      return Scope::Outer;
    }
  }
  return has_parameters ? Scope::Function : Scope::Other;
}

// Follows the braces of a file; a statement begins behind the last ; { or } of its level.
class FunctionFinder {
 public:
  std::vector<Function> run(const std::vector<std::string>& code) {
    for (line_ = 1; line_ <= code.size(); ++line_) {
      const std::string& text = code[line_ - 1];
      if (text.starts_with('#')) continue;
      for (const char c : text) take(c);
      take(' ');
    }
    return std::move(functions_);
  }

 private:
  bool in_body() const { return !scopes_.empty() && scopes_.back() != Scope::Outer; }
  // clang-format puts a blank between what a brace belongs to and the brace, except here.
  bool is_initializer() const {
    return !statement_.empty() &&
           (statement_.back() != ' ' || statement_.find_last_not_of(' ') == statement_.rfind('='));
  }

  void take(char c) {
    if (c == '{') {
      open();
    } else if (c == '}') {
      close();
    } else if (in_body()) {
      return;
    } else if (c == ';') {
      statement_.clear();
    } else if (c != ' ' || !statement_.empty()) {
      if (statement_.empty()) first_line_ = line_;
      statement_ += c;
    }
  }
  void open() {
    if (in_body()) {
      scopes_.push_back(Scope::Other);
    } else if (is_initializer()) {
      scopes_.push_back(Scope::Initializer);
    } else {
      scopes_.push_back(scope_of(statement_));
      if (scopes_.back() == Scope::Outer) statement_.clear();
    }
  }
  void close() {
    if (scopes_.empty()) return;
    const Scope closed = scopes_.back();
    scopes_.pop_back();
    if (in_body() || closed == Scope::Initializer) return;
    if (closed == Scope::Function) functions_.push_back({first_line_, line_});
    statement_.clear();
  }

  std::vector<Function> functions_;
  std::vector<Scope> scopes_;
  std::string statement_;
  std::size_t first_line_ = 0;
  std::size_t line_ = 0;
};

}  // namespace

Source make_source(std::string path, std::string_view text) {
  return {std::move(path), split_lines(text), split_lines(Blanker(text).run())};
}

std::vector<Function> find_functions(const Source& source) {
  return FunctionFinder().run(source.code);
}

std::string quoted_include(const std::string& line) {
  constexpr std::string_view kInclude = "#include \"";
  if (!line.starts_with(kInclude)) return {};
  const std::size_t end = line.find('"', kInclude.size());
  return end == std::string::npos ? "" : line.substr(kInclude.size(), end - kInclude.size());
}

std::size_t character_count(std::string_view line) {
  // Every byte but the continuation bytes of UTF-8 begins a character.
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::vector<Source> read_tree(const std::string& root, const std::vector<std::string>& folders) {
  namespace fs = std::filesystem;
  std::vector<Source> sources;
  for (const std::string& folder : folders) {
    if (!fs::exists(fs::path(root) / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(root) / folder)) {
      const std::string extension = entry.path().extension().string();
      if (!entry.is_regular_file() || (extension != ".h" && extension != ".cpp")) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      sources.push_back(make_source(fs::relative(entry.path(), root).generic_string(), text));
    }
  }
  std::ranges::sort(sources, {}, &Source::path);
  return sources;
}

}  // namespace inflight::tidy
