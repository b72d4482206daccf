// The loop of a run: what is due happens, the applications run, the stacks send, the rules are
// checked, and time moves on to the next event.
#include "campaign/simulation.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "wire/ip.h"

namespace inflight::campaign {
namespace {

constexpr std::uint16_t kFirstServerPort = 1000;
// A connection whose peer is gone may wait for ever: its user has this much patience.
constexpr Duration kWidowPatience = 200s;
// From the last connection's end to an empty stack: TIME-WAIT and half-open connections.
constexpr Duration kForgetting = 1200s;
constexpr std::int64_t kMostSteps = 400'000;
constexpr int kMostPacketsAtOnce = 20'000;
// Shown with a failure.
constexpr std::size_t kRecords = 24;

wire::IpAddress address_of(Side side, bool ipv6) {
  const std::uint8_t last = side == Side::Client ? 1 : 2;
  if (!ipv6) return wire::IpAddress::v4(10, 0, 0, last);
  std::array<std::uint8_t, 16> bytes{0xfd};
  bytes[15] = last;
  return wire::IpAddress::from_bytes(bytes);
}

// RFC 1071, as plainly as it can be said: independent of the stack's own.
bool sums_to_zero(const wire::IpHeader& ip, Bytes segment) {
  std::uint64_t sum = ip.protocol + segment.size();
  const auto add = [&sum](Bytes bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i)
      sum += i % 2 == 0 ? std::uint64_t{bytes[i]} << 8 : bytes[i];
  };
  add(ip.source.bytes());
  add(ip.destination.bytes());
  add(segment);
  return sum % 0xffff == 0;
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
  return std::rotl(hash, 29);
}

}  // namespace

Simulation::Simulation(const Plan& plan, bool pokes)
    : plan_(plan),
      pokes_(pokes),
      random_(plan.seed),
      poke_random_(random_.fork("pokes")),
      network_(plan.weather[0].there, plan.weather[0].back, random_.fork("network"), pool_),
      adversary_(random_, pool_) {
  for (const Side side : {Side::Client, Side::Server}) {
    stack::Config config;
    config.addresses = {address_of(side, plan.ipv6)};
    stacks_[index(side)] = std::make_unique<stack::Stack>(
        config, pool_, random_.fork(side == Side::Client ? "client" : "server"));
  }
  std::uint16_t port = kFirstServerPort;
  for (const FlowPlan& flow : plan.flows) {
    stack(Side::Server).listen(port, flow.server_config);
    const CodedStream up(2ULL * port);
    const CodedStream down(2ULL * port + 1);
    flows_.push_back(
        {.plan = &flow,
         .client = {},
         .server = {address_of(Side::Server, plan.ipv6), port++},
         .ends = {
             End{{}, Application(flow.client, up, down, start_), Witness(flow.client_config, up)},
             End{{},
                 Application(flow.server, down, up, start_),
                 Witness(flow.server_config, down)}}});
  }
  if (plan.attack_every) next_attack_ = start_ + *plan.attack_every;
}

Result Simulation::run() {
  std::int64_t steps = 0;
  const auto all_over = [this] { return std::ranges::all_of(flows_, &Flow::over); };
  while (findings_.none()) {
    step();
    findings_.require(++steps < kMostSteps, "a run does not spin", now_);
    findings_.require(all_over() || now_ < start_ + plan_.over_by,
                      "every connection is over in time", now_);
    findings_.require(now_ < start_ + plan_.over_by + kForgetting, "every connection is forgotten",
                      now_);
    if (finished()) break;
    const Instant next = next_event();
    findings_.require(next != kNever, "something is due as long as something is left", now_);
    if (next == kNever) break;
    if (pokes_) poke(next);
    now_ = std::max(now_, next);
  }
  findings_.require(!findings_.none() || pool_.outstanding() == 0, "no packet is left", now_);
  result_.virtual_time = now_ - start_;
  return result_;
}

