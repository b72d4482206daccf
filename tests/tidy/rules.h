// The rules that tidy_test keeps, as data: who may include whom, how long things may be, what may
// not be called where. The table is that of the design's "house"; a new folder gets a row here.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace inflight::tidy {

inline constexpr std::size_t kMaxLineLength = 100;
inline constexpr std::size_t kMaxFunctionLines = 70;
inline constexpr std::size_t kMaxHeaderLines = 200;
inline constexpr std::size_t kMaxSourceLines = 600;

// An engine folder and the folders it may include beside itself, separated by blanks.
struct Arrows {
  std::string_view folder;
  std::string_view may_include;
};

inline constexpr std::array kArrows{
    Arrows{"base", ""},
    Arrows{"wire", "base"},
    Arrows{"congestion", "base"},
    Arrows{"path", "wire base"},
    Arrows{"tunnel", "wire base"},
    Arrows{"trace", "wire base"},
    Arrows{"tcp", "congestion wire base"},
    Arrows{"stack", "tcp congestion wire base"},
    Arrows{"capture", "tunnel wire base"},
    Arrows{"export", "trace capture wire base"},
    Arrows{"analysis", "capture trace wire base"},
    Arrows{"diagnosis", "trace base"},
    Arrows{"host", "stack tcp congestion tunnel trace wire base"},
    Arrows{"io", "wire base"},
    Arrows{
        "lab",
        "host path export capture stack tcp congestion tunnel trace diagnosis analysis wire base"},
    Arrows{"live",
           "host io export capture stack tcp congestion tunnel trace diagnosis analysis wire base"},
};

// The window knows what the engine says, not how it works.
inline constexpr std::string_view kHiddenFromUi = "tcp congestion stack tunnel path io";
// Running sessions, imports and live capture belong to the bridge...
inline constexpr std::string_view kOnlyForUiBridge = "lab live host capture";
// ...but what describes a run before it starts is for every page.
inline constexpr std::array<std::string_view, 3> kDescriptionsForUi{"lab/scenario", "lab/settings",
                                                                    "lab/preset"};

// A word that may not stand in the code of files whose path begins with one of `in`, unless the
// path begins with one of `except`. Both are lists separated by blanks.
struct Ban {
  // A regular expression, applied line by line to code without comments and literals, or to all
  // `in_text`.
  std::string_view pattern;
  std::string_view in;
  std::string_view except;
  std::string_view why;
  bool in_text = false;
};

inline constexpr std::string_view kEverywhere = "engine/ ui/ app/ tests/";
inline constexpr std::string_view kProduct = "engine/ ui/ app/";

inline constexpr std::array kBans{
    Ban{R"(^ *# *include *<(Q[A-Z]|Qt|q[a-z]+\.h))", "engine/", "", "no Qt in the engine", true},
    Ban{R"(\b(s?rand|drand48) *\(|std::(random_device|mt19937))", kEverywhere,
        "engine/io/ tests/tidy/", "chance comes from a Random that is handed in"},
    Ban{R"(\b(system|steady|high_resolution)_clock::now\b|\b(clock_gettime|gettimeofday)\b)",
        kProduct, "engine/io/ engine/live/ app/ ui/",
        "the engine reads no clock: now is handed in"},
    Ban{R"(\bgetenv\b)", "engine/", "engine/io/ engine/live/",
        "the engine reads no environment: settings are handed in"},
    Ban{R"(\bstd::j?thread\b)", "engine/", "engine/io/ engine/live/",
        "the engine starts no thread"},
    Ban{R"(# *include *<(sys/socket|sys/epoll|arpa/inet|netinet/.*|poll|asio.*)\.h)", "engine/",
        "engine/io/ engine/live/", "sockets only in io", true},
    Ban{R"(\breinterpret_cast\b)", kEverywhere, "engine/io/", "socket addresses in io only"},
    Ban{R"(\b(printf|puts|putchar|vprintf) *\(|\bstd::(cout|cerr|clog)\b)", "engine/", "",
        "the engine prints nothing"},
    Ban{R"(\bfprintf *\()", "engine/", "engine/base/check.cpp", "the engine prints nothing"},
    Ban{R"(\b(TODO|FIXME|XXX|HACK)\b)", kEverywhere, "tests/tidy/",
        "finish it, or say it in an issue", true},
    Ban{R"(^ *using namespace std;)", kEverywhere, "", "name what is used"},
    Ban{R"([ \t]$)", kEverywhere, "", "blank at the line's end", true},
    Ban{"\t", kEverywhere, "", "a tab", true},
};

}  // namespace inflight::tidy
