#include "live/client_session.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/match.h"
#include "io/entropy.h"
#include "io/resolver.h"
#include "live/address_plan.h"
#include "live/client_failures.h"
#include "live/coalesce.h"
#include "live/endpoint.h"
#include "live/line_channel.h"
#include "live/message.h"
#include "live/remote_samples.h"
#include "live/transfer.h"

namespace inflight::live {
namespace {

// As long as one call of run_until lasts at most.
constexpr Duration kSlice = 10ms;
// A lost first message of the tunnel's handshake would otherwise cost the whole limit: a second
// tunnel is tried from a second socket. (WireGuard itself repeats after 5 s.)
constexpr Duration kTunnelRetry = 2s;
constexpr int kClockQuestions = 3;
// How long the server's totals may take after the end; a person who stopped does not wait.
constexpr Duration kResultWait = 2s;
constexpr Duration kStoppedWait = 100ms;
constexpr Duration kFinestSample = 1ms;
// More than the server ever sends (SampleStream::kBudget) is not from a server of ours.
constexpr std::int64_t kMaxStreamed = std::int64_t{256} * 1024;
constexpr std::int64_t kMaxStreamedPerSecond = std::int64_t{128} * 1024;

std::string make_id() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (std::uint64_t left = io::random_seed(); id.size() < kIdSize; left >>= 4) {
    id.push_back(kDigits[left & 15U]);
  }
  return id;
}

class ClientSession final : public host::Session {
 public:
  explicit ClientSession(ClientConfig config);
  ~ClientSession() override {
    // The server would go on sending, and be busy, for as long as was agreed.
    static_cast<void>(apply(host::StopTransfer{}));
  }

  std::expected<void, host::CommandError> apply(const host::Command& command) override;
  host::Progress run_until(Instant until) override;
  Instant next_deadline() const override;
  trace::Batch take_batch() override;
  trace::TraceInfo info() const override;
  trace::RunSummary summary() const override;
  std::string failure() const override { return failure_; }

 private:
  enum class Phase : std::uint8_t {
    Resolving,
    Tunnel,    // its handshake
    Greeting,  // control connection and hello
    Clock,     // questions about the server's clock
    Starting,  // start sent, ready awaited
    Running,
    Finishing,  // finish sent, the server's totals awaited
    Done,
  };
  static ClientPhase shown(Phase phase);

  void step(Instant give_back);
  void enter(Phase phase, Duration limit);
  void check_deadline(Instant now);
  Instant silence_limit() const { return last_heard_ + config_.answer_limit; }
  void fail(std::string text);
  bool running() const { return phase_ == Phase::Running; }

  void resolve();
  void open_tunnel(Instant now);
  void await_tunnel(Instant now);
  void run_control(Instant now);
  void handle_line(const std::string& line, Instant now);
  void handle_pong(const Pong& pong, Instant now);
  void ask_clock(Instant now);
  void begin(const Ready& ready, Instant now);
  void run_transfer(Instant now);
  void end_transfer(Instant now);
  void handle_result(const Result& result);
  void leave();
  std::expected<void, host::CommandError> change(const host::ChangeSetting& setting);
  Instant trace_time(Instant now) const { return Instant{now - start_}; }
  std::string server_name() const { return host_and_port(config_.target); }

  ClientConfig config_;
  tunnel::PrivateKey identity_;
  io::EventLoop loop_;
  host::Payload payload_;
  Phase phase_ = Phase::Resolving;
  Instant deadline_;
  // Anything from the server, or from whoever sends to our socket.
  Instant last_heard_{};
  std::string failure_;

  std::optional<io::Resolution> resolution_;
  wire::Endpoint server_;
  std::unique_ptr<Endpoint> endpoint_;
  Instant tunnel_began_{};
  Instant tunnel_retry_ = kNever;
  std::optional<LineChannel> control_;
  std::string server_program_;
  ClockOffset clock_offset_;
  int questions_ = 0;
  std::string id_ = make_id();

