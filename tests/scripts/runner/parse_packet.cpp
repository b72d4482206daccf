// One packet line: direction, flags, range, fields, options; or what an ICMP error says.
#include <algorithm>
#include <array>
#include <charconv>

#include "scripts/runner/script.h"

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

}  // namespace

std::expected<PacketLine, std::string> parse_packet(std::string_view text) {
  PacketLine packet;
  Words words(text);
  const std::string_view direction = words.next();
  packet.outbound = direction == ">";
  if (!packet.outbound && direction != "<") return std::unexpected("neither < nor >");
  std::string_view word = words.next();
  if (word.starts_with('[') && word.ends_with(']')) {
    packet.ecn = word.substr(1, word.size() - 2);
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

std::expected<IcmpLine, std::string> parse_icmp_line(std::string_view text) {
  constexpr std::array<std::string_view, 5> kCodes{"net_unreachable", "host_unreachable",
                                                   "protocol_unreachable", "port_unreachable",
                                                   "frag_needed"};
  Words words(text);
  words.next();
  words.next();
  if (words.next() != "unreachable") return std::unexpected("only unreachable is understood");
  IcmpLine line;
  const std::string_view code = words.next();
  const auto* const known = std::ranges::find(kCodes, code);
  if (known == kCodes.end()) return std::unexpected("unknown code " + std::string(code));
  line.code = static_cast<std::uint8_t>(known - kCodes.begin());
  std::string_view word = words.next();
  if (word == "mtu") {
    line.mtu = number(words.next()).value_or(0);
    word = words.next();
  }
  PacketLine quoted;
  const bool bracketed = word.size() > 2 && word.starts_with('[') && word.ends_with(']');
  if (!bracketed || !parse_range(word.substr(1, word.size() - 2), quoted)) {
    return std::unexpected("no quoted range [begin:end(length)]");
  }
  line.seq = quoted.seq;
  line.length = quoted.length;
  return line;
}

}  // namespace inflight::scripts
