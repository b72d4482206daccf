// Scenarios as JSON: read without building a document, key by key, so that nesting, duplicates and
// unknown keys are seen where they stand; written from the settings table. The only file that
// includes the JSON library.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "lab/scenario.h"
#include "lab/settings_text.h"

namespace inflight::lab {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;
// A distance is printed in decimals of a kilometre.
constexpr Duration kSameRtt = 1us;

// The three keys that are plain text; null for any other.
std::string* text_field(Scenario& scenario, std::string_view key) {
  if (key == "name") return &scenario.name;
  if (key == "title") return &scenario.title;
  if (key == "story") return &scenario.story;
  return nullptr;
}

bool is_group(std::string_view key) {
  return key != "run" && std::ranges::any_of(all_settings(), [&](const SettingInfo& setting) {
           return setting.group == key;
         });
}

bool is_top_level(std::string_view key) {
  Scenario any;
  const SettingInfo* const setting = find_setting(key);
  return text_field(any, key) != nullptr || is_group(key) ||
         (setting != nullptr && setting->group == "run");
}

// "line 3, column 7" of a byte offset (1 is the first byte, as the library counts).
std::string place_of(std::string_view json, std::size_t position) {
  const std::string_view before = json.substr(0, position > 0 ? position - 1 : 0);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t line_start = before.rfind('\n');
  const std::size_t column =
      before.size() - (line_start == std::string_view::npos ? 0 : line_start + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// Takes the parser's events; each returns false to stop at the first error.
class Reader {
 public:
  using Json = nlohmann::json;

  explicit Reader(std::string_view json) : json_(json) {}

  Scenario scenario;
  // Set when reading failed.
  std::string error;

  bool null() { return value("null", false); }
  bool boolean(bool on) { return value(on ? "on" : "off", false); }
  bool number_integer(Json::number_integer_t number) {
    return value(std::to_string(number), false);
  }
  bool number_unsigned(Json::number_unsigned_t number) {
    return value(std::to_string(number), false);
  }
  bool number_float(Json::number_float_t, const std::string& text) { return value(text, false); }
  bool string(const std::string& text) { return value(text, true); }
  bool binary(const Json::binary_t&) { return fail("expected text, got binary data"); }
  bool start_array(std::size_t) { return fail(where() + "expected a single value, got a list"); }
  bool end_array() { return true; }

  bool start_object(std::size_t) {
    if (depth_ == 1 && !is_group(key_)) {
      return fail(where() + "expected a single value, got an object");
    }
    if (depth_ == 2) return fail(where() + "expected a single value, got an object");
    if (depth_ == 1) group_ = key_;
    ++depth_;
    return true;
  }
  bool end_object() {
    --depth_;
    group_.clear();
    return true;
  }

  bool key(const std::string& key) {
    key_ = key;
    if (depth_ == 1 && !is_top_level(key)) return fail(unknown());
    if (!seen_.insert(full_key()).second) {
      return fail(where() + "expected once, but it is there twice");
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const Json::exception&) {
    return fail("expected JSON, which ends at " + place_of(json_, position));
  }

 private:
  bool value(const std::string& text, bool is_text) {
    if (depth_ == 0)
      return fail("expected an object with the scenario's keys, got " + in_quotes(text));
    if (depth_ == 1) {
      if (std::string* const field = text_field(scenario, key_)) {
        if (!is_text) return fail(where() + "expected text in quotes, got " + in_quotes(text));
        *field = text;
        return true;
      }
      if (is_group(key_)) {
        return fail(where() + "expected an object with the keys of " + key_ + ", got " +
                    in_quotes(text));
      }
    }
    const Duration rtt = scenario.path.rtt;
    if (const auto done = set(scenario, full_key(), text); !done) return fail(done.error().text);
    // One is the other seen as fibre: a file that gives both must not leave open which one counts.
    if (seen_.contains("path.rtt") && seen_.contains("path.distance") && group_ == "path" &&
        (key_ == "rtt" || key_ == "distance") && abs(scenario.path.rtt - rtt) > kSameRtt) {
      return fail(where() + "expected either path.rtt or path.distance, or both to say the same");
    }
    return true;
  }

  std::string full_key() const { return depth_ == 2 ? group_ + "." + key_ : key_; }
  std::string where() const { return key_.empty() ? "" : full_key() + ": "; }
  std::string unknown() const {
    return "unknown key " + in_quotes(key_) +
           ": expected name, title, story, duration, seed or one of the groups path, cross, "
           "sender, receiver, outbound_queue, tunnel, tcp, workload";
  }
  bool fail(std::string text) {
    if (error.empty()) error = std::move(text);
    return false;
  }

  std::string_view json_;
  int depth_ = 0;
  std::string group_;
  std::string key_;
  std::set<std::string> seen_;
};

ScenarioError at_origin(std::string_view origin, std::string_view text) {
  return {origin.empty() ? std::string(text) : std::string(origin) + ": " + std::string(text)};
}

}  // namespace

std::string to_json(const Scenario& scenario) {
  nlohmann::ordered_json json;
  json["name"] = scenario.name;
  json["title"] = scenario.title;
  json["story"] = scenario.story;
  for (const SettingInfo& setting : all_settings()) {
    if (setting.group == "run") {
      json[setting.key] = get(scenario, setting.key);
    } else {
      json[setting.group][setting.key.substr(setting.group.size() + 1)] =
          get(scenario, setting.key);
    }
  }
  constexpr auto kKeepGoing = nlohmann::ordered_json::error_handler_t::replace;
  return json.dump(2, ' ', false, kKeepGoing) + "\n";
}

std::expected<Scenario, ScenarioError> parse_scenario(std::string_view json,
                                                      std::string_view origin) {
  if (json.size() > kLargestFile) {
    return std::unexpected(at_origin(origin, "expected a scenario of at most 1MiB"));
  }
  Reader reader(json);
  if (!nlohmann::json::sax_parse(json, &reader)) {
    return std::unexpected(at_origin(origin, reader.error));
  }
  if (const auto valid = validate(reader.scenario); !valid) {
    return std::unexpected(at_origin(origin, valid.error().text));
  }
  return std::move(reader.scenario);
}

std::expected<Scenario, ScenarioError> load_scenario(const std::filesystem::path& file) {
  const std::string origin = file.string();
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    return std::unexpected(at_origin(origin, "expected a scenario file, got a directory"));
  }
  if (!std::filesystem::exists(file, error)) {
    return std::unexpected(at_origin(origin, "expected a scenario file, there is none"));
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text(kLargestFile + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || (!stream.eof() && stream.fail())) {
    return std::unexpected(at_origin(origin, "the file cannot be read; check its permissions"));
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return parse_scenario(text, origin);
}

}  // namespace inflight::lab
