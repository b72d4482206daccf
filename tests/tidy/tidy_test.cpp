// Reads the whole source tree and keeps the project's own rules (rules.h): arrows between folders,
// lengths, header comments, forbidden calls. Every failure names file and line.
#include <QRegularExpression>
#include <QTest>
#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>

#include "support/registry.h"
#include "support/source_dir.h"
#include "tidy/rules.h"
#include "tidy/source.h"

namespace inflight::tidy {

class TidyTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void folders_include_only_what_they_may();
  void every_engine_folder_has_its_row();
  void lines_are_short();
  void files_are_short();
  void functions_are_short();
  void files_say_what_they_are();
  void nothing_forbidden_is_used();

  void arrows_bite_data();
  void arrows_bite();
  void bans_bite_data();
  void bans_bite();
  void blanks_comments_and_literals_data();
  void blanks_comments_and_literals();
  void measures_functions();
  void counts_characters();

 private:
  std::vector<Source> sources_;
};

namespace {

std::vector<std::string> words(std::string_view list) {
  std::istringstream stream{std::string(list)};
  return {std::istream_iterator<std::string>(stream), {}};
}

bool lists(std::string_view list, std::string_view word) {
  return std::ranges::count(words(list), word) > 0;
}

bool begins_with_one_of(std::string_view path, std::string_view list) {
  return std::ranges::any_of(words(list),
                             [&](const auto& start) { return path.starts_with(start); });
}

// "engine/tcp/sender.h" -> "tcp"; also the first part of what an #include names.
std::string part(std::string_view path, int index) {
  for (; index > 0; --index) path.remove_prefix(std::min(path.find('/') + 1, path.size()));
  return std::string(path.substr(0, path.find('/')));
}

const Arrows* arrows_of(std::string_view folder) {
  const auto* found = std::ranges::find(kArrows, folder, &Arrows::folder);
  return found == kArrows.end() ? nullptr : found;
}

// Why a file of the engine may not include this, or empty.
std::string engine_objection(std::string_view path, const std::string& include) {
  const std::string folder = part(path, 1);
  const std::string target = part(include, 0);
  const Arrows* arrows = arrows_of(folder);
  if (target == folder || (arrows != nullptr && lists(arrows->may_include, target))) return {};
  return folder + " may not include " + target;
}

std::string ui_objection(std::string_view path, const std::string& include) {
  const std::string target = part(include, 0);
  if (lists(kHiddenFromUi, target)) return "ui may not include " + target;
  if (target == "app" || target == "tests") return "ui may not include " + target;
  const bool description = std::ranges::any_of(
      kDescriptionsForUi, [&](std::string_view start) { return include.starts_with(start); });
  if (lists(kOnlyForUiBridge, target) && !description && !path.starts_with("ui/bridge/")) {
    return "only ui/bridge may include " + include;
  }
  return {};
}

std::string objection_to(std::string_view path, const std::string& include) {
  if (path.starts_with("engine/")) return engine_objection(path, include);
  return path.starts_with("ui/") ? ui_objection(path, include) : std::string();
}

class Complaints {
 public:
  void add(const Source& source, std::size_t line, std::string_view what) {
    text_ << "\n  " << source.path << ':' << line << ": " << what;
    ++count_;
  }
  int count() const { return count_; }
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  int count_ = 0;
};

void verify(const Complaints& complaints) {
  QVERIFY2(complaints.count() == 0, complaints.text().c_str());
}

QString joined(const std::vector<std::string>& lines) {
  QByteArray text;
  for (const std::string& line : lines) text.append(line.data(), std::ssize(line)).append('\n');
  return QString::fromUtf8(text);
}

// A file's text and code as the regular expressions want them.
struct Searchable {
  const Source& source;
  QString text;
  QString code;
};

void complain_about_ban(const Ban& ban, const std::vector<Searchable>& files,
                        Complaints& complaints) {
  const QRegularExpression pattern(QString::fromUtf8(ban.pattern.data(), std::ssize(ban.pattern)),
                                   QRegularExpression::MultilineOption);
  for (const Searchable& file : files) {
    const std::string& path = file.source.path;
    if (!begins_with_one_of(path, ban.in) || begins_with_one_of(path, ban.except)) continue;
    const QString& searched = ban.in_text ? file.text : file.code;
    auto matches = pattern.globalMatch(searched);
    while (matches.hasNext()) {
      const auto before = searched.left(matches.next().capturedStart());
      complaints.add(file.source, static_cast<std::size_t>(before.count('\n') + 1), ban.why);
    }
  }
}

Complaints banned_uses(const std::vector<Source>& sources) {
  std::vector<Searchable> files;
  for (const Source& s : sources) files.push_back({s, joined(s.lines), joined(s.code)});
  Complaints complaints;
  for (const Ban& ban : kBans) complain_about_ban(ban, files, complaints);
  return complaints;
}

}  // namespace

