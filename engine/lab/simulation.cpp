#include "lab/simulation.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/match.h"
#include "host/connection_recorder.h"
#include "lab/assembly.h"
#include "lab/cross_traffic.h"
#include "lab/hashing_tap.h"
#include "lab/network.h"
#include "lab/path_pair.h"
#include "lab/path_recorder.h"
#include "lab/setting_change.h"
#include "lab/timeline.h"

namespace inflight::lab {
namespace {

using trace::SeriesId;

// A tunnel that is not up by then never will be: WireGuard gives up after 90 s.
constexpr Instant kTunnelDeadline = Instant{} + 90s;
class Simulation final : public host::Session {
 public:
  Simulation(const Scenario& scenario, const Watchers& watchers);

  std::expected<void, host::CommandError> apply(const host::Command& command) override;
  host::Progress run_until(Instant until) override;
  Instant next_deadline() const override;
  trace::Batch take_batch() override { return recorder_.take_batch(); }
  trace::TraceInfo info() const override;
  trace::RunSummary summary() const override;
  std::string failure() const override { return failure_; }

 private:
  // What the sender's samples were last read off.
  struct Watched {
    std::uint64_t activity = 0;
    host::Surroundings surroundings;
    bool operator==(const Watched&) const = default;
  };

  void bring_tunnel_up();
  Instant next_internal() const;
  void step(Instant now);
  void deliver(Instant now);
  void pump(Instant now);
  void record(Instant now);
  void record_events(tcp::Connection& sender);
  void record_sender(const tcp::Connection& connection, Instant now);
  void record_receiver(Instant now);
  void note_connected(const tcp::Event& event, Side side);
  void record_outbound_drops();
  void check_finished(Instant now);
  // Does what the scenario has for times up to `now`.
  void follow_timeline(Instant now);
  std::expected<void, host::CommandError> change(const host::ChangeSetting& setting);
  void apply_scenario();
  void apply_path();
  tcp::Connection* connection(Side side);
  const tcp::Connection* connection(Side side) const;

  Scenario scenario_;
  // As it was before any change: what the run can be made from again.
  const std::string first_scenario_;
  Random random_;
  // The pool outlives everything that holds packets.
  wire::PacketPool pool_;
  trace::Recorder recorder_;
  HashingTap tap_;
  host::Payload payload_;
  HostPair hosts_;
  Network sender_network_;
  Network receiver_network_;
  PathPair path_;
  std::unique_ptr<host::Application> writer_;
  std::unique_ptr<host::Application> reader_;
  Timeline timeline_;

