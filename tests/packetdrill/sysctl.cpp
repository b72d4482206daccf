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
  // BSD's keep their whole names.
  if (word.starts_with("net.inet.") || word.starts_with("kern.ipc.")) return word;
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

// A switch that turns one of the connection's own off.
Change inverse_flag(bool tcp::Config::* member) {
  return [member](Profile& profile, std::string_view value) {
    profile.tcp.*member = last_number(value) == 0;
  };
}

Change bytes(ByteCount tcp::Config::* member) {
  return [member](Profile& profile, std::string_view value) {
    profile.tcp.*member = ByteCount{last_number(value)};
  };
}

Change milliseconds(Duration tcp::Config::* member) {
  return [member](Profile& profile, std::string_view value) {
    profile.tcp.*member = std::chrono::milliseconds(last_number(value));
  };
}

Change number(int tcp::Config::* member) {
  return [member](Profile& profile, std::string_view value) {
    profile.tcp.*member = static_cast<int>(last_number(value));
  };
}

void choose_controller(Profile& profile, std::string_view name) {
  using enum congestion::Algorithm;
  if (name == "reno" || name == "newreno") profile.tcp.congestion = NewReno;
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

// Linux advertises half of the default buffer at first, scales for the largest, and gives a socket
// all of the send buffer.
void size_receive_buffer(Profile& profile, std::string_view value) {
  profile.tcp.receive_buffer = ByteCount{std::max<std::int64_t>(second_number(value), 4096) / 2};
  profile.tcp.window_scale_for = ByteCount{last_number(value)};
}

// The third value is what auto-tuning may reach, of which half is for data, and what the window
// scale is chosen for.
void limit_receive_buffer(Profile& profile, std::string_view value) {
  size_receive_buffer(profile, value);
  if (value.find_first_of(" \t,") == std::string_view::npos) return;
  profile.tcp.window_scale_for = ByteCount{last_number(value)};
  profile.tcp.receive_buffer_max = ByteCount{last_number(value) / 2};
}

void size_send_buffer(Profile& profile, std::string_view value) {
  profile.tcp.send_buffer = ByteCount{std::max<std::int64_t>(last_number(value), 4096)};
}

void choose_ecn(Profile& profile, std::string_view value) {
  constexpr std::int64_t kOnlyWhenAsked = 2;
  profile.tcp.ecn = last_number(value) != 0;
  profile.asks_for_ecn = last_number(value) != kOnlyWhenAsked;
}

// 1: both, 2: window scaling, 3: timestamps.
void switch_rfc1323(Profile& profile, std::string_view value) {
  const std::int64_t mode = last_number(value);
  profile.tcp.window_scaling = mode == 1 || mode == 2;
  profile.tcp.timestamps = mode == 1 || mode == 3;
}

void trust_icmp(Profile& profile, std::string_view value) {
  profile.tcp.attempt_ends =
      last_number(value) != 0 ? tcp::AttemptEnds::OnBan : tcp::AttemptEnds::OnNone;
}

void drop_syn_options(Profile& profile, std::string_view value) {
  constexpr int kKept = 2;
  constexpr int kAll = 255;
  profile.tcp.syn_retries_with_options = last_number(value) != 0 ? kKept : kAll;
}

void choose_smallest_burst(Profile& profile, std::string_view value) {
  profile.tcp.smallest_burst =
      static_cast<std::uint8_t>(std::clamp<std::int64_t>(last_number(value), 1, 255));
}

// Linux leaves pacing to that queue.
void choose_queue(Profile& profile, std::string_view kind) { profile.tcp.pacing = kind == "fq"; }

void limit_timeouts(Profile& profile, std::string_view value) {
  profile.tcp.max_rto = std::chrono::milliseconds(last_number(value));
}

void choose_mtu_probing(Profile& profile, std::string_view value) {
  using enum tcp::MtuProbing;
  const std::int64_t choice = last_number(value);
  profile.tcp.mtu_probing = choice <= 0 ? Off : choice == 1 ? BlackHole : Always;
}

void limit_unsent(Profile& profile, std::string_view value) {
  profile.unsent_limit = last_number(value);
}

void limit_syn_acks(Profile& profile, std::string_view value) {
  profile.syn_ack_retries = static_cast<int>(last_number(value));
}

void initial_window(Profile& profile, std::string_view value) {
  profile.tcp.initial_window = last_number(value);
}

// TIME-WAIT is two of them.
void double_segment_lifetime(Profile& profile, std::string_view value) {
  profile.tcp.time_wait = 2 * std::chrono::milliseconds(last_number(value));
}

void allow_fast_open_client(Profile& profile, std::string_view value) {
  profile.fast_open_client = last_number(value) != 0;
}

void allow_fast_open_server(Profile& profile, std::string_view value) {
  profile.fast_open_server = last_number(value) != 0;
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
      {"tcp_dsack", flag(&tcp::Config::duplicate_reports)},
      {"tcp_window_scaling", flag(&tcp::Config::window_scaling)},
      {"tcp_slow_start_after_idle", flag(&tcp::Config::idle_restart)},
      {"tcp_frto", flag(&tcp::Config::forward_rto)},
      {"tcp_early_retrans", flag(&tcp::Config::tail_loss_probe)},
      {"tcp_syn_retries", number(&tcp::Config::max_syn_retries)},
      {"tcp_notsent_lowat", limit_unsent},
      {"tcp_min_tso_segs", choose_smallest_burst},
      {"tcp_rto_max_ms", limit_timeouts},
      {"qdisc", choose_queue},
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
      {"tcp_mtu_probing", choose_mtu_probing},
      {"tcp_base_mss", bytes(&tcp::Config::base_mss)},
      {"tcp_mtu_probe_floor", bytes(&tcp::Config::mtu_probe_floor)},
      {"tcp_rmem", limit_receive_buffer},
      {"tcp_wmem", size_send_buffer},
  };
  return kChanges;
}

