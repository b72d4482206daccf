#include "packetdrill/sysctl.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <unordered_map>

namespace inflight::packetdrill {
namespace {

constexpr std::string_view kBlanks = " \t\n\r\\;";

// A number as a shell would read it: "10", "0x3", "$((15*1024*1024))".
std::int64_t number_in(std::string_view text) {
  if (text.starts_with("$((")) text = text.substr(3, text.find(')') - 3);
  std::int64_t product = 1;
  for (;;) {
    const bool hex = text.starts_with("0x");
    if (hex) text.remove_prefix(2);
    std::int64_t factor = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, factor, hex ? 16 : 10);
    product *= factor;
    if (error != std::errc{} || rest == end || *rest != '*') return product;
    text = {rest + 1, end};
  }
}

// The three values of tcp_rmem and tcp_wmem, or one number in the last place.
std::int64_t last_number(std::string_view text) {
  const std::size_t begin = text.find_last_of(" \t,");
  return number_in(begin == std::string_view::npos ? text : text.substr(begin + 1));
}

std::int64_t second_number(std::string_view text) {
  const std::size_t begin = text.find_first_of(" \t,");
  if (begin == std::string_view::npos) return last_number(text);
  const std::string_view rest = text.substr(begin + 1);
  return last_number(rest.substr(0, rest.find_first_of(" \t,")));
}

std::optional<std::string> name_of(std::string word) {
  std::ranges::replace(word, '/', '.');
  for (const std::string_view prefix : {".proc.sys.net.ipv4.", "net.ipv4."}) {
    if (word.starts_with(prefix)) return word.substr(prefix.size());
  }
  return std::nullopt;
}

// Words as a shell would cut them; quotes keep blanks together and are taken off.
std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result(1);
  char quote = 0;
  for (const char c : text) {
    if (quote == 0 ? c == '"' || c == '\'' : c == quote) {
      quote = quote == 0 ? c : '\0';
    } else if (quote == 0 && kBlanks.contains(c)) {
      if (!result.back().empty()) result.emplace_back();
    } else {
      result.back().push_back(c);
    }
  }
  return result;
}

using Change = std::function<void(Profile&, std::string_view)>;

// A switch of the connection's own.
Change flag(bool tcp::Config::* member) {
  return [member](Profile& profile, std::string_view value) {
    profile.tcp.*member = last_number(value) != 0;
  };
}

Change number(int tcp::Config::* member) {
  return [member](Profile& profile, std::string_view value) {
    profile.tcp.*member = static_cast<int>(last_number(value));
  };
}

void choose_controller(Profile& profile, std::string_view name) {
  using enum congestion::Algorithm;
  if (name == "reno") profile.tcp.congestion = NewReno;
  if (name == "cubic") profile.tcp.congestion = Cubic;
  if (name == "bbr") profile.tcp.congestion = Bbr;
}

Change seconds(Duration tcp::Config::* member) {
  return [member](Profile& profile, std::string_view value) {
    profile.tcp.*member = std::chrono::seconds(last_number(value));
  };
}

void choose_recovery(Profile& profile, std::string_view value) {
  profile.tcp.recovery = (last_number(value) & 1) != 0 ? tcp::Recovery::Rack : tcp::Recovery::Sack;
}

// Linux advertises half of the default buffer at first and gives a socket all of the send buffer.
void size_receive_buffer(Profile& profile, std::string_view value) {
  profile.tcp.receive_buffer = ByteCount{std::max<std::int64_t>(second_number(value), 4096) / 2};
}

void size_send_buffer(Profile& profile, std::string_view value) {
  profile.tcp.send_buffer = ByteCount{std::max<std::int64_t>(last_number(value), 4096)};
}

void choose_ecn(Profile& profile, std::string_view value) {
  constexpr std::int64_t kOnlyWhenAsked = 2;
  profile.tcp.ecn = last_number(value) != 0;
  profile.asks_for_ecn = last_number(value) != kOnlyWhenAsked;
}

void limit_unsent(Profile& profile, std::string_view value) {
  profile.unsent_limit = last_number(value);
}

void limit_syn_acks(Profile& profile, std::string_view value) {
  profile.syn_ack_retries = static_cast<int>(last_number(value));
}

