// Client and server over real sockets of the loopback: both directions, and everything that can go
// wrong between them. No figure of speed is asserted.
#include <QTest>
#include <algorithm>
#include <atomic>
#include <chrono>

#include "diagnosis/diagnose.h"
#include "host/run.h"
#include "running_server.h"
#include "support/registry.h"
#include "tunnel/crypto.h"
#include "wire/ecn.h"
#include "wire/ip.h"

namespace inflight::live {

class LoopbackTest : public QObject {
  Q_OBJECT

 private slots:
  void transfers_and_describes_the_sender_data();
  void transfers_and_describes_the_sender();
  void a_second_transfer_finds_the_server_busy();
  void stopping_takes_a_moment_and_keeps_what_was_measured();
  void stopping_before_the_transfer_ends_it_too();
  void a_stopped_client_leaves_the_server_free();
  void settings_change_while_it_runs();
  void silence_is_said_within_the_limit_data();
  void silence_is_said_within_the_limit();
  void a_server_that_goes_away_is_missed_data();
  void a_server_that_goes_away_is_missed();
  void a_session_destroyed_in_mid_run_leaves_the_server_free();
  void phases_are_told_in_their_order();
  void only_allowed_keys_are_answered();
  void a_busy_port_is_said();
  void taps_see_whole_packets_in_order();
  void ecn_reaches_the_outer_header();
};

namespace {

using trace::SeriesId;

std::expected<trace::Trace, host::RunError> run(ClientConfig config) {
  const auto session = make_client_session(std::move(config));
  return host::run_to_end(*session);
}

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               start);
}

// Runs until the condition holds; false after 5 s.
template <class Condition>
bool serve_until(host::Session& session, trace::Trace& trace, const Condition& condition) {
  const auto start = std::chrono::steady_clock::now();
  Instant until{};
  while (!condition() && since(start) < 5s) {
    until += 10ms;
    if (session.run_until(until) != host::Progress::Running) return condition();
    trace.append(session.take_batch());
  }
  return condition();
}

class OrderTap final : public wire::PacketTap {
 public:
  void on_inner(Bytes packet, wire::TapDirection, Instant now) override { see(packet, now, inner); }
  void on_outer(Bytes packet, wire::TapDirection direction, Instant now) override {
    see(packet, now, outer);
    if (direction == wire::TapDirection::In && wire::ecn_of(packet) == wire::Ecn::Ect0) ++ect;
  }

  int inner = 0;
  int outer = 0;
  // Outer packets that arrived as ECT(0).
  int ect = 0;
  bool ordered = true;
  bool whole = true;

 private:
  void see(Bytes packet, Instant now, int& count) {
    ++count;
    ordered = ordered && now >= last_;
    whole = whole && wire::parse_ip(packet, wire::Completeness::Complete).has_value();
    last_ = now;
  }
  Instant last_{};
};

}  // namespace

