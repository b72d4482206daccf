#include "packetdrill/profile.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace inflight::packetdrill {
namespace {

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Profile> named(std::string_view name) {
  if (name == "rfc") return rfc_profile();
  if (name == "linux") return linux_profile();
  if (name == "freebsd") return freebsd_profile();
  return std::nullopt;
}

std::optional<congestion::HystartKind> hystart_named(std::string_view name) {
  using enum congestion::HystartKind;
  if (name == "off") return Off;
  if (name == "linux") return Linux;
  if (name == "gvisor") return Gvisor;
  if (name == "plusplus") return PlusPlus;
  return std::nullopt;
}

// False if the key is unknown or the value makes no sense.
bool apply(std::string_view key, std::string_view value, Profile& profile) {
  // RFC 791 and RFC 8200.
  constexpr std::int64_t kSmallestMtu = 68;
  constexpr std::int64_t kSmallestMtuV6 = 1280;
  constexpr std::int64_t kLargestMtu = 65535;
  if (key == "log") {
    profile.log = value;
    return true;
  }
  if (key == "hystart") {
    const auto kind = hystart_named(value);
    if (kind) profile.tcp.hystart = *kind;
    return kind.has_value();
  }
  const auto number = parse_number(value);
  if (!number || *number < 0) return false;
  if (key == "seed") {
    profile.seed = static_cast<std::uint64_t>(*number);
  } else if (key == "mtu" && *number >= kSmallestMtu && *number <= kLargestMtu) {
    profile.mtu_v4 = *number;
    profile.mtu_v6 = std::max(*number, kSmallestMtuV6);
  } else {
    return false;
  }
  return true;
}

}  // namespace

Profile rfc_profile() {
  Profile profile;
  tcp::Config& tcp = profile.tcp;
  // RFC 6298 §2.4.
  tcp.min_rto = 1s;
  // RFC 9293 SHLD-7.
  tcp.nagle = tcp::Nagle::Plain;
  return profile;
}

Profile linux_profile() {
  Profile profile;
  profile.queues_before_connected = false;
  // tcp_fastopen=1.
  profile.fast_open_server = false;
  profile.stack.remembers_fast_open_refusals = false;
  // tcp_ecn=2.
  profile.tcp.ecn = true;
  profile.asks_for_ecn = false;
  tcp::Config& tcp = profile.tcp;
  tcp.nagle = tcp::Nagle::Minshall;
  tcp.quick_acks = 16;
  tcp.lazy_window_updates = true;
  tcp.takes_missing_timestamps = true;
  tcp.full_resets = true;
  tcp.checks_handshake_echo = true;
  tcp.drops_crossed_text = true;
  tcp.fin_ends_reports = true;
  tcp.reads_send_acks = true;
  tcp.attempt_ends = tcp::AttemptEnds::OnAnyError;
  tcp.min_rto_above_rtt = true;
  tcp.empty_probes = true;
  tcp.loss_share_of_window = true;
  // Half of tcp_rmem's second and third value.
  tcp.receive_buffer = ByteCount{65'536};
  tcp.receive_buffer_max = ByteCount{8 * 1024 * 1024};
  tcp.receive_auto_tuning = true;
  tcp.hystart = congestion::HystartKind::Linux;
  tcp.hystart_rounds_from_gate = true;
  tcp.whole_segments = true;
  tcp.restart_halves = true;
  tcp.answers_unsent_acks = false;
  tcp.unpaced_segments = 10;
  tcp.push = tcp::PushPolicy::WritesAndBursts;
  tcp.max_syn_retries = 6;
  profile.syn_ack_retries = 5;
  tcp.linear_syn_retries = 4;
  tcp.idle_restart = false;
  tcp.path_mtu_limits_announced_mss = true;
  profile.set_buffer_sets_scale = true;
  profile.stack.spares_fast_open = false;
  profile.stack.checks_quoted_length = false;
  profile.stack.asks_experimentally = true;
  return profile;
}

Profile freebsd_profile() {
  Profile profile;
  profile.doubles_buffers = false;
  profile.sendto_connects = true;
  profile.fast_open_server = false;
  profile.reset_after_fin_is_pipe = false;
  profile.ended_attempts_are_refused = true;
  profile.asks_for_ecn = false;
  tcp::Config& tcp = profile.tcp;
  tcp.nagle = tcp::Nagle::Plain;
  tcp.option_order = wire::OptionOrder::FreeBsd;
  tcp.recovery = tcp::Recovery::Sack;
  tcp.forward_rto = false;
  tcp.min_rto = 30ms;
  tcp.rto_slop = 200ms;
  tcp.max_rto = 64s;
  // net.inet.tcp.recvspace, sendspace, kern.ipc.maxsockbuf.
  tcp.receive_buffer = ByteCount{65536};
  tcp.send_buffer = ByteCount{32768};
  tcp.window_scale_for = ByteCount{2 * 1024 * 1024};
  tcp.whole_segment_buffers = true;
  tcp.window_is_room = true;
  tcp.acks_repeat_fin = true;
  tcp.unread_data_resets = false;
  tcp.ignores_fin_of_syn = true;
  tcp.time_wait_ignores_syns = true;
  tcp.attempt_ends = tcp::AttemptEnds::OnBan;
  profile.mtu_v6 = 1500;
  tcp.ecn = true;
  tcp.ecn_syn_retries = 1;
  tcp.cwr_on_retransmissions = true;
  tcp.max_syn_retries = 12;
  tcp.max_retries = 12;
  tcp.keep_alive_probes = 8;
  return profile;
}

std::vector<SipKey> fast_open_keys(Bytes bytes) {
  std::vector<SipKey> keys;
  ByteReader reader(bytes);
  while (reader.remaining() >= 2 * sizeof(std::uint64_t)) {
    const std::uint64_t first = reader.u64le();
    keys.push_back({first, reader.u64le()});
  }
  return keys;
}

std::expected<Profile, std::string> parse_profile(std::string_view flags) {
  // The profile first, wherever it stands: it is what the others change.
  Profile profile = rfc_profile();
  for (const bool profiles : {true, false}) {
    for (std::string_view rest = flags; !rest.empty();) {
      const std::string_view item = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), item.size() + 1));
      const std::size_t equals = item.find('=');
      const std::string_view key = item.substr(0, equals);
      const std::string_view value =
          equals == std::string_view::npos ? "" : item.substr(equals + 1);
      if (item.empty() || (key == "profile") != profiles) continue;
      if (profiles) {
        const auto chosen = named(value);
        if (!chosen) return std::unexpected("no such profile: " + std::string(value));
        profile = *chosen;
      } else if (!apply(key, value, profile)) {
        return std::unexpected("cannot use \"" + std::string(item) + "\"");
      }
    }
  }
  return profile;
}

}  // namespace inflight::packetdrill