bool Simulation::finished() const {
  return std::ranges::all_of(flows_, &Flow::over) && stack(Side::Client).connections() == 0 &&
         stack(Side::Server).connections() == 0 && network_.next_departure() == kNever;
}

void Simulation::step() {
  make_weather();
  for (Flow& flow : flows_) {
    if (!flow.opened && start_ + flow.plan->opens_at <= now_) open(flow);
    change_settings(flow);
  }
  if (next_attack_ <= now_) attack();
  for (const Side side : {Side::Client, Side::Server}) {
    deliver(side);
    stack(side).handle_timeout(now_);
  }
  accept();
  for (Flow& flow : flows_) run_applications(flow);
  send(Side::Client);
  send(Side::Server);
  for (Flow& flow : flows_) {
    check(flow, Side::Client);
    check(flow, Side::Server);
    finish(flow);
  }
  // What finishing a connection made it send.
  send(Side::Client);
  send(Side::Server);
}

void Simulation::make_weather() {
  while (next_weather_ < plan_.weather.size() && start_ + plan_.weather[next_weather_].at <= now_) {
    const WeatherChange& change = plan_.weather[next_weather_++];
    network_.set(change.there, change.back, now_);
  }
}

void Simulation::open(Flow& flow) {
  flow.opened = true;
  const auto handle =
      stack(Side::Client).connect(flow.plan->client_config, flow.server, now_).value();
  flow.end(Side::Client).handle = handle;
  flow.client = stack(Side::Client).local(handle);
}

void Simulation::change_settings(Flow& flow) {
  const auto& changes = flow.plan->changes;
  while (flow.next_change < changes.size() && start_ + changes[flow.next_change].at <= now_) {
    const SettingsChange& change = changes[flow.next_change++];
    const Side side = change.client ? Side::Client : Side::Server;
    End& end = flow.end(side);
    tcp::Connection* connection = end.handle ? stack(side).find(*end.handle) : nullptr;
    if (connection == nullptr) continue;
    connection->reconfigure(change.config);
    // What a shorter time has made due by now.
    connection->handle_timeout(now_);
    end.witness.on_reconfigured(change.config);
  }
}

void Simulation::attack() {
  next_attack_ = now_ + *plan_.attack_every;
  for (Flow& flow : flows_) {
    if (flow.over) continue;
    const auto drawn = static_cast<Attack>(random_.below(kAttacks));
    const Attack attack = plan_.attack.value_or(drawn);
    const bool listens = attack == Attack::SynFlood;
    const Side victim = listens || random_.chance(0.5) ? Side::Server : Side::Client;
    if (!flow.end(victim).witness.synchronized() || !flow.end(other(victim)).witness.synchronized())
      continue;
    const bool to_client = victim == Side::Client;
    auto packet =
        adversary_.forge(attack, flow.end(victim).witness, to_client ? flow.server : flow.client,
                         to_client ? flow.client : flow.server);
    if (!packet) continue;
    ++result_.attacks;
    flow.end(victim).witness.on_forged();
    packet->arrival = now_;
    stack(victim).handle_packet(*packet, now_);
  }
}

void Simulation::deliver(Side to) {
  while (auto arrival = network_.pop(to, now_)) {
    if (!arrival->damaged) {
      const auto ip = wire::parse_ip(arrival->packet.bytes(), wire::Completeness::Complete);
      const auto tcp = wire::parse_tcp(ip->payload, wire::Completeness::Complete);
      record(other(to), true, *tcp);
      if (Flow* flow = flow_of(other(to), ip->header, tcp->header)) {
        End& end = flow->end(to);
        const auto before = snapshot_of(end, to);
        end.witness.on_delivered(*tcp, before ? &*before : nullptr);
      }
    }
    stack(to).handle_packet(arrival->packet, now_);
  }
}