void LoopbackTest::transfers_and_describes_the_sender_data() {
  QTest::addColumn<int>("direction");
  QTest::newRow("down") << static_cast<int>(Direction::Down);
  QTest::newRow("up") << static_cast<int>(Direction::Up);
}
void LoopbackTest::transfers_and_describes_the_sender() {
  QFETCH(const int, direction);
  const RunningServer server;
  const auto trace = run(client_of(server.target(), Direction(direction), 700ms));
  QVERIFY2(trace, trace ? "" : trace.error().text.c_str());
  QVERIFY(trace->summary.transfer.completed);
  QVERIFY(trace->summary.transfer.bytes > ByteCount{100'000});
  QVERIFY(trace->summary.transfer.first_byte.has_value());
  QVERIFY(trace->summary.tcp.segments_sent > 100);
  for (const SeriesId id : {SeriesId::Cwnd, SeriesId::ReceiveWindow, SeriesId::BytesInFlight,
                            SeriesId::RttSample, SeriesId::ReadBytes, SeriesId::AckedBytes,
                            SeriesId::SentBytes, SeriesId::SendBuffer, SeriesId::WireBytes}) {
    QVERIFY2(trace->has(id), trace::info(id).name.data());
  }
  // The last that was read and seen, and not more than was sent.
  const double read = trace->series(SeriesId::ReadBytes).back().value;
  QVERIFY(read > 100'000 && read < trace->series(SeriesId::WireBytes).back().value);
  QVERIFY(trace->end() >= Instant{700ms} && trace->end() < Instant{900ms});
  QCOMPARE(trace->limits.at(Instant{}), trace::Limit::Handshake);
  QVERIFY(trace->limits.shares()[static_cast<std::size_t>(trace::Limit::Handshake)] < 0.9);
  QVERIFY(trace->info.clock_uncertainty && *trace->info.clock_uncertainty < 1s);
  QVERIFY(trace->info.sender && trace->info.receiver && trace->info.started_unix_ns > 0);
  QVERIFY(!diagnosis::diagnose(*trace).headline.empty());
}

void LoopbackTest::a_second_transfer_finds_the_server_busy() {
  const RunningServer server;
  const auto first = make_client_session(client_of(server.target(), Direction::Down, 10s));
  trace::Trace trace;
  QVERIFY(
      serve_until(*first, trace, [&] { return first->summary().transfer.bytes > ByteCount{0}; }));
  std::expected<trace::Trace, host::RunError> second;
  std::atomic<bool> done = false;
  std::jthread other([&] {
    second = run(client_of(server.target(), Direction::Up, 1s));
    done = true;
  });
  QVERIFY(serve_until(*first, trace, [&] { return done.load(); }));
  other.join();
  QVERIFY(!second);
  QVERIFY2(second.error().text.find("busy") != std::string::npos, second.error().text.c_str());
}

void LoopbackTest::stopping_takes_a_moment_and_keeps_what_was_measured() {
  const RunningServer server;
  const auto session = make_client_session(client_of(server.target(), Direction::Down, 30s));
  trace::Trace trace;
  QVERIFY(serve_until(*session, trace,
                      [&] { return session->summary().transfer.bytes > ByteCount{0}; }));
  const auto start = std::chrono::steady_clock::now();
  QVERIFY(session->apply(host::StopTransfer{}).has_value());
  host::Progress progress = host::Progress::Running;
  while (progress == host::Progress::Running) progress = session->run_until(Instant{60s});
  QVERIFY(since(start) < 1s);
  QCOMPARE(progress, host::Progress::Finished);
  QVERIFY(session->summary().transfer.bytes > ByteCount{0});
  QVERIFY(!session->summary().transfer.completed);
}

void LoopbackTest::stopping_before_the_transfer_ends_it_too() {
  const auto session = make_client_session(
      client_of({"127.0.0.1", 9, tunnel::public_key(tunnel::SystemKeySource().private_key())},
                Direction::Down, 1s));
  session->run_until(Instant{});
  const auto start = std::chrono::steady_clock::now();
  QVERIFY(session->apply(host::StopTransfer{}).has_value());
  QCOMPARE(session->run_until(Instant{1s}), host::Progress::Finished);
  QVERIFY(since(start) < 1s);
}

// Whatever it was doing when it was stopped, the server is free for the next one at once.
void LoopbackTest::a_stopped_client_leaves_the_server_free() {
  const RunningServer server;
  for (int slices = 0; slices < 12; ++slices) {
    auto stopped = make_client_session(client_of(server.target(), Direction::Down, 10s));
    for (int i = 0; i < slices; ++i) stopped->run_until(Instant{});
    QVERIFY(stopped->apply(host::StopTransfer{}).has_value());
    stopped.reset();
    const auto next = run(client_of(server.target(), Direction::Down, 20ms));
    QVERIFY2(next.has_value(), next ? "" : next.error().text.c_str());
  }
}

void LoopbackTest::settings_change_while_it_runs() {
  const RunningServer server;
  const auto session = make_client_session(client_of(server.target(), Direction::Up, 10s));
  const auto change = [&](const char* key, const char* value) {
    return session->apply(host::ChangeSetting{key, value}).has_value();
  };
  trace::Trace trace;
  QVERIFY(!change("sender.send_buffer", "1MiB"));  // not running yet
  QVERIFY(serve_until(*session, trace, [&] { return trace.has(SeriesId::AckedBytes); }));
  QVERIFY(change("sender.send_buffer", "1MiB"));
  QVERIFY(change("sender.congestion", "newreno"));
  QVERIFY(!change("sender.send_buffer", "1"));
  QVERIFY(!change("sender.nonsense", "1MiB"));
  QVERIFY(!change("sender.initial_window", "20pkt"));
  QVERIFY(!change("receiver.receive_buffer", "1MiB"));  // the server's
  static_cast<void>(session->apply(host::StopTransfer{}));
  session->run_until(Instant{60s});
  trace.append(session->take_batch());
  QCOMPARE(std::ranges::count(trace.events, trace::EventKind::SettingChanged, &trace::Event::kind),
           2);
}

void LoopbackTest::silence_is_said_within_the_limit_data() {
  QTest::addColumn<QString>("host");
  QTest::addColumn<QString>("expected");
  QTest::newRow("wrong key") << "" << "No answer from 127.0.0.1:";
  QTest::newRow("nobody there") << "127.0.0.1" << "Is `inflight-cli serve` running there";
  QTest::newRow("no such name") << "name.invalid" << "name.invalid";
}
void LoopbackTest::silence_is_said_within_the_limit() {
  QFETCH(const QString, host);
  QFETCH(const QString, expected);
  const RunningServer server;
  Target target = server.target();
  target.key = tunnel::public_key(tunnel::SystemKeySource().private_key());
  // Port 9: nobody serves there.
  if (!host.isEmpty()) target = {host.toStdString(), 9, target.key};
  ClientConfig config = client_of(target, Direction::Down, 1s);
  config.answer_limit = 300ms;
  const auto start = std::chrono::steady_clock::now();
  const auto trace = run(std::move(config));
  QVERIFY(since(start) < 3s);
  QVERIFY(!trace);
  QVERIFY2(QString::fromStdString(trace.error().text).contains(expected),
           trace.error().text.c_str());
}

void LoopbackTest::a_server_that_goes_away_is_missed_data() {
  QTest::addColumn<int>("direction");
  QTest::addColumn<int>("length_ms");
  QTest::newRow("down, in mid-transfer") << static_cast<int>(Direction::Down) << 30'000;
  QTest::newRow("up, in mid-transfer") << static_cast<int>(Direction::Up) << 30'000;
  QTest::newRow("near the end") << static_cast<int>(Direction::Down) << 600;
}
void LoopbackTest::a_server_that_goes_away_is_missed() {
  QFETCH(const int, direction);
  QFETCH(const int, length_ms);
  auto server = std::make_unique<const RunningServer>();
  ClientConfig config =
      client_of(server->target(), Direction(direction), std::chrono::milliseconds{length_ms});
  config.answer_limit = 1500ms;
  const auto session = make_client_session(std::move(config));
  trace::Trace trace;
  QVERIFY(serve_until(*session, trace,
                      [&] { return session->summary().transfer.bytes > ByteCount{0}; }));
  server.reset();
  const auto start = std::chrono::steady_clock::now();
  host::Progress progress = host::Progress::Running;
  while (progress == host::Progress::Running) progress = session->run_until(Instant{60s});
  QVERIFY(since(start) < 4s);
  QCOMPARE(progress, host::Progress::Failed);
  QVERIFY2(session->failure().find("was lost") != std::string::npos, session->failure().c_str());
  QVERIFY(session->summary().transfer.bytes > ByteCount{0});
}

void LoopbackTest::a_session_destroyed_in_mid_run_leaves_the_server_free() {
  const RunningServer server;
  {
    const auto session = make_client_session(client_of(server.target(), Direction::Down, 30s));
    trace::Trace trace;
    QVERIFY(serve_until(*session, trace,
                        [&] { return session->summary().transfer.bytes > ByteCount{0}; }));
  }
  const auto next = run(client_of(server.target(), Direction::Up, 100ms));
  QVERIFY2(next, next ? "" : next.error().text.c_str());
}

void LoopbackTest::phases_are_told_in_their_order() {
  const RunningServer server;
  std::vector<ClientPhase> phases;
  ClientConfig config = client_of(server.target(), Direction::Down, 50ms);
  config.on_phase = [&](ClientPhase phase) {
    if (phases.empty() || phases.back() != phase) phases.push_back(phase);
  };
  QVERIFY(run(std::move(config)));
  const std::vector<ClientPhase> expected{ClientPhase::Resolving, ClientPhase::Handshake,
                                          ClientPhase::Connecting, ClientPhase::Measuring,
                                          ClientPhase::Finishing};
  QCOMPARE(phases, expected);
}

void LoopbackTest::only_allowed_keys_are_answered() {
  const tunnel::PrivateKey friendly = tunnel::SystemKeySource().private_key();
  ServerConfig server_config;
  server_config.allowed = {tunnel::public_key(friendly)};
  const RunningServer server(server_config);
  ClientConfig config = client_of(server.target(), Direction::Down, 100ms);
  config.answer_limit = 300ms;
  config.clock = io::Clock();
  QVERIFY(!run(config));
  config.identity = friendly;
  config.answer_limit = 5s;
  config.clock = io::Clock();
  const auto trace = run(config);
  QVERIFY2(trace, trace ? "" : trace.error().text.c_str());
}

void LoopbackTest::a_busy_port_is_said() {
  const RunningServer server;
  ServerConfig config;
  config.listen = {wire::IpAddress::v4(127, 0, 0, 1), server.target().port};
  config.identity = tunnel::SystemKeySource().private_key();
  const auto second = Server::open(config);
  QVERIFY(!second);
  QVERIFY2(second.error().text.find("in use") != std::string::npos, second.error().text.c_str());
}

void LoopbackTest::taps_see_whole_packets_in_order() {
  const RunningServer server;
  OrderTap tap;
  ClientConfig config = client_of(server.target(), Direction::Down, 200ms);
  config.tap = &tap;
  QVERIFY(run(std::move(config)));
  QVERIFY(tap.inner > 50);
  QVERIFY(tap.outer > tap.inner);
  QVERIFY(tap.ordered);
  QVERIFY(tap.whole);
  QCOMPARE(tap.ect, 0);
}

// RFC 6040 §4.1: the server's data are ECT(0) inside, and so are the datagrams that carry them.
void LoopbackTest::ecn_reaches_the_outer_header() {
  const RunningServer server;
  OrderTap tap;
  ClientConfig config = client_of(server.target(), Direction::Down, 200ms);
  config.settings.ecn = true;
  config.tap = &tap;
  QVERIFY(run(std::move(config)));
  QVERIFY(tap.ect > 50);
  QVERIFY(tap.ect < tap.outer);
}

namespace {
const testing::Register<LoopbackTest> registered;
}

}  // namespace inflight::live

#include "loopback_test.moc"
