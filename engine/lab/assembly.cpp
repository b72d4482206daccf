#include "lab/assembly.h"

#include <algorithm>
#include <utility>

namespace inflight::lab {
namespace {

constexpr std::int64_t kTcpHeader = 20;
constexpr std::uint16_t kTunnelPort = 51820;

wire::IpAddress v6(std::uint16_t first, std::uint16_t second, std::uint8_t last) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[0] = static_cast<std::uint8_t>(first >> 8);
  bytes[1] = static_cast<std::uint8_t>(first);
  bytes[2] = static_cast<std::uint8_t>(second >> 8);
  bytes[3] = static_cast<std::uint8_t>(second);
  bytes[15] = last;
  return wire::IpAddress::from_bytes(bytes);
}

std::uint8_t number(Side side) { return side == Side::Sender ? 1 : 2; }
Side other(Side side) { return side == Side::Sender ? Side::Receiver : Side::Sender; }

struct Keys {
  tunnel::PrivateKey own;
  tunnel::PublicKey peer;
};

std::unique_ptr<tunnel::Tunnel> make_tunnel(const Scenario& scenario, Side side, const Keys& keys,
                                            wire::PacketPool& pool, const Random& random) {
  tunnel::Config config;
  config.private_key = keys.own;
  config.mtu = static_cast<std::size_t>(scenario.tunnel.mtu);
  config.epoch = kEpoch;
  const wire::IpAddress peer = inner_address(scenario, other(side));
  config.peers.push_back({.key = keys.peer,
                          .preshared = std::nullopt,
                          .allowed_ips = {wire::Prefix{peer, peer.bit_length()}},
                          .endpoint = outer_endpoint(scenario, other(side))});
  auto source = std::make_unique<tunnel::SeededKeySource>(
      random.fork(side == Side::Sender ? "sender tunnel" : "receiver tunnel"));
  auto made = tunnel::make_tunnel(std::move(config), std::move(source), pool, Instant{});
  CHECK(made.has_value());
  return std::move(*made);
}

}  // namespace

wire::IpAddress inner_address(const Scenario& scenario, Side side) {
  if (scenario.tcp.ipv6) return v6(0xfd69, 0x6e66, number(side));
  return wire::IpAddress::v4(10, 66, 0, number(side));
}

wire::Endpoint outer_endpoint(const Scenario&, Side side) {
  // RFC 5737: addresses for documentation.
  return {wire::IpAddress::v4(192, 0, 2, number(side)), kTunnelPort};
}

tcp::Config tcp_config(const Scenario& scenario, Side side) {
  const std::int64_t mtu = scenario.tunnel.enabled ? scenario.tunnel.mtu : scenario.path.mtu;
  const auto ip_header = static_cast<std::int64_t>(
      wire::ip_header_size(scenario.tcp.ipv6 ? wire::IpVersion::V6 : wire::IpVersion::V4));
  tcp::Config config;
  config.mss = ByteCount{std::min(scenario.tcp.mss.value_or(mtu), mtu - ip_header - kTcpHeader)};
  config.window_scaling = scenario.tcp.window_scaling;
  config.timestamps = scenario.tcp.timestamps;
  config.ecn = scenario.tcp.ecn;
  config.fast_open = scenario.tcp.fast_open;
  config.mtu_probing = scenario.tcp.mtu_probing;
  config.min_rto = scenario.tcp.min_rto;
  config.user_timeout = scenario.tcp.user_timeout;
  config.keep_alive = scenario.tcp.keep_alive > Duration{};
  config.keep_alive_idle = scenario.tcp.keep_alive;
  config.recovery = scenario.sender.recovery;
  config.sack = config.recovery != tcp::Recovery::NewReno;
  config.rate_reduction = scenario.sender.rate_reduction;
  config.forward_rto = scenario.sender.forward_rto;
  config.undo = scenario.sender.undo;
  config.pacing = scenario.sender.pacing;
  config.window_validation = scenario.sender.window_validation;
  config.congestion = scenario.sender.congestion;
  config.hystart = scenario.sender.hystart;
  config.initial_window = scenario.sender.initial_window;
  config.slow_start_limit = static_cast<int>(scenario.sender.slow_start_limit);
  config.idle_restart = scenario.sender.idle_restart;
  config.send_buffer = scenario.sender.send_buffer;
  config.send_auto_tuning = scenario.sender.auto_tuning;
  config.send_buffer_max = scenario.sender.buffer_max;
  config.nagle = scenario.sender.nagle;
  config.delayed_ack = scenario.receiver.delayed_ack;
  config.quick_acks = static_cast<int>(scenario.receiver.quick_acks);
  if (side == Side::Receiver) {
    config.receive_buffer = scenario.receiver.receive_buffer;
    config.receive_auto_tuning = scenario.receiver.auto_tuning;
    config.receive_buffer_max = scenario.receiver.buffer_max;
    config.window_share = scenario.receiver.window_share;
  }
  return config;
}

