// Lines into events: comments off, times, calls, packets, code and shell lines.
#include <algorithm>
#include <charconv>

#include "scripts/runner/script.h"

namespace inflight::scripts {
namespace {

using Failure = std::unexpected<ParseError>;

// Comments become blanks, so that line numbers stay.
std::string without_comments(std::string_view text) {
  std::string result(text);
  bool quoted = false;
  for (std::size_t i = 0; i + 1 < result.size(); ++i) {
    if (result[i] == '"') quoted = !quoted;
    if (quoted) continue;
    const bool line = result[i] == '/' && result[i + 1] == '/';
    const bool block = result[i] == '/' && result[i + 1] == '*';
    if (!line && !block) continue;
    std::size_t end = result.find(line ? "\n" : "*/", i);
    end = end == std::string::npos ? result.size() : end + (line ? 0 : 2);
    std::replace_if(
        result.begin() + static_cast<std::ptrdiff_t>(i),
        result.begin() + static_cast<std::ptrdiff_t>(end), [](char c) { return c != '\n'; }, ' ');
  }
  return result;
}

std::optional<Duration> parse_seconds(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return from_seconds(value);
}

std::optional<When> parse_when(std::string_view text) {
  When when;
  if (text == "*") {
    when.kind = When::Kind::Any;
    return when;
  }
  if (!text.starts_with('+')) when.kind = When::Kind::Absolute;
  if (text.starts_with('+')) text.remove_prefix(1);
  const std::size_t dots = text.find("...");
  const std::size_t tilde = text.find('~');
  const std::size_t cut = std::min(dots, tilde);
  const auto at = parse_seconds(text.substr(0, cut));
  if (!at) return std::nullopt;
  when.at = *at;
  if (cut == std::string_view::npos) return when;
  std::string_view second = text.substr(cut + (dots == cut ? 3 : 1));
  if (second.starts_with('+')) second.remove_prefix(1);
  when.until = parse_seconds(second);
  return when.until ? std::optional(when) : std::nullopt;
}

// "name(arguments) = result ERRNO (what it means)"
std::optional<Call> parse_call(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos) return std::nullopt;
  int depth = 0;
  std::size_t close = open;
  for (; close < text.size(); ++close) {
    if (text[close] == '(') ++depth;
    if (text[close] == ')' && --depth == 0) break;
  }
  const std::size_t equals = text.find('=', close);
  if (equals == std::string_view::npos) return std::nullopt;
  Call call;
  call.name = trimmed(text.substr(0, open));
  call.arguments = split_list(text.substr(open + 1, close - open - 1));
  const std::string_view outcome = trimmed(text.substr(equals + 1));
  call.result = outcome.substr(0, outcome.find_first_of(" \t"));
  std::string_view rest = trimmed(outcome.substr(call.result.size()));
  rest = rest.substr(0, rest.find_first_of(" \t("));
  call.error = rest;
  return call;
}

std::vector<std::string> parse_statements(std::string_view text) {
  std::vector<std::string> statements;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find_first_of("\n;"));
    // Python's comments end with their line.
    const std::string_view code = trimmed(line.substr(0, line.find('#')));
    if (!code.empty()) statements.emplace_back(code);
    if (code.size() < trimmed(line).size()) {
      text.remove_prefix(std::min(text.find('\n'), text.size()));
      continue;
    }
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return statements;
}

// The text of one event. It ends with its line; a call with the line on which its brackets are
// closed, code and shell lines with their own mark.
std::string_view event_text(std::string_view rest) {
  const std::size_t line = std::min(rest.find('\n'), rest.size());
  for (const auto& [begin, end] : {std::pair{"%{", "}%"}, std::pair{"`", "`"}}) {
    const std::size_t from = rest.substr(0, line).find(begin);
    if (from == std::string_view::npos) continue;
    const std::size_t to = rest.find(end, from + std::string_view(begin).size());
    if (to == std::string_view::npos) return rest;
    return rest.substr(0, to + std::string_view(end).size());
  }
  int depth = 0;
  std::size_t end = 0;
  for (; end < rest.size() && (rest[end] != '\n' || depth > 0); ++end) {
    if (std::string_view("([{").contains(rest[end])) ++depth;
    if (std::string_view(")]}").contains(rest[end])) --depth;
  }
  return rest.substr(0, end);
}

// What stands before a call, a packet, code or a shell line.
std::string_view time_text(std::string_view text) {
  constexpr std::string_view kOfTimes = "+*~.0123456789 \t";
  return text.substr(0, text.find_first_not_of(kOfTimes));
}

std::expected<Event, std::string> parse_event(std::string_view text, bool v6) {
  Event event{.what = Shell{}, .text = std::string(text)};
  std::string_view what = text;
  // The first shell line and the last one need no time.
  if (!text.starts_with('`')) {
    const std::string_view written = time_text(text);
    // Blanks may stand anywhere in it: "+ 1.00", "+0 ...0.010".
    std::string when(written);
    std::erase_if(when, [](char c) { return c == ' ' || c == '\t'; });
    const auto parsed = parse_when(when);
    if (!parsed) return std::unexpected("no time: " + when);
    event.when = *parsed;
    what = trimmed(text.substr(written.size()));
  }
  if (what.starts_with('`')) {
    event.what = Shell{std::string(what.substr(1, what.size() - 2))};
  } else if (what.starts_with("%{")) {
    event.what = Code{parse_statements(what.substr(2, what.size() - 4))};
  } else if (is_icmp_line(what)) {
    const auto message = parse_icmp_line(what, v6);
    if (!message) return std::unexpected(message.error());
    event.what = *message;
  } else if (what.starts_with('<') || what.starts_with('>')) {
    const auto packet = parse_packet(what);
    if (!packet) return std::unexpected(packet.error());
    event.what = *packet;
  } else if (const auto call = parse_call(what)) {
    event.what = *call;
  } else {
    return std::unexpected("neither a call nor a packet");
  }
  return event;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  int depth = 0;
  bool quoted = false;
  std::string item;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && std::string_view("[{(").contains(c)) ++depth;
    if (!quoted && std::string_view("]})").contains(c)) --depth;
    if (c == ',' && depth == 0 && !quoted) {
      items.emplace_back(trimmed(item));
      item.clear();
    } else {
      item.push_back(c);
    }
  }
  if (!trimmed(item).empty()) items.emplace_back(trimmed(item));
  return items;
}

std::optional<std::int64_t> Script::number_flag(const std::string& name) const {
  const auto it = flags.find(name);
  if (it == flags.end()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(it->second.data(), it->second.data() + it->second.size(), value);
  return error == std::errc{} ? std::optional(value) : std::nullopt;
}

std::expected<Script, ParseError> parse_script(std::string_view source) {
  const std::string text = without_comments(source);
  Script script;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = std::string_view(text).substr(at);
    const std::size_t blank = rest.find_first_not_of(" \t\r\n");
    if (blank == std::string_view::npos) break;
    at += blank;
    const int line = 1 + static_cast<int>(std::count(
                             text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    const std::string_view whole = event_text(std::string_view(text).substr(at));
    at += whole.size();
    if (whole.starts_with("--")) {
      const std::string_view flag = trimmed(whole.substr(2));
      const std::size_t equals = std::min(flag.find('='), flag.size());
      script.flags[std::string(flag.substr(0, equals))] =
          flag.substr(std::min(equals + 1, flag.size()));
      continue;
    }
    auto event = parse_event(trimmed(whole), script.ipv6());
    if (!event) return Failure({line, event.error()});
    event->line = line;
    script.events.push_back(std::move(*event));
  }
  return script;
}

}  // namespace inflight::scripts