void allow_fast_open(Profile& profile, std::string_view value) {
  constexpr std::int64_t kClient = 1;
  constexpr std::int64_t kServer = 2;
  constexpr std::int64_t kCookielessClient = 4;
  constexpr std::int64_t kCookielessServer = 0x200;
  constexpr std::int64_t kEveryListener = 0x400;
  profile.fast_open_client = (last_number(value) & kClient) != 0;
  profile.fast_open_server = (last_number(value) & kServer) != 0;
  profile.cookieless_client = (last_number(value) & kCookielessClient) != 0;
  profile.cookieless_server = (last_number(value) & kCookielessServer) != 0;
  profile.fast_open_listeners = (last_number(value) & kEveryListener) != 0;
}

// "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4", one or two of them with a comma between.
void choose_fast_open_keys(Profile& profile, std::string_view value) {
  std::vector<std::uint8_t> bytes;
  for (std::string_view rest = value; !rest.empty();) {
    std::uint32_t word = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), word, 16);
    if (error != std::errc{}) return;
    for (const int shift : {0, 8, 16, 24})
      bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    rest.remove_prefix(std::min(rest.size(), static_cast<std::size_t>(end - rest.data()) + 1));
  }
  profile.fast_open_keys = fast_open_keys(bytes);
}

const std::unordered_map<std::string_view, Change>& changes() {
  static const std::unordered_map<std::string_view, Change> kChanges{
      {"tcp_timestamps", flag(&tcp::Config::timestamps)},
      {"tcp_sack", flag(&tcp::Config::sack)},
      {"tcp_window_scaling", flag(&tcp::Config::window_scaling)},
      {"tcp_slow_start_after_idle", flag(&tcp::Config::idle_restart)},
      {"tcp_frto", flag(&tcp::Config::forward_rto)},
      {"tcp_early_retrans", flag(&tcp::Config::tail_loss_probe)},
      {"tcp_syn_retries", number(&tcp::Config::max_syn_retries)},
      {"tcp_notsent_lowat", limit_unsent},
      {"tcp_synack_retries", limit_syn_acks},
      {"tcp_syn_linear_timeouts", number(&tcp::Config::linear_syn_retries)},
      {"tcp_retries2", number(&tcp::Config::max_retries)},
      {"tcp_ecn", choose_ecn},
      {"tcp_fastopen", allow_fast_open},
      {"tcp_fastopen_key", choose_fast_open_keys},
      {"tcp_keepalive_probes", number(&tcp::Config::keep_alive_probes)},
      {"tcp_keepalive_time", seconds(&tcp::Config::keep_alive_idle)},
      {"tcp_keepalive_intvl", seconds(&tcp::Config::keep_alive_interval)},
      {"tcp_fin_timeout", seconds(&tcp::Config::fin_wait_timeout)},
      {"tcp_recovery", choose_recovery},
      {"tcp_congestion_control", choose_controller},
      {"tcp_rmem", size_receive_buffer},
      {"tcp_wmem", size_send_buffer},
  };
  return kChanges;
}

}  // namespace

std::vector<Sysctl> find_sysctls(std::string_view text) {
  std::vector<Sysctl> result;
  const std::vector<std::string> all = words(text);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t equals = all[i].find('=');
    const auto name = name_of(all[i].substr(0, equals));
    if (!name) continue;
    if (equals != std::string::npos) {
      result.push_back({*name, all[i].substr(equals + 1)});
    } else if (i >= 2 && all[i - 1] == ">") {
      result.push_back({*name, all[i - 2]});
    }
  }
  return result;
}

std::string text_of_command(std::string_view command) {
  for (const std::string& word : words(command)) {
    if (!word.ends_with(".sh")) continue;
    std::ifstream file(word);
    if (!file) break;
    std::string text(std::istreambuf_iterator<char>(file), {});
    // What follows it on the command line has the last word.
    return text + "\n" + std::string(command);
  }
  return std::string(command);
}

bool flushes_metrics(std::string_view command) {
  return command.contains("tcp_metrics flush") || command.contains("tcp_fastopen_cookies");
}

bool apply(const Sysctl& sysctl, Profile& profile) {
  const auto change = changes().find(sysctl.name);
  if (change == changes().end()) return false;
  change->second(profile, sysctl.value);
  return true;
}

}  // namespace inflight::packetdrill