path::PathConfig path_config(const Scenario& scenario, Side from) {
  const PathSettings& settings = scenario.path;
  path::PathConfig config;
  config.rate = from == Side::Receiver ? settings.rate_back.value_or(settings.rate) : settings.rate;
  config.queue = {.discipline = settings.discipline,
                  .room = settings.queue,
                  .codel = {settings.codel_target, settings.codel_interval},
                  .mark_threshold = settings.mark_threshold};
  if (settings.policer) config.policer = {*settings.policer, settings.policer_burst};
  config.delay = from == Side::Sender ? settings.rtt / 2 : settings.rtt - settings.rtt / 2;
  config.jitter = settings.jitter;
  config.loss = settings.loss;
  config.burst_share = settings.loss_burst.share;
  config.burst_mean_packets =
      static_cast<double>(std::max<std::int64_t>(1, settings.loss_burst.mean_packets));
  config.reorder = settings.reorder;
  config.reorder_delay = settings.reorder_delay;
  config.duplicate = settings.duplicate;
  config.mtu = ByteCount{settings.mtu};
  return config;
}

DataRate rate_let_through(const Scenario& scenario) {
  return std::min(scenario.path.rate, scenario.path.policer.value_or(scenario.path.rate));
}

host::OutboundConfig outbound_config(const Scenario& scenario) {
  return {.length = scenario.outbound_queue.length,
          .policy = scenario.outbound_queue.backpressure ? host::OutboundPolicy::Backpressure
                                                         : host::OutboundPolicy::Drop};
}

Side connecting_side(const Scenario& scenario) {
  return scenario.workload.kind == WorkloadKind::RequestResponse ? Side::Receiver : Side::Sender;
}

namespace {

// Fast Open needs the cookie of an earlier connection: the connecting side begins with it.
void remember_earlier_connection(const Scenario& scenario, HostPair& hosts) {
  const Side side = connecting_side(scenario);
  const bool sending = side == Side::Sender;
  stack::Stack& client = (sending ? hosts.sender : hosts.receiver)->stack();
  const stack::Stack& server = (sending ? hosts.receiver : hosts.sender)->stack();
  client.learn_fast_open(inner_address(scenario, other(side)),
                         server.fast_open_cookie(inner_address(scenario, side), Instant{}),
                         tcp_config(scenario, other(side)).mss, Instant{});
}

}  // namespace

HostPair make_hosts(const Scenario& scenario, wire::PacketPool& pool, const Random& random) {
  tunnel::SeededKeySource identities(random.fork("identities"));
  const tunnel::PrivateKey sender_key = identities.private_key();
  const tunnel::PrivateKey receiver_key = identities.private_key();
  const auto make = [&](Side side) {
    const bool sending = side == Side::Sender;
    const Keys keys{sending ? sender_key : receiver_key,
                    tunnel::public_key(sending ? receiver_key : sender_key)};
    host::Config config;
    config.stack.addresses = {inner_address(scenario, side)};
    config.outbound = outbound_config(scenario);
    config.sealing_rate = scenario.tunnel.rate;
    return std::make_unique<host::Host>(
        config, scenario.tunnel.enabled ? make_tunnel(scenario, side, keys, pool, random) : nullptr,
        pool, random.fork(sending ? "sender host" : "receiver host"));
  };
  HostPair hosts{make(Side::Sender), make(Side::Receiver)};
  if (scenario.tcp.fast_open) remember_earlier_connection(scenario, hosts);
  return hosts;
}

std::unique_ptr<host::Application> make_application(const Scenario& scenario, Side side,
                                                    const host::Payload& payload) {
  const WorkloadSettings& work = scenario.workload;
  const tcp::Config config = tcp_config(scenario, side);
  const wire::Endpoint remote{inner_address(scenario, other(side)), kPort};
  if (work.kind == WorkloadKind::RequestResponse) {
    const host::TurnsOptions turns{work.request, work.bytes, work.turns, work.pause};
    return side == Side::Receiver ? host::make_requester(config, remote, turns, payload)
                                  : host::make_responder(config, kPort, turns, payload);
  }
  if (side == Side::Receiver) {
    return host::make_reader(config, kPort, scenario.receiver.read_rate, payload);
  }
  host::BulkOptions bulk;
  if (work.kind != WorkloadKind::Bulk) bulk.bytes = work.bytes;
  if (work.kind == WorkloadKind::IdleBurst) {
    bulk.bursts = work.turns;
    bulk.pause = work.pause;
  }
  return host::make_bulk_sender(config, remote, bulk, payload);
}

}  // namespace inflight::lab