void Simulation::accept() {
  while (const auto handle = stack(Side::Server).accept()) {
    const std::uint16_t port = stack(Side::Server).local(*handle).port;
    Flow& flow = flows_[std::size_t{port} - kFirstServerPort];
    findings_.require(stack(Side::Server).remote(*handle) == flow.client,
                      "a connection is accepted from whom it came", now_);
    flow.end(Side::Server).handle = *handle;
    if (!flow.over) continue;
    stack(Side::Server).find(*handle)->abort();
    stack(Side::Server).release(*handle);
  }
}

// Its TIME-WAIT is over, shorter as it is here than any in use: a FIN that is repeated still meets
// no connection, and a RST (RFC 9293 §3.10.7.1). All had arrived by then.
bool Simulation::outlived_time_wait(Flow& flow, Side side) {
  const End& end = flow.end(side);
  const tcp::Connection* connection = end.handle ? stack(side).find(*end.handle) : nullptr;
  return connection != nullptr && connection->state() == tcp::State::Closed &&
         connection->end_reason() == tcp::EndReason::Finished;
}

void Simulation::run_applications(Flow& flow) {
  if (flow.over) return;
  for (const Side side : {Side::Client, Side::Server}) {
    End& end = flow.end(side);
    tcp::Connection* connection = end.handle ? stack(side).find(*end.handle) : nullptr;
    if (connection == nullptr) continue;
    end.application.run(*connection, findings_, now_);
    const bool reason = flow.plan->may_be_reset || outlived_time_wait(flow, other(side));
    findings_.require(!end.application.was_reset() || reason, "a connection is reset for a reason",
                      now_);
  }
}

void Simulation::finish(Flow& flow) {
  if (flow.over || !flow.opened) return;
  Application& client = flow.end(Side::Client).application;
  Application& server = flow.end(Side::Server).application;
  const bool server_is_there = flow.end(Side::Server).handle.has_value();
  const bool reset = client.was_reset() || server.was_reset();
  if (reset && !flow.widowed) flow.widowed = now_;
  if (flow.widowed && now_ - *flow.widowed > kWidowPatience) {
    for (const Side side : {Side::Client, Side::Server}) {
      End& end = flow.end(side);
      if (end.handle && !end.application.over())
        end.application.abort(*stack(side).find(*end.handle));
    }
  }
  if (!client.over() || (server_is_there ? !server.over() : !reset)) return;
  flow.over = true;
  result_.transfer_time = now_ - start_;
  result_.resets += reset ? 1 : 0;
  findings_.require(reset || (client.bytes_read() == flow.plan->server.total &&
                              server.bytes_read() == flow.plan->client.total),
                    "everything that was written is read", now_);
  for (const Side side : {Side::Client, Side::Server}) {
    if (flow.end(side).handle) stack(side).release(*flow.end(side).handle);
  }
}

void Simulation::send(Side from) {
  int packets = 0;
  while (auto packet = stack(from).poll_packet(now_)) {
    findings_.require(++packets < kMostPacketsAtOnce, "a stack stops sending", now_);
    if (!findings_.none()) return;
    ++result_.packets;
    add_to_hash(from, packet->packet.bytes());
    const auto ip = wire::parse_ip(packet->packet.bytes(), wire::Completeness::Complete);
    findings_.require(ip.has_value(), "an IP packet is well formed", now_);
    if (!ip) return;
    findings_.require(sums_to_zero(ip->header, ip->payload), "a checksum is good", now_);
    const auto tcp = wire::parse_tcp(ip->payload, wire::Completeness::Complete);
    findings_.require(tcp.has_value(), "a segment is well formed", now_);
    if (!tcp) return;
    record(from, false, *tcp);
    if (Flow* flow = flow_of(from, ip->header, tcp->header)) {
      End& end = flow->end(from);
      const auto after = snapshot_of(end, from);
      end.witness.on_sent(*tcp, after ? &*after : nullptr, findings_, now_);
    }
    network_.push(from, std::move(packet->packet), now_);
  }
}

