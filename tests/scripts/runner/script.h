// A packetdrill script as values: what happens when, as it was written. The subset of the language
// that one TCP connection needs: system calls, packets in and out, asserts about tcp_info, shell
// lines.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"

namespace inflight::scripts {

struct When {
  enum class Kind : std::uint8_t { Absolute, Relative, Any };
  Kind kind = Kind::Relative;
  Duration at{};
  // "a...b": a call that blocks until then; "a~b": a packet that comes no later.
  std::optional<Duration> until;
};

struct Call {
  std::string name;
  // As written, cut at the outermost commas.
  std::vector<std::string> arguments;
  // As written: a number, a symbol, or "..." for anything.
  std::string result;
  // The errno's name, if it is to fail.
  std::string error;
};

struct PacketLine {
  bool outbound = false;
  // "noecn", "ect0", "ect1", "ce"; not looked at if empty.
  std::string ecn;
  // "(tos 0x20)", "(ttl 5)", "(hlim 5)"; not looked at if absent.
  std::optional<std::int64_t> tos;
  std::optional<std::int64_t> hop_limit;
  std::string flags;
  std::int64_t seq = 0;
  std::int64_t length = 0;
  std::optional<std::int64_t> ack;
  std::optional<std::int64_t> window;
  std::optional<std::int64_t> urgent;
  // One option each, "mss 1460"; nothing if they are not looked at ("<...>").
  std::optional<std::vector<std::string>> options;
};

// An ICMP error that comes in: "< icmp unreachable frag_needed mtu 1200 [1:1461(1460)]", the quoted
// range in front of "icmp" or at the end.
struct IcmpLine {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::int64_t mtu = 0;
  // Of the segment it quotes.
  std::int64_t seq = 0;
  std::int64_t length = 0;
};

// "%{ ... }%": one statement each.
struct Code {
  std::vector<std::string> statements;
};
struct Shell {
  std::string command;
};

struct Event {
  int line = 0;
  When when;
  std::variant<Call, PacketLine, IcmpLine, Code, Shell> what;
  // As written, for messages.
  std::string text;
};

struct Script {
  // "--name=value" lines.
  std::map<std::string, std::string> flags;
  std::vector<Event> events;

  // A flag's value; nothing if it is not there, or no number.
  std::optional<std::int64_t> number_flag(const std::string& name) const;
  bool ipv6() const { return flags.contains("ip_version") && flags.at("ip_version") == "ipv6"; }
};

struct ParseError {
  int line = 0;
  std::string message;
};

std::expected<Script, ParseError> parse_script(std::string_view text);
// The packet of one line, without its time: "> P. 1:1001(1000) ack 1".
std::expected<PacketLine, std::string> parse_packet(std::string_view text);
bool is_icmp_line(std::string_view text);
std::expected<IcmpLine, std::string> parse_icmp_line(std::string_view text, bool v6);
// At the outermost commas, blanks taken off.
std::vector<std::string> split_list(std::string_view text);
std::string_view trimmed(std::string_view text);

}  // namespace inflight::scripts