void TidyTest::initTestCase() {
  sources_ = read_tree(INFLIGHT_SOURCE_DIR, {"engine", "ui", "app", "tests"});
  QVERIFY(sources_.size() > 20);
}

void TidyTest::folders_include_only_what_they_may() {
  Complaints complaints;
  for (const Source& source : sources_) {
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      const std::string include = quoted_include(source.lines[i]);
      if (include.empty()) continue;
      const std::string objection = objection_to(source.path, include);
      if (!objection.empty()) complaints.add(source, i + 1, objection);
    }
  }
  verify(complaints);
}

void TidyTest::every_engine_folder_has_its_row() {
  Complaints complaints;
  std::set<std::string> seen;
  for (const Source& source : sources_) {
    const std::string folder = part(source.path, 1);
    if (!source.path.starts_with("engine/") || !seen.insert(folder).second) continue;
    if (arrows_of(folder) == nullptr) complaints.add(source, 1, folder + " has no row in rules.h");
  }
  verify(complaints);
}

void TidyTest::lines_are_short() {
  Complaints complaints;
  for (const Source& source : sources_) {
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      const std::size_t length = character_count(source.lines[i]);
      if (length <= kMaxLineLength) continue;
      complaints.add(source, i + 1, "line of " + std::to_string(length) + " characters");
    }
  }
  verify(complaints);
}

void TidyTest::files_are_short() {
  Complaints complaints;
  for (const Source& source : sources_) {
    const std::size_t limit = source.is_header() ? kMaxHeaderLines : kMaxSourceLines;
    const std::size_t length = source.lines.size();
    if (length > limit)
      complaints.add(source, length, "more than " + std::to_string(limit) + " lines");
  }
  verify(complaints);
}

void TidyTest::functions_are_short() {
  Complaints complaints;
  for (const Source& source : sources_) {
    for (const Function& function : find_functions(source)) {
      if (function.lines() <= kMaxFunctionLines) continue;
      complaints.add(source, function.first_line,
                     "function of " + std::to_string(function.lines()) + " lines");
    }
  }
  verify(complaints);
}

void TidyTest::files_say_what_they_are() {
  std::set<std::string> headers;
  for (const Source& source : sources_) {
    if (source.is_header()) headers.insert(source.path);
  }
  Complaints complaints;
  for (const Source& source : sources_) {
    // A source beside its header may leave the explanation there.
    const std::string header = source.path.substr(0, source.path.rfind('.')) + ".h";
    if (!source.is_header() && headers.contains(header)) continue;
    const bool commented = !source.lines.empty() && source.lines[0].starts_with("// ");
    if (!commented) complaints.add(source, 1, "does not begin with a comment that says what it is");
  }
  verify(complaints);
}

void TidyTest::nothing_forbidden_is_used() { verify(banned_uses(sources_)); }

void TidyTest::arrows_bite_data() {
  QTest::addColumn<QString>("path");
  QTest::addColumn<QString>("include");
  QTest::addColumn<bool>("allowed");
  const auto row = [](const char* path, const char* include, bool allowed) {
    QTest::addRow("%s: %s", path, include) << QString(path) << QString(include) << allowed;
  };
  row("engine/tcp/sender.cpp", "tcp/rtt.h", true);
  row("engine/tcp/sender.cpp", "wire/tcp.h", true);
  row("engine/tcp/sender.cpp", "tunnel/session.h", false);
  row("engine/tcp/sender.cpp", "trace/series.h", false);
  row("engine/base/time.h", "wire/ip.h", false);
  row("engine/base/time.h", "ui/main_window.h", false);
  row("ui/main_window.cpp", "trace/series.h", true);
  row("ui/main_window.cpp", "tcp/sender.h", false);
  row("ui/bridge/worker.cpp", "tcp/sender.h", false);
  row("ui/main_window.cpp", "lab/scenario.h", true);
  row("ui/main_window.cpp", "lab/simulation.h", false);
  row("ui/bridge/worker.cpp", "lab/simulation.h", true);
  row("ui/pages/start.cpp", "host/session.h", false);
  row("app/cli.cpp", "tcp/sender.h", true);
}
void TidyTest::arrows_bite() {
  QFETCH(const QString, path);
  QFETCH(const QString, include);
  QTEST(objection_to(path.toStdString(), include.toStdString()).empty(), "allowed");
}

