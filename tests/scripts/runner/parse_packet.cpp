// One packet line: direction, flags, range, fields, options; or what an ICMP error says.
#include <algorithm>
#include <array>
#include <charconv>

#include "scripts/runner/script.h"
#include "scripts/runner/symbols.h"

namespace inflight::scripts {
namespace {

// Words of a line, one at a time.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(trimmed(text)) {}

  std::string_view next() {
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \t"));
    rest_ = trimmed(rest_.substr(word.size()));
    return word;
  }
  // The next character alone; 0 at the end.
  char take() {
    if (rest_.empty()) return 0;
    const char first = rest_.front();
    rest_ = trimmed(rest_.substr(1));
    return first;
  }
  // Up to a character, which is taken off.
  std::string_view next_until(char end) {
    const std::string_view text = rest_.substr(0, rest_.find(end));
    rest_ = trimmed(rest_.substr(std::min(rest_.size(), text.size() + 1)));
    return trimmed(text);
  }
  // "[...]", which need not be followed by a blank; empty if there is none.
  std::string_view next_bracketed() {
    if (!rest_.starts_with('[')) return {};
    const std::string_view text = rest_.substr(0, rest_.find(']') + 1);
    rest_ = trimmed(rest_.substr(text.size()));
    return text;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "1:1001(1000)"; false if it is none, or its figures do not agree.
bool parse_range(std::string_view text, PacketLine& packet) {
  const std::size_t colon = text.find(':');
  const std::size_t open = text.find('(');
  if (colon == std::string_view::npos || open == std::string_view::npos || !text.ends_with(')')) {
    return false;
  }
  const auto begin = number(text.substr(0, colon));
  const auto end = number(text.substr(colon + 1, open - colon - 1));
  const auto length = number(text.substr(open + 1, text.size() - open - 2));
  if (!begin || !end || !length || *end - *begin != *length) return false;
  packet.seq = *begin;
  packet.length = *length;
  return true;
}

bool parse_options(std::string_view text, PacketLine& packet) {
  if (!text.starts_with('<') || !text.ends_with('>')) return false;
  const std::string_view inside = text.substr(1, text.size() - 2);
  if (trimmed(inside) != "...") packet.options = split_list(inside);
  return true;
}

// RFC 792, RFC 1812 §5.2.7.1 and RFC 4443 in the words of scripts; "" is a type without codes.
struct Message {
  bool v6;
  std::string_view type;
  std::string_view code_name;
  std::uint8_t type_number;
  std::uint8_t code;
};
constexpr std::array kMessages = std::to_array<Message>({
    {false, "unreachable", "", 3, 0},
    {false, "unreachable", "net_unreachable", 3, 0},
    {false, "unreachable", "host_unreachable", 3, 1},
    {false, "unreachable", "protocol_unreachable", 3, 2},
    {false, "unreachable", "port_unreachable", 3, 3},
    {false, "unreachable", "frag_needed", 3, 4},
    {false, "unreachable", "source_route_failed", 3, 5},
    {false, "unreachable", "net_unknown", 3, 6},
    {false, "unreachable", "host_unknown", 3, 7},
    {false, "unreachable", "source_host_isolated", 3, 8},
    {false, "unreachable", "net_prohibited", 3, 9},
    {false, "unreachable", "host_prohibited", 3, 10},
    {false, "unreachable", "net_unreachable_for_tos", 3, 11},
    {false, "unreachable", "host_unreachable_for_tos", 3, 12},
    {false, "unreachable", "packet_filtered", 3, 13},
    {false, "unreachable", "precedence_violation", 3, 14},
    {false, "unreachable", "precedence_cutoff", 3, 15},
    {false, "source_quench", "", 4, 0},
    {false, "redirect", "", 5, 0},
    {false, "time_exceeded", "", 11, 0},
    {false, "time_exceeded", "ttl_exceeded_in_transit", 11, 0},
    {false, "time_exceeded", "frag_reass_exceeded", 11, 1},
    {false, "parameter_problem", "", 12, 0},
    {true, "unreachable", "no_route", 1, 0},
    {true, "unreachable", "admin_prohibited", 1, 1},
    {true, "unreachable", "not_neighbour", 1, 2},
    {true, "unreachable", "address_unreachable", 1, 3},
    {true, "unreachable", "port_unreachable", 1, 4},
    {true, "packet_too_big", "", 2, 0},
    {true, "time_exceeded", "", 3, 0},
    {true, "time_exceeded", "exceeded_hop_limit", 3, 0},
    {true, "time_exceeded", "exceeded_frag_time", 3, 1},
    {true, "parameter_problem", "", 4, 0},
    {true, "parameter_problem", "header_field", 4, 0},
    {true, "parameter_problem", "unknown_next_header", 4, 1},
    {true, "parameter_problem", "unknown_option", 4, 2},
});

struct TypeAndCode {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
};

std::optional<TypeAndCode> find_message(bool v6, std::string_view type, std::string_view code) {
  constexpr std::string_view kNumbered = "code_";
  const bool numbered = code.starts_with(kNumbered);
  const std::string_view name = numbered ? "" : code;
  for (const Message& message : kMessages) {
    if (message.v6 != v6 || message.type != type || message.code_name != name) continue;
    if (!numbered) return TypeAndCode{message.type_number, message.code};
    const auto value = number(code.substr(kNumbered.size()));
    return TypeAndCode{message.type_number, static_cast<std::uint8_t>(value.value_or(0))};
  }
  return std::nullopt;
}

// "[1:1461(1460)]"
bool parse_quote(std::string_view text, IcmpLine& line) {
  if (!text.starts_with('[') || !text.ends_with(']')) return false;
  PacketLine quoted;
  if (!parse_range(text.substr(1, text.size() - 2), quoted)) return false;
  line.seq = quoted.seq;
  line.length = quoted.length;
  return true;
}

}  // namespace

std::expected<PacketLine, std::string> parse_packet(std::string_view text) {
  PacketLine packet;
  Words words(text);
  const char direction = words.take();
  packet.outbound = direction == '>';
  if (!packet.outbound && direction != '<') return std::unexpected("neither < nor >");
  std::string_view word = words.next();
  if (word.starts_with('[') && word.ends_with(']')) {
    packet.ecn = word.substr(1, word.size() - 2);
    word = words.next();
  }
  if (word.starts_with('(')) {
    const auto value = number_of(words.next_until(')'));
    if (!value) return std::unexpected("no number behind " + std::string(word));
    (word == "(tos" ? packet.tos : packet.hop_limit) = value;
    word = words.next();
  }
  packet.flags = word;
  if (packet.flags.find_first_not_of("SFRPUEW.-") != std::string::npos) {
    return std::unexpected("unknown flags " + packet.flags);
  }
  if (!parse_range(words.next(), packet)) return std::unexpected("no range begin:end(length)");
  // In an inbound packet nothing but what is written is there; in an outbound one, no options
  // written means that there are none.
  packet.options.emplace();
  while (!words.rest().empty()) {
    if (words.rest().starts_with('<')) {
      packet.options.reset();
      if (!parse_options(words.rest(), packet)) return std::unexpected("options do not end");
      return packet;
    }
    const std::string_view field = words.next();
    const auto value = number(words.next());
    if (!value) return std::unexpected("no number behind " + std::string(field));
    if (field == "ack") {
      packet.ack = value;
    } else if (field == "win") {
      packet.window = value;
    } else if (field == "urg") {
      packet.urgent = value;
    } else {
      return std::unexpected("unknown field " + std::string(field));
    }
  }
  return packet;
}

bool is_icmp_line(std::string_view text) {
  Words words(text);
  if (words.take() != '<') return false;
  words.next_bracketed();
  return words.next() == "icmp";
}

std::expected<IcmpLine, std::string> parse_icmp_line(std::string_view text, bool v6) {
  IcmpLine line;
  Words words(text);
  words.take();
  const bool quotes = parse_quote(words.next_bracketed(), line);
  words.next();
  const std::string_view type = words.next();
  std::string_view word = words.next();
  const bool has_code = !word.empty() && !word.starts_with('[') && word != "mtu";
  const auto known = find_message(v6, type, has_code ? word : "");
  if (!known) return std::unexpected("unknown message " + std::string(type));
  line.type = known->type;
  line.code = known->code;
  if (has_code) word = words.next();
  if (word == "mtu") {
    line.mtu = number(words.next()).value_or(0);
    word = words.next();
  }
  // Without a range it quotes the SYN.
  if (!quotes && !word.empty() && !parse_quote(word, line)) {
    return std::unexpected("no quoted range [begin:end(length)]");
  }
  return line;
}

}  // namespace inflight::scripts