// FreeBSD's; times are milliseconds.
const std::unordered_map<std::string_view, Change>& bsd_changes() {
  static const std::unordered_map<std::string_view, Change> kChanges{
      {"net.inet.tcp.rfc1323", switch_rfc1323},
      {"net.inet.tcp.sack.enable", flag(&tcp::Config::sack)},
      {"net.inet.tcp.ecn.enable", choose_ecn},
      {"net.inet.tcp.ecn.maxretries", number(&tcp::Config::ecn_syn_retries)},
      {"net.inet.tcp.delayed_ack", flag(&tcp::Config::delayed_ack)},
      {"net.inet.tcp.delacktime", milliseconds(&tcp::Config::ack_delay)},
      {"net.inet.tcp.initcwnd_segments", initial_window},
      {"net.inet.tcp.rexmit_initial", milliseconds(&tcp::Config::initial_rto)},
      {"net.inet.tcp.rexmit_min", milliseconds(&tcp::Config::min_rto)},
      {"net.inet.tcp.rexmit_slop", milliseconds(&tcp::Config::rto_slop)},
      {"net.inet.tcp.rexmit_drop_options", drop_syn_options},
      {"net.inet.tcp.do_prr", flag(&tcp::Config::rate_reduction)},
      {"net.inet.tcp.retries", number(&tcp::Config::max_retries)},
      {"net.inet.tcp.keepidle", milliseconds(&tcp::Config::keep_alive_idle)},
      {"net.inet.tcp.keepintvl", milliseconds(&tcp::Config::keep_alive_interval)},
      {"net.inet.tcp.keepcnt", number(&tcp::Config::keep_alive_probes)},
      {"net.inet.tcp.always_keepalive", flag(&tcp::Config::keep_alive)},
      {"net.inet.tcp.finwait2_timeout", milliseconds(&tcp::Config::fin_wait_timeout)},
      {"net.inet.tcp.msl", double_segment_lifetime},
      {"net.inet.tcp.sendspace", bytes(&tcp::Config::send_buffer)},
      {"net.inet.tcp.recvspace", bytes(&tcp::Config::receive_buffer)},
      {"net.inet.tcp.insecure_rst", inverse_flag(&tcp::Config::challenges_resets)},
      {"net.inet.tcp.insecure_syn", inverse_flag(&tcp::Config::challenges_syns)},
      {"net.inet.tcp.drop_synfin", flag(&tcp::Config::drops_syn_fin)},
      {"net.inet.tcp.icmp_may_rst", trust_icmp},
      {"net.inet.tcp.fastopen.client_enable", allow_fast_open_client},
      {"net.inet.tcp.fastopen.server_enable", allow_fast_open_server},
      {"net.inet.tcp.cc.algorithm", choose_controller},
      {"kern.ipc.maxsockbuf", bytes(&tcp::Config::window_scale_for)},
  };
  return kChanges;
}

}  // namespace

std::vector<Sysctl> find_sysctls(std::string_view text) {
  std::vector<Sysctl> result;
  const std::vector<std::string> all = words(text);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 1 && all[i - 1] == "root" && std::ranges::find(all, "qdisc") != all.end()) {
      result.push_back({"qdisc", all[i]});
      continue;
    }
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
  for (const auto* table : {&changes(), &bsd_changes()}) {
    const auto change = table->find(sysctl.name);
    if (change == table->end()) continue;
    change->second(profile, sysctl.value);
    return true;
  }
  return false;
}

}  // namespace inflight::packetdrill