void TidyTest::bans_bite_data() {
  QTest::addColumn<QString>("path");
  QTest::addColumn<QString>("line");
  QTest::addColumn<int>("complaints");
  const auto row = [](const char* path, const char* line, int complaints) {
    QTest::addRow("%s: %s", path, line) << QString(path) << QString(line) << complaints;
  };
  row("engine/tcp/a.cpp", "#include <QObject>", 1);
  row("engine/tcp/a.cpp", "#include <queue>", 0);
  row("ui/a.cpp", "#include <QObject>", 0);
  row("tests/a.cpp", "int i = rand();", 1);
  row("tests/a.cpp", "int i = operand();", 0);
  row("engine/tcp/a.cpp", "auto now = std::chrono::steady_clock::now();", 1);
  row("engine/io/clock.cpp", "auto now = std::chrono::steady_clock::now();", 0);
  row("engine/tcp/a.cpp", "printf(text);", 1);
  row("engine/tcp/a.cpp", "std::snprintf(text);", 0);
  row("engine/tcp/a.cpp", "f(\"printf(text)\");  // printf(text)", 0);
  row("engine/base/check.cpp", "std::fprintf(stderr, text);", 0);
  row("engine/wire/a.cpp", "reinterpret_cast<char*>(p)", 1);
  row("engine/io/a.cpp", "reinterpret_cast<char*>(p)", 0);
  row("engine/path/a.cpp", "#include <sys/socket.h>", 1);
  row("engine/io/a.cpp", "#include <asio.hpp>", 0);
  row("engine/path/a.cpp", "#include <asio.hpp>", 1);
  row("ui/a.cpp", "// TODO: finish", 1);
  row("ui/a.cpp", "int a; ", 1);
}
void TidyTest::bans_bite() {
  QFETCH(const QString, path);
  QFETCH(const QString, line);
  const std::string text = "int first;\n" + line.toStdString() + "\n";
  const Complaints found = banned_uses({make_source(path.toStdString(), text)});
  QTEST(found.count(), "complaints");
  QCOMPARE(found.text().find(":2: ") != std::string::npos, found.count() > 0);
}

void TidyTest::blanks_comments_and_literals_data() {
  QTest::addColumn<QString>("text");
  QTest::addColumn<QString>("expected");
  const auto row = [](const char* name, const char* text, const char* expected) {
    QTest::newRow(name) << QString(text) << QString(expected);
  };
  row("line comment", "a; // b", "a;     ");
  row("block comment", "a /* b */ c", "a         c");
  row("string", "f(\"a{b\");", "f(\"   \");");
  row("escaped quote", "f(\"a\\\"b\"); g", "f(\"    \"); g");
  row("comment in a string", "\"//\" a", "\"  \" a");
  row("character", "f('{');", "f(' ');");
  row("quote character", "f('\\'', \"x\")", "f('  ', \" \")");
  row("digit separator", "1'000'000 + '}'", "1'000'000 + ' '");
  row("raw string", "R\"(a\"{)\" b", "         b");
  row("raw string with a name", "R\"x(a)\"{)x\" b", "            b");
}
void TidyTest::blanks_comments_and_literals() {
  QFETCH(const QString, text);
  const Source source = make_source("a.cpp", text.toStdString());
  QTEST(QString::fromStdString(source.code.at(0)), "expected");
}

void TidyTest::measures_functions() {
  const Source source = make_source("a.cpp",
                                    "namespace a {\n"
                                    "constexpr int kTable[] = {1,\n"
                                    "                          2};\n"
                                    "template <class T>\n"
                                    "struct B {\n"
                                    "  int f() const { return 1; }\n"
                                    "  int g_{};\n"
                                    "  void h(int x = int{}) {\n"
                                    "    if (x) {\n"
                                    "    }\n"
                                    "  }\n"
                                    "};\n"
                                    "template <class T>\n"
                                    "int long_one(\n"
                                    "    struct C c) {\n"
                                    "  const auto lambda = [] { return '}'; };\n"
                                    "  return lambda();\n"
                                    "}\n"
                                    "A::A() : x_{1} {\n"
                                    "}\n"
                                    "}  // namespace a\n");
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (const Function& f : find_functions(source)) found.emplace_back(f.first_line, f.last_line);
  const std::vector<std::pair<std::size_t, std::size_t>> expected{
      {6, 6}, {8, 11}, {13, 18}, {19, 20}};
  QCOMPARE(found, expected);
}

void TidyTest::counts_characters() {
  QCOMPARE(character_count(""), 0U);
  QCOMPARE(character_count("§ ≤ ab"), 6U);
}

namespace {
const testing::Register<TidyTest> registered;
}

}  // namespace inflight::tidy

#include "tidy_test.moc"
