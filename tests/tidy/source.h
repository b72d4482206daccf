// A source file as tidy_test sees it: its lines as they stand, the same lines with comments and
// literals blanked out, and the functions found by their braces. No compiler: the layout that
// clang-format gives is relied on only for what a line is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inflight::tidy {

struct Function {
  // 1-based lines of the signature's first and the body's last line.
  std::size_t first_line = 0;
  std::size_t last_line = 0;

  std::size_t lines() const { return last_line - first_line + 1; }
};

struct Source {
  // From the project's root, with slashes.
  std::string path;
  std::vector<std::string> lines;
  // `lines` with blanks in place of comments and of what stands between quotes; same lengths.
  std::vector<std::string> code;

  bool is_header() const { return path.ends_with(".h"); }
};

Source make_source(std::string path, std::string_view text);

// Every function with a body at namespace or class level; lambdas count to their function.
std::vector<Function> find_functions(const Source& source);

// What stands between the quotes of an #include "..." line, or nothing.
std::string quoted_include(const std::string& line);

// Characters, not bytes, of a line in UTF-8.
std::size_t character_count(std::string_view line);

// All .h and .cpp files below the named folders of `root`, in order of their paths.
std::vector<Source> read_tree(const std::string& root, const std::vector<std::string>& folders);

}  // namespace inflight::tidy