void Simulation::check(Flow& flow, Side side) {
  End& end = flow.end(side);
  const tcp::Connection* connection =
      end.handle ? std::as_const(*this).stack(side).find(*end.handle) : nullptr;
  if (connection == nullptr) return;
  const tcp::Snapshot snapshot = connection->snapshot();
  end.witness.check(snapshot, findings_, now_);
  findings_.require(connection->is_consistent(), "a connection is consistent", now_);
  const bool closed = snapshot.state == tcp::State::Closed;
  findings_.require(
      closed || snapshot.bytes_in_flight <= ByteCount{} || connection->next_timeout() != kNever,
      "a timer runs while something is outstanding", now_);
  findings_.require(connection->next_timeout() > now_, "what is due was done", now_);
}

void Simulation::poke(Instant until) {
  if (until - now_ < 2ns) return;
  const auto room = static_cast<std::uint64_t>((until - now_).count() - 1);
  const Instant between = now_ + Duration{1 + static_cast<std::int64_t>(poke_random_.below(room))};
  for (const Side side : {Side::Client, Side::Server}) {
    stack(side).handle_timeout(between);
    findings_.require(!stack(side).poll_packet(between), "nothing is sent before its time",
                      between);
  }
}

Instant Simulation::next_event() const {
  Instant next = std::min({network_.next_departure(), stack(Side::Client).next_timeout(),
                           stack(Side::Server).next_timeout()});
  const bool over = std::ranges::all_of(flows_, &Flow::over);
  if (!over) next = std::min(next, next_attack_);
  if (next_weather_ < plan_.weather.size())
    next = std::min(next, start_ + plan_.weather[next_weather_].at);
  for (const Flow& flow : flows_) {
    if (flow.over) continue;
    if (!flow.opened) next = std::min(next, start_ + flow.plan->opens_at);
    if (flow.next_change < flow.plan->changes.size())
      next = std::min(next, start_ + flow.plan->changes[flow.next_change].at);
    if (flow.widowed) next = std::min(next, *flow.widowed + kWidowPatience + 1ns);
    for (const End& end : flow.ends) {
      if (end.handle) next = std::min(next, end.application.next_time());
    }
  }
  return next;
}

void Simulation::record(Side sender, bool arrived, const wire::TcpSegmentView& segment) {
  if (records_.size() == kRecords) static_cast<void>(records_.pop_front());
  records_.push_back({now_, sender, arrived, segment.header, segment.payload.size()});
}

void Simulation::add_to_hash(Side from, Bytes packet) {
  std::uint64_t hash = mixed(result_.hash, static_cast<std::uint64_t>(from));
  hash = mixed(hash, static_cast<std::uint64_t>(now_.time_since_epoch().count()));
  for (; packet.size() >= sizeof(std::uint64_t); packet = packet.subspan(sizeof(std::uint64_t))) {
    std::uint64_t word = 0;
    std::memcpy(&word, packet.data(), sizeof(word));
    hash = mixed(hash, word);
  }
  for (const std::uint8_t byte : packet) hash = mixed(hash, byte);
  result_.hash = hash;
  result_.trace.emplace_back(now_, hash);
}

Simulation::Flow* Simulation::flow_of(Side sender, const wire::IpHeader& ip,
                                      const wire::TcpHeader& header) {
  if (ip.source != address_of(sender, plan_.ipv6)) return nullptr;
  if (ip.destination != address_of(other(sender), plan_.ipv6)) return nullptr;
  const bool from_client = sender == Side::Client;
  const int port = from_client ? header.destination_port : header.source_port;
  const auto at = static_cast<std::size_t>(port - kFirstServerPort);
  if (port < kFirstServerPort || at >= flows_.size()) return nullptr;
  return &flows_[at];
}

std::optional<tcp::Snapshot> Simulation::snapshot_of(const End& end, Side side) const {
  const tcp::Connection* connection = end.handle ? stack(side).find(*end.handle) : nullptr;
  if (connection == nullptr) return std::nullopt;
  return connection->snapshot();
}

}  // namespace inflight::campaign