  trace::Recorder recorder_;
  // t = 0 of the trace, and its end once it is over.
  Instant start_{};
  std::optional<Instant> end_;
  Duration tunnel_took_{};
  std::optional<Transfer> transfer_;
  std::optional<RemoteSamples> remote_;
  std::int64_t streamed_ = 0;
  ByteCount wire_before_;
  trace::RunSummary summary_;
  std::optional<trace::RunSummary> server_summary_;
  trace::TraceInfo info_;
  bool stopped_ = false;
};

ClientSession::ClientSession(ClientConfig config)
    : config_(std::move(config)), payload_(Random(io::random_seed())) {
  identity_ = config_.identity ? *config_.identity : tunnel::SystemKeySource().private_key();
  resolution_.emplace(config_.target.host, loop_.waker());
  enter(Phase::Resolving, config_.answer_limit);
  const bool down = config_.settings.direction == Direction::Down;
  info_.title = (down ? "Download from " : "Upload to ") + server_name();
  info_.source = trace::Source::Live;
  info_.producer = config_.program;
  info_.scenario_json = to_json(config_.settings);
  info_.mss = tcp_config(config_.settings, false).mss;
}

void ClientSession::enter(Phase phase, Duration limit) {
  phase_ = phase;
  deadline_ = limit == kForever ? kNever : config_.clock.now() + limit;
  if (config_.on_phase) config_.on_phase(shown(phase));
}

ClientPhase ClientSession::shown(Phase phase) {
  switch (phase) {
    case Phase::Resolving:
      return ClientPhase::Resolving;
    case Phase::Tunnel:
      return ClientPhase::Handshake;
    case Phase::Greeting:
    case Phase::Clock:
    case Phase::Starting:
      return ClientPhase::Connecting;
    case Phase::Running:
      return ClientPhase::Measuring;
    case Phase::Finishing:
    case Phase::Done:
      break;
  }
  return ClientPhase::Finishing;
}

void ClientSession::fail(std::string text) {
  failure_ = std::move(text);
  phase_ = Phase::Done;
}

host::Progress ClientSession::run_until(Instant until) {
  const Instant give_back = config_.clock.now() + kSlice;
  while (phase_ != Phase::Done) {
    const Instant now = config_.clock.now();
    const bool before = running() && until.time_since_epoch() < give_back - start_;
    const Instant target = before ? start_ + until.time_since_epoch() : give_back;
    if (now >= target) break;
    step(target);
  }
  if (!failure_.empty()) return host::Progress::Failed;
  return phase_ == Phase::Done ? host::Progress::Finished : host::Progress::Running;
}

void ClientSession::step(Instant give_back) {
  const bool received = endpoint_ != nullptr && endpoint_->receive();
  const Instant now = config_.clock.now();
  if (received) last_heard_ = now;
  if (phase_ == Phase::Resolving) resolve();
  if (phase_ == Phase::Tunnel) await_tunnel(now);
  if (control_) run_control(now);
  if (running()) run_transfer(now);
  if (phase_ != Phase::Done) check_deadline(now);
  if (endpoint_ == nullptr) {
    if (phase_ == Phase::Resolving) {
      loop_.wait(io::Interest::Readable, std::min(give_back, deadline_), config_.clock);
    }
    return;
  }
  const bool more = endpoint_->send();
  if (phase_ == Phase::Done || received || more) return;
  const Instant transfer_end =
      running() ? std::min(start_ + config_.settings.duration, silence_limit()) : kNever;
  endpoint_->wait(std::min({give_back, deadline_, tunnel_retry_, transfer_end}));
}

void ClientSession::check_deadline(Instant now) {
  if (running() && now >= silence_limit()) {
    end_ = trace_time(now);
    summary_ = transfer_->summary(endpoint_->host(), now);
    return fail(server_lost(server_, config_.answer_limit));
  }
  if (now < deadline_) return;
  switch (phase_) {
    case Phase::Resolving:
      return fail(unanswered_name(config_.target.host, config_.answer_limit));
    case Phase::Tunnel:
      return fail(no_tunnel(server_, config_.answer_limit));
    case Phase::Greeting:
    case Phase::Clock:
    case Phase::Starting:
      return fail(no_control(server_, config_.answer_limit));
    case Phase::Running:
      return;
    case Phase::Finishing:
      // Not even acknowledgments came: it is not only its totals that were lost.
      if (!stopped_ && now - last_heard_ >= kResultWait) {
        return fail(server_lost(server_, kResultWait));
      }
      if (!stopped_) info_.notes.emplace_back("The server's totals did not arrive.");
      return leave();
    case Phase::Done:
      return;
  }
}

void ClientSession::resolve() {
  const auto answer = resolution_->poll();
  if (!answer) return;
  if (!*answer) {
    return fail(unknown_name(config_.target.host, answer->error().reason));
  }
  server_ = {(*answer)->front(), config_.target.port};
  tunnel_began_ = config_.clock.now();
  enter(Phase::Tunnel, config_.answer_limit);
  open_tunnel(tunnel_began_);
}

void ClientSession::open_tunnel(Instant now) {
  EndpointConfig config;
  const auto any =
      server_.address.is_v4() ? wire::parse_address("0.0.0.0") : wire::parse_address("::");
  config.listen = {*any, 0};
  config.tunnel.private_key = identity_;
  config.tunnel.mtu = static_cast<std::size_t>(config_.settings.mtu.value());
  tunnel::PeerConfig peer;
  peer.key = config_.target.key.value();
  peer.endpoint = server_;
  const tunnel::PublicKey own = tunnel::public_key(identity_);
  for (const wire::IpVersion version : {wire::IpVersion::V4, wire::IpVersion::V6}) {
    peer.allowed_ips.push_back(single(server_address(version)));
    config.inner.push_back(client_address(version, own));
  }
  config.tunnel.peers.push_back(std::move(peer));
  config.tap = config_.tap;
  // The old one's socket is not watched any more when it closes.
  auto opened = Endpoint::open(std::move(config), config_.clock, loop_);
  if (!opened) return fail(opened.error().text);
  endpoint_ = std::move(*opened);
  endpoint_->tunnel().connect(tunnel::PeerId{0}, now);
  tunnel_retry_ = now + kTunnelRetry;
}

void ClientSession::await_tunnel(Instant now) {
  if (!endpoint_->tunnel().is_ready(tunnel::PeerId{0}, now)) {
    if (now >= tunnel_retry_) open_tunnel(now);
    return;
  }
  tunnel_retry_ = kNever;
  tunnel_took_ = now - tunnel_began_;
  const auto handle =
      endpoint_->stack().connect(tcp_config(TransferSettings{}, false),
                                 {server_address(wire::IpVersion::V4), kControlPort}, now);
  CHECK(handle.has_value());
  control_.emplace(*handle, kMaxLine);
  control_->send(to_line(Hello{.program = config_.program}));
  enter(Phase::Greeting, config_.answer_limit);
}

void ClientSession::run_control(Instant now) {
  const LineChannel::State state = control_->run(endpoint_->stack());
  while (phase_ != Phase::Done) {
    const auto line = control_->poll_line();
    if (!line) break;
    handle_line(*line, now);
  }
  if (phase_ == Phase::Done) return;
  control_->flush(endpoint_->stack());
  if (state == LineChannel::State::Open) return;
  if (phase_ == Phase::Finishing) return leave();
  fail(state == LineChannel::State::TooLong ? line_too_long() : control_closed());
}

void ClientSession::handle_line(const std::string& line, Instant now) {
  const auto message = parse_line(line);
  if (!message) {
    return fail(not_understood(message.error().text));
  }
  std::visit(Match{[&](const Hello& hello) {
                     server_program_ = hello.program;
                     if (phase_ != Phase::Greeting) return;
                     enter(Phase::Clock, config_.answer_limit);
                     ask_clock(now);
                   },
                   [&](const Pong& pong) { handle_pong(pong, now); },
                   [&](const Ready& ready) { begin(ready, now); },
                   [&](const Error& error) { fail(error.text); },
                   [&](const Samples& samples) {
                     streamed_ += static_cast<std::int64_t>(line.size());
                     if (!remote_) return;
                     const double seconds = to_seconds(now - start_);
                     const auto allowed =
                         kMaxStreamed + static_cast<std::int64_t>(kMaxStreamedPerSecond * seconds);
                     if (streamed_ > allowed) return;
                     remote_->record(samples.batch, end_.value_or(kNever), recorder_);
                   },
                   [&](const Result& result) { handle_result(result); },
                   [&](const auto&) { fail(not_understood("a client's message")); }},
             *message);
}

void ClientSession::ask_clock(Instant now) {
  ++questions_;
  control_->send(to_line(Ping{now}));
}

void ClientSession::handle_pong(const Pong& pong, Instant now) {
  if (phase_ != Phase::Clock) return;
  clock_offset_.on_answer(pong.sent, pong.time, now);
  if (questions_ < kClockQuestions) return ask_clock(now);
  control_->send(to_line(Start{id_, config_.settings}));
  enter(Phase::Starting, config_.answer_limit);
}

void ClientSession::begin(const Ready& ready, Instant now) {
  if (phase_ != Phase::Starting || ready.id != id_) return;
  const Direction direction = config_.settings.direction;
  const auto handle =
      endpoint_->stack().connect(tcp_config(config_.settings, false),
                                 {server_address(wire::IpVersion::V4), ready.data_port}, now);
  CHECK(handle.has_value());
  const std::vector<std::uint8_t> id(id_.begin(), id_.end());
  static_cast<void>(endpoint_->stack().find(*handle)->write(id));
  start_ = now;
  const Role role = direction == Direction::Down ? Role::Receiver : Role::Sender;
  transfer_.emplace(role, *handle, recorder_, start_, &payload_);
  remote_.emplace(direction, clock_offset_, start_);
  wire_before_ =
      role == Role::Sender ? endpoint_->wire_bytes_sent() : endpoint_->wire_bytes_received();
  info_.started_unix_ns = (config_.clock.epoch() + start_.time_since_epoch()).count();
  info_.base_rtt = clock_offset_.round_trip();
  info_.clock_uncertainty = clock_offset_.uncertainty();
  const wire::Endpoint local = endpoint_->stack().local(*handle);
  const wire::Endpoint remote = endpoint_->stack().remote(*handle);
  info_.sender = role == Role::Sender ? local : remote;
  info_.receiver = role == Role::Sender ? remote : local;
  if (!server_program_.empty()) info_.notes.push_back("The server runs " + server_program_ + ".");
  recorder_.event({.time = Instant{},
                   .kind = trace::EventKind::TunnelHandshake,
                   .value = to_seconds(tunnel_took_),
                   .detail = {}});
  recorder_.limit(Instant{}, trace::Limit::Handshake);
  enter(Phase::Running, kForever);
}

void ClientSession::run_transfer(Instant now) {
  const bool over = now >= start_ + config_.settings.duration;
  transfer_->run(endpoint_->stack(), now);
  // What was recorded ends exactly where the time is over.
  const Instant time = over ? start_ + config_.settings.duration : now;
  transfer_->record(endpoint_->host(), time);
  const bool sends = transfer_->role() == Role::Sender;
  const ByteCount wire = sends ? endpoint_->wire_bytes_sent() : endpoint_->wire_bytes_received();
  recorder_.sample(trace::SeriesId::WireBytes, trace_time(time),
                   static_cast<double>((wire - wire_before_).value()));
  recorder_.advance(trace_time(time));
  if (over) return end_transfer(time);
  if (!transfer_->ended(endpoint_->stack())) return;
  info_.notes.emplace_back("The data connection ended before its time.");
  end_transfer(now);
}

void ClientSession::end_transfer(Instant now) {
  end_ = trace_time(now);
  summary_ = transfer_->summary(endpoint_->host(), now);
  transfer_->stop(endpoint_->stack());
  control_->send(to_line(Finish{id_}));
  control_->flush(endpoint_->stack());
  enter(Phase::Finishing, stopped_ ? kStoppedWait : kResultWait);
}

void ClientSession::handle_result(const Result& result) {
  if (result.id != id_ || phase_ == Phase::Done) return;
  server_summary_ = result.summary;
  const Instant now = config_.clock.now();
  // The server's own limit may end it first.
  if (running()) end_transfer(std::min(now, start_ + config_.settings.duration));
  if (phase_ == Phase::Finishing) leave();
}

// The control connection is closed, as far as that goes in one breath: whatever the server was
// asked for ends with it.
void ClientSession::leave() {
  phase_ = Phase::Done;
  if (!control_) return;
  if (tcp::Connection* connection = endpoint_->stack().find(control_->handle()))
    connection->close();
  static_cast<void>(endpoint_->send());
}

std::expected<void, host::CommandError> ClientSession::apply(const host::Command& command) {
  if (const auto* setting = std::get_if<host::ChangeSetting>(&command)) return change(*setting);
  if (phase_ == Phase::Done || stopped_) return {};
  stopped_ = true;
  if (running()) {
    end_transfer(std::min(config_.clock.now(), start_ + config_.settings.duration));
    static_cast<void>(endpoint_->send());
  } else {
    leave();
  }
  return {};
}

std::expected<void, host::CommandError> ClientSession::change(const host::ChangeSetting& setting) {
  auto changed = with_setting(config_.settings, setting.key, setting.value);
  if (!changed) return std::unexpected(host::CommandError{changed.error().text});
  if (!acts_in_mid_run(setting.key, config_.settings.direction) || !running()) {
    return std::unexpected(
        host::CommandError{setting.key + " takes effect when a connection starts: run again."});
  }
  config_.settings = *changed;
  if (tcp::Connection* connection = endpoint_->stack().find(transfer_->handle())) {
    connection->reconfigure(tcp_config(config_.settings, false));
  }
  recorder_.event({.time = trace_time(config_.clock.now()),
                   .kind = trace::EventKind::SettingChanged,
                   .detail = setting.key + " -> " + setting.value});
  return {};
}

Instant ClientSession::next_deadline() const {
  if (phase_ == Phase::Done) return kNever;
  // Sockets have no calendar: at the latest when run_until would come back anyway.
  return running() ? trace_time(config_.clock.now()) + kSlice : Instant{};
}

trace::Batch ClientSession::take_batch() {
  trace::Batch batch = recorder_.take_batch();
  coalesce(batch, kFinestSample);
  return batch;
}

trace::TraceInfo ClientSession::info() const { return info_; }

trace::RunSummary ClientSession::summary() const {
  if (!transfer_) return {};
  const Instant now = end_ ? start_ + end_->time_since_epoch() : config_.clock.now();
  trace::RunSummary result = end_ ? summary_ : transfer_->summary(endpoint_->host(), now);
  result.transfer.completed = end_.has_value() && !stopped_;
  if (transfer_->role() == Role::Sender) {
    // What the receiving application read is the server's to say.
    result.transfer.bytes = remote_->bytes_read();
    result.transfer.first_byte = remote_->first_byte();
    return result;
  }
  if (remote_->handshake()) result.transfer.handshake = remote_->handshake();
  if (!server_summary_) return result;
  result.tcp = server_summary_->tcp;
  result.queues = server_summary_->queues;
  if (result.tcp.slow_start_exit_time) {
    result.tcp.slow_start_exit_time = remote_->trace_time(*result.tcp.slow_start_exit_time);
  }
  return result;
}

}  // namespace

std::unique_ptr<host::Session> make_client_session(ClientConfig config) {
  return std::make_unique<ClientSession>(std::move(config));
}

}  // namespace inflight::live