  Instant now_{};
  // When the application connects: t = 0 of the trace.
  Instant start_{};
  std::optional<host::ConnectionRecorder> sender_recorder_;
  std::optional<PathRecorder> path_recorder_;
  std::optional<CrossTraffic> cross_;
  Watched recorded_;
  ByteCount wire_bytes_;
  std::optional<Duration> handshake_;
  std::optional<Duration> first_byte_;
  std::optional<Duration> last_byte_;
  bool stopped_ = false;
  bool finished_ = false;
  bool completed_ = false;
  std::string failure_;
};

Simulation::Simulation(const Scenario& scenario, const Watchers& watchers)
    : scenario_(scenario),
      first_scenario_(to_json(scenario)),
      random_(scenario.seed),
      tap_(recorder_, watchers.sender),
      payload_(random_.fork("payload")),
      hosts_(make_hosts(scenario, pool_, random_)),
      sender_network_(*hosts_.sender, outer_endpoint(scenario, Side::Sender)),
      receiver_network_(*hosts_.receiver, outer_endpoint(scenario, Side::Receiver)),
      path_(scenario, random_, pool_),
      writer_(make_application(scenario, Side::Sender, payload_)),
      reader_(make_application(scenario, Side::Receiver, payload_)),
      timeline_(scenario) {
  hosts_.sender->set_tap(&tap_);
  hosts_.receiver->set_tap(watchers.receiver);
  sender_network_.set_tap(watchers.sender);
  receiver_network_.set_tap(watchers.receiver);
  if (scenario_.tunnel.enabled) bring_tunnel_up();
  start_ = now_;
  sender_recorder_.emplace(recorder_, start_);
  path_recorder_.emplace(recorder_, start_);
  cross_.emplace(scenario_, pool_, payload_, random_.fork("cross"), start_);
  path_recorder_->record_rate(rate_let_through(scenario_), start_);
  recorder_.limit(Instant{}, trace::Limit::Handshake);
  if (failure_.empty()) step(now_);
}

void Simulation::bring_tunnel_up() {
  const Side side = connecting_side(scenario_);
  host::Host& initiator = side == Side::Sender ? *hosts_.sender : *hosts_.receiver;
  initiator.tunnel()->connect(tunnel::PeerId{0}, now_);
  const auto ready = [&](const host::Host& host) {
    return host.tunnel()->is_ready(tunnel::PeerId{0}, now_);
  };
  pump(now_);
  while (!(ready(*hosts_.sender) && ready(*hosts_.receiver)) && now_ < kTunnelDeadline) {
    now_ = next_internal();
    deliver(now_);
    hosts_.sender->handle_timeout(now_);
    hosts_.receiver->handle_timeout(now_);
    pump(now_);
  }
  if (now_ >= kTunnelDeadline) {
    failure_ = "The tunnel's handshake got no answer in 90 s. Lower the path's loss and run again.";
    finished_ = true;
    return;
  }
  recorder_.event({.time = Instant{},
                   .kind = trace::EventKind::TunnelHandshake,
                   .value = to_seconds(now_),
                   .detail = {}});
}

tcp::Connection* Simulation::connection(Side side) {
  const auto handle = (side == Side::Sender ? writer_ : reader_)->connection();
  return handle ? (side == Side::Sender ? hosts_.sender : hosts_.receiver)->stack().find(*handle)
                : nullptr;
}

const tcp::Connection* Simulation::connection(Side side) const {
  const auto handle = (side == Side::Sender ? writer_ : reader_)->connection();
  const host::Host& host = side == Side::Sender ? *hosts_.sender : *hosts_.receiver;
  return handle ? host.stack().find(*handle) : nullptr;
}

Instant Simulation::next_internal() const {
  Instant next =
      std::min({hosts_.sender->next_timeout(), hosts_.receiver->next_timeout(),
                path_.next_departure(), writer_->next_timeout(), reader_->next_timeout()});
  // Before the connect there is no time at which anything could be due.
  if (cross_) {
    next = std::min(next, cross_->next_timeout());
    if (const auto action = timeline_.next()) next = std::min(next, start_ + *action);
  }
  return next;
}

Instant Simulation::next_deadline() const {
  if (finished_) return kNever;
  return Instant{std::min(next_internal(), start_ + scenario_.duration) - start_};
}

host::Progress Simulation::run_until(Instant until) {
  const Instant limit = start_ + std::min(until.time_since_epoch(), scenario_.duration);
  while (!finished_) {
    const Instant next = next_internal();
    if (next > limit) break;
    step(std::max(now_, next));
  }
  if (!finished_) {
    now_ = std::max(now_, limit);
    recorder_.advance(Instant{now_ - start_});
    check_finished(now_);
  }
  if (!failure_.empty()) return host::Progress::Failed;
  return finished_ ? host::Progress::Finished : host::Progress::Running;
}

void Simulation::step(Instant now) {
  now_ = now;
  follow_timeline(now);
  deliver(now);
  hosts_.sender->handle_timeout(now);
  hosts_.receiver->handle_timeout(now);
  writer_->run(hosts_.sender->stack(), now);
  reader_->run(hosts_.receiver->stack(), now);
  pump(now);
  // An application whose socket got room back while packets left has more to write.
  record(now);
  check_finished(now);
}

void Simulation::deliver(Instant now) {
  while (auto packet = path_.forward().pop(now)) {
    if (is_cross(packet->tag)) {
      cross_->deliver(*packet, Side::Receiver, now);
      continue;
    }
    wire_bytes_ += ByteCount{static_cast<std::int64_t>(packet->size())};
    receiver_network_.deliver(std::move(*packet), now);
  }
  while (auto packet = path_.back().pop(now)) {
    if (is_cross(packet->tag)) {
      cross_->deliver(*packet, Side::Sender, now);
    } else {
      sender_network_.deliver(std::move(*packet), now);
    }
  }
}

void Simulation::pump(Instant now) {
  sender_network_.send(path_.forward(), now);
  receiver_network_.send(path_.back(), now);
  if (cross_) cross_->run(path_.forward(), path_.back(), now);
}

void Simulation::record(Instant now) {
  const Instant time{now - start_};
  recorder_.advance(time);
  if (const tcp::Connection* sender = std::as_const(*this).connection(Side::Sender)) {
    if (sender->has_event()) record_events(*connection(Side::Sender));
    record_sender(*sender, now);
  }
  record_receiver(now);
  record_outbound_drops();
  path_recorder_->record(path_, *hosts_.sender, *cross_, now);
  if (!cross_->empty()) {
    recorder_.sample(SeriesId::CrossBytes, time, static_cast<double>(cross_->bytes_read().value()));
  }
  recorder_.sample(SeriesId::WireBytes, time, static_cast<double>(wire_bytes_.value()));
  recorder_.sample(SeriesId::OutboundQueue, time,
                   static_cast<double>(hosts_.sender->outbound().size()));
  recorder_.sample(SeriesId::SealingBacklog, time,
                   static_cast<double>(hosts_.sender->sealing_backlog().value()));
  recorder_.sample(SeriesId::InnerBytes, time,
                   static_cast<double>(hosts_.sender->inner_bytes().value()));
}

void Simulation::record_events(tcp::Connection& sender) {
  while (const auto event = sender.poll_event()) {
    note_connected(*event, Side::Sender);
    sender_recorder_->record(*event, sender.snapshot().congestion);
  }
}

void Simulation::record_sender(const tcp::Connection& connection_to_record, Instant now) {
  host::Surroundings surroundings;
  surroundings.writer_blocked = connection_to_record.writer_blocked();
  surroundings.writer_has_more = writer_->has_more();
  surroundings.outbound_blocked = hosts_.sender->blocked();
  if (const tcp::Connection* receiver = std::as_const(*this).connection(Side::Receiver)) {
    surroundings.peer_unread = receiver->unread();
  }
  // Half of all steps only bring data to the receiver: the sender is as it was.
  const Watched watched{hosts_.sender->stack().activity(), surroundings};
  if (watched == std::exchange(recorded_, watched)) return;
  sender_recorder_->record(connection_to_record.snapshot(), surroundings, now);
}

void Simulation::record_receiver(Instant now) {
  const Instant time{now - start_};
  const tcp::Connection* receiver = std::as_const(*this).connection(Side::Receiver);
  if (receiver == nullptr) return;
  // Only then: who asks for a connection to change it is asked for packets.
  while (receiver->has_event()) {
    note_connected(*connection(Side::Receiver)->poll_event(), Side::Receiver);
  }
  recorder_.sample(SeriesId::WaitingForHole, time,
                   static_cast<double>(receiver->out_of_order().value()));
  recorder_.sample(SeriesId::Unread, time, static_cast<double>(receiver->unread().value()));
  recorder_.sample(SeriesId::ReceiveBufferSize, time,
                   static_cast<double>(receiver->receive_buffer_size().value()));
  const auto read = static_cast<double>(reader_->bytes_read().value());
  recorder_.sample(SeriesId::ReadBytes, time, read);
  if (reader_->bytes_read() > ByteCount{0} && !first_byte_) first_byte_ = now - start_;
}

// The other side learns half a round trip later that they are connected.
void Simulation::note_connected(const tcp::Event& event, Side side) {
  if (event.kind == tcp::EventKind::Connected && side == connecting_side(scenario_)) {
    handshake_ = event.time - start_;
  }
}

void Simulation::record_outbound_drops() {
  while (const auto drop = hosts_.sender->poll_drop()) {
    recorder_.event({.time = Instant{drop->time - start_},
                     .kind = trace::EventKind::Loss,
                     .cause = trace::EventCause::OutboundQueue,
                     .offset = drop->offset,
                     .length = drop->payload,
                     .detail = {}});
  }
  while (hosts_.receiver->poll_drop()) {
  }
}

void Simulation::check_finished(Instant now) {
  if (finished_) return;
  if (reader_->corrupted() || writer_->corrupted() || (cross_ && cross_->corrupted())) {
    failure_ = "The receiving application read a byte that was never written: this is a bug.";
    finished_ = true;
    return;
  }
  const bool bulk = scenario_.workload.kind == WorkloadKind::Bulk;
  const bool delivered = reader_->finished() && !stopped_;
  if (delivered && !last_byte_) {
    last_byte_ = now - start_;
    completed_ = !bulk;
  }
  finished_ = reader_->finished() || now >= start_ + scenario_.duration;
  if (finished_ && bulk) completed_ = !stopped_;
}

std::expected<void, host::CommandError> Simulation::apply(const host::Command& command) {
  if (const auto* setting = std::get_if<host::ChangeSetting>(&command)) return change(*setting);
  stopped_ = true;
  finished_ = true;
  return {};
}

std::expected<void, host::CommandError> Simulation::change(const host::ChangeSetting& setting) {
  const SettingInfo* known = find_setting(setting.key);
  if (known == nullptr)
    return std::unexpected(host::CommandError{"There is no setting " + setting.key + "."});
  if (known->effect != Effect::WhileRunning) {
    return std::unexpected(
        host::CommandError{setting.key + " takes effect when a connection starts: run again."});
  }
  Scenario changed = scenario_;
  const std::string before = get(scenario_, setting.key);
  if (const auto result = set(changed, setting.key, setting.value); !result) {
    return std::unexpected(host::CommandError{result.error().text});
  }
  scenario_ = std::move(changed);
  apply_scenario();
  recorder_.event(change_event(Instant{now_ - start_},
                               {setting.key, before, get(scenario_, setting.key)},
                               trace::EventCause::None));
  if (!finished_) step(now_);
  return {};
}

void Simulation::follow_timeline(Instant now) {
  const Instant time{now - start_};
  while (const auto action = timeline_.pop(now - start_)) {
    std::visit(Match{[&](const ScheduledChange& change) {
                       const std::string before = get(scenario_, change.key);
                       CHECK(set(scenario_, change.key, change.value).has_value());
                       apply_path();
                       recorder_.event(change_event(time, {change.key, before, change.value},
                                                    trace::EventCause::Scheduled));
                     },
                     [&](const OutageBegins& outage) {
                       path_.set_outage(true, scenario_, now);
                       recorder_.event({.time = time,
                                        .kind = trace::EventKind::Outage,
                                        .value = to_seconds(outage.length),
                                        .detail = {}});
                     },
                     [&](const OutageEnds&) { path_.set_outage(false, scenario_, now); }},
               *action);
  }
}

void Simulation::apply_path() {
  path_.set(scenario_, now_);
  path_recorder_->record_rate(rate_let_through(scenario_), now_);
}

void Simulation::apply_scenario() {
  apply_path();
  for (host::Host* host : {hosts_.sender.get(), hosts_.receiver.get()}) {
    host->set_outbound(outbound_config(scenario_));
    host->set_sealing_rate(scenario_.tunnel.rate);
  }
  reader_->set_read_rate(scenario_.receiver.read_rate);
  for (const Side side : {Side::Sender, Side::Receiver}) {
    tcp::Connection* live = connection(side);
    if (live == nullptr) continue;
    live->reconfigure(tcp_config(scenario_, side));
  }
}

trace::TraceInfo Simulation::info() const {
  trace::TraceInfo result;
  result.title = scenario_.name;
  result.source = trace::Source::Lab;
  result.started_unix_ns = to_unix(start_).count();
  result.scenario_json = first_scenario_;
  result.seed = scenario_.seed;
  result.mss = tcp_config(scenario_, Side::Sender).mss;
  result.base_rtt = scenario_.path.rtt;
  if (const auto handle = writer_->connection()) {
    result.sender = hosts_.sender->stack().local(*handle);
    result.receiver = hosts_.sender->stack().remote(*handle);
  }
  return result;
}

trace::RunSummary Simulation::summary() const {
  trace::RunSummary result;
  result.transfer.bytes = reader_->bytes_read();
  result.transfer.completed = completed_;
  result.transfer.completion = last_byte_;
  result.transfer.handshake = handshake_;
  result.transfer.first_byte = first_byte_;
  if (const tcp::Connection* sender = connection(Side::Sender)) {
    result.tcp = host::summarize(sender->snapshot(), sender_recorder_->max_cwnd(), start_);
  }
  result.queues.outbound_drops = hosts_.sender->outbound().drops();
  result.queues.outbound_max_packets = hosts_.sender->outbound().max_size();
  result.queues.outbound_blocked = hosts_.sender->blocked_time(now_);
  result.queues.path_drops = path_recorder_->drops();
  result.queues.path_max = path_recorder_->max_queue();
  result.queues.path_marks = path_recorder_->marks();
  result.cross = cross_->summary(now_);
  result.trace_hash = recorder_.hash();
  return result;
}

}  // namespace

std::chrono::nanoseconds to_unix(Instant now) { return kEpoch + now.time_since_epoch(); }

std::unique_ptr<host::Session> make_session(const Scenario& scenario, const Watchers& watchers) {
  return std::make_unique<Simulation>(scenario, watchers);
}

}  // namespace inflight::lab
