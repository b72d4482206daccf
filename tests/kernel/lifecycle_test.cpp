// How connections with Linux's TCP begin, wait and end: one side closed, refused, reset, a window
// that stays closed for seconds, thousands of short ones; and what the TUN device says when it
// cannot be had.
#include <QTest>
#include <cerrno>

#include "io/network_interface.h"
#include "kernel/rig.h"
#include "support/registry.h"
#include "support/seeds.h"

namespace inflight::testing {

class LifecycleTest : public QObject {
  Q_OBJECT

 private slots:
  void init();
  void the_kernel_goes_on_after_our_end();
  void the_kernel_resets_and_comes_again();
  void we_reset_when_we_must_end();
  void we_refuse_a_closed_port();
  void a_refused_connection_is_a_failure();
  void the_kernel_does_not_read_for_seconds();
  void we_read_so_slowly_that_the_kernel_probes();
  void short_connections_from_the_kernel();
  void short_connections_from_us();
  void a_device_that_cannot_be_had();
  void a_device_that_goes_away();
};

namespace {

using Json = nlohmann::json;

path::PathConfig short_path(Duration delay = 1ms) {
  path::PathConfig path;
  path.rate = DataRate::bits_per_second(1'000'000'000);
  path.delay = delay;
  path.mtu = ByteCount{65'535};
  return path;
}

RigOptions on(const path::PathConfig& path) {
  RigOptions options;
  options.there = options.back = path;
  return options;
}

QStringList listening(const QString& mode, int connections) {
  return {"--mode",        mode,
          "--listen",      QString::number(Rig::kPort),
          "--connections", QString::number(connections)};
}

QString end_of(const Json& report, std::size_t connection) {
  return QString::fromStdString(report["connections"][connection]["end"]);
}

std::int64_t number(const Json& report, std::size_t connection, const char* key) {
  return report["connections"][connection][key].get<std::int64_t>();
}

void check_no_errors(Rig& rig) {
  const auto counters = rig.kernel_counters();
  QCOMPARE(counters.value("Tcp.InCsumErrors", -1), 0);
  QCOMPARE(counters.value("Tcp.InErrs", -1), 0);
  QCOMPARE(counters.value("TcpExt.TCPChallengeACK", -1), 0);
  QCOMPARE(counters.value("TcpExt.PAWSEstab", -1), 0);
}

}  // namespace

void LifecycleTest::init() {
  static const QString missing = missing_privilege();
  if (!missing.isEmpty()) QSKIP(qPrintable("This machine does not allow " + missing));
}

// Half closed by us: our FIN is out, what the kernel still writes is read to its end.
void LifecycleTest::the_kernel_goes_on_after_our_end() {
  Rig rig(on(short_path()));
  rig.start_stack(listening("source", 1) << "--bytes" << "100kB");
  const KernelStream& stream =
      rig.connect({.bytes_to_write = 3'000'000, .write_after_peer_closed = true});
  QVERIFY(rig.run_until([&] { return stream.over(); }, 30s));
  const Json report = rig.stack_report();
  QCOMPARE(stream.error(), 0);
  QCOMPARE(stream.read(), 100'000);
  QCOMPARE(end_of(report, 0), QString("completed"));
  QCOMPARE(number(report, 0, "bytes_received"), 3'000'000);
  QCOMPARE(QByteArray::fromStdString(report["connections"][0]["sha256_received"]),
           stream.written_sha256());
  check_no_errors(rig);
}

void LifecycleTest::the_kernel_resets_and_comes_again() {
  Rig rig(on(short_path()));
  rig.start_stack(listening("echo", 2));
  KernelStream& first = rig.connect({.bytes_to_write = 1'000'000'000});
  QVERIFY(rig.run_until([&] { return first.read() > 1'000'000; }, 30s));
  first.reset();
  const KernelStream& second = rig.connect({.bytes_to_write = 200'000});
  QVERIFY(rig.run_until([&] { return second.over(); }, 30s));
  const Json report = rig.stack_report();
  QCOMPARE(end_of(report, 0), QString("reset"));
  QCOMPARE(end_of(report, 1), QString("completed"));
  QCOMPARE(second.read(), 200'000);
  check_no_errors(rig);
}

void LifecycleTest::we_reset_when_we_must_end() {
  Rig rig(on(short_path()));
  rig.start_stack(listening("discard", 1));
  const KernelStream& stream = rig.connect({.bytes_to_write = 10'000'000'000});
  QVERIFY(rig.run_until([&] { return stream.written() > 1'000'000; }, 30s));
  rig.interrupt_stack();
  QVERIFY(rig.run_until([&] { return stream.over(); }, 30s));
  QVERIFY(stream.error() == ECONNRESET || stream.error() == EPIPE);
  const Json report = rig.stack_report();
  QCOMPARE(end_of(report, 0), QString("stopped"));
  QCOMPARE(rig.stack_exit_code(), 0);
  check_no_errors(rig);
}

void LifecycleTest::we_refuse_a_closed_port() {
  Rig rig(on(short_path()));
  rig.start_stack({"--mode", "discard", "--listen", "9"});
  const KernelStream& stream = rig.connect({});
  QVERIFY(rig.run_until([&] { return stream.over(); }, 30s));
  QCOMPARE(stream.error(), ECONNREFUSED);
  rig.interrupt_stack();
  QCOMPARE(rig.stack_report()["packets"]["refused"].get<int>(), 1);
  check_no_errors(rig);
}

void LifecycleTest::a_refused_connection_is_a_failure() {
  Rig rig(on(short_path()));
  rig.start_stack({"--mode", "source", "--connect", to_string(rig.kernel_end()).c_str()});
  const Json report = rig.stack_report();
  QCOMPARE(end_of(report, 0), QString("refused"));
  QCOMPARE(rig.stack_exit_code(), 1);
  const QString said = rig.stack_said();
  QVERIFY2(said.contains("10.77.1.1:5001 refused the connection"), qPrintable(said));
}

// The kernel's window is closed for longer than several probes are apart; then all comes.
void LifecycleTest::the_kernel_does_not_read_for_seconds() {
  Rig rig(on(short_path()));
  rig.start_stack(listening("source", 1) << "--bytes" << "5MB");
  KernelStream& stream = rig.connect({.paused = true}, {.receive_buffer = 30'000});
  const Duration closed = full_run() ? 60s : 3s;
  QVERIFY(!rig.run_until([&] { return stream.over(); }, closed));
  QVERIFY(rig.kernel_counters().value("TcpExt.TCPToZeroWindowAdv") > 0);
  stream.resume();
  QVERIFY(rig.run_until([&] { return stream.over(); }, 60s));
  const Json report = rig.stack_report();
  QCOMPARE(stream.read(), 5'000'000);
  QVERIFY(!stream.corrupted());
  QCOMPARE(end_of(report, 0), QString("completed"));
  check_no_errors(rig);
}

void LifecycleTest::we_read_so_slowly_that_the_kernel_probes() {
  Rig rig(on(short_path()));
  rig.start_stack(listening("discard", 1) << "--set" << "receiver.receive_buffer=8KiB" << "--set"
                                          << "receiver.read_rate=64kbit");
  const KernelStream& stream = rig.connect({.bytes_to_write = 20'000});
  QVERIFY(rig.run_until([&] { return stream.over(); }, 60s));
  const Json report = rig.stack_report();
  QCOMPARE(end_of(report, 0), QString("completed"));
  QCOMPARE(number(report, 0, "bytes_received"), 20'000);
  QVERIFY(rig.kernel_counters().value("TcpExt.TCPWinProbe") > 0);
  check_no_errors(rig);
}

void LifecycleTest::short_connections_from_the_kernel() {
  const int count = full_run() ? 20'000 : 2'000;
  constexpr int kAtOnce = 100;
  Rig rig(on(short_path(100us)));
  rig.start_stack(listening("echo", count));
  int begun = 0;
  int whole = 0;
  const auto step = [&] {
    rig.streams().remove_if([&](const KernelStream& stream) {
      if (!stream.over()) return false;
      whole += stream.error() == 0 && stream.read() == 300 && !stream.corrupted() ? 1 : 0;
      return true;
    });
    while (begun < count && rig.streams().size() < kAtOnce) {
      rig.connect({.bytes_to_write = 300});
      ++begun;
    }
    return begun == count && rig.streams().empty();
  };
  QVERIFY(rig.run_until(step, 300s));
  const Json report = rig.stack_report();
  QCOMPARE(whole, count);
  QCOMPARE(report["totals"]["completed"].get<int>(), count);
  QCOMPARE(report["totals"]["bytes_received"].get<int>(), count * 300);
  check_no_errors(rig);
}

// Each ends in TIME-WAIT on our side, with a port of its own.
void LifecycleTest::short_connections_from_us() {
  const int count = full_run() ? 10'000 : 1'000;
  Rig rig(on(short_path(100us)));
  rig.listen();
  rig.start_stack({"--mode", "source", "--bytes", "300B", "--connections", QString::number(count),
                   "--connect", to_string(rig.kernel_end()).c_str()});
  int whole = 0;
  const auto step = [&] {
    rig.streams().remove_if([&](const KernelStream& stream) {
      if (!stream.over()) return false;
      whole += stream.error() == 0 && stream.read() == 300 && !stream.corrupted() ? 1 : 0;
      return true;
    });
    return whole == count;
  };
  QVERIFY2(rig.run_until(step, 300s), qPrintable(QString::number(whole) + rig.stack_said()));
  const Json report = rig.stack_report();
  QCOMPARE(report["totals"]["completed"].get<int>(), count);
  check_no_errors(rig);
}

void LifecycleTest::a_device_that_cannot_be_had() {
  const auto space = Namespace::make();
  const Namespace::Inside inside(*space);
  const auto first = io::TunDevice::open("tun%d");
  QVERIFY(first.has_value());
  QCOMPARE(QString::fromStdString(first->name()), QString("tun0"));
  const auto second = io::TunDevice::open("tun0");
  QVERIFY(!second);
  QCOMPARE(second.error().kind, io::TunError::Kind::Busy);
  const auto other_kind = io::TunDevice::open("lo");
  QVERIFY(!other_kind);
  QCOMPARE(other_kind.error().kind, io::TunError::Kind::BadName);
  // Twice the same address is one.
  io::NetworkInterface interface("tun0");
  const auto address = io::parse_interface_address("10.77.0.1/24");
  QVERIFY(interface.add_address(*address).has_value());
  QVERIFY(interface.add_address(*address).has_value());
  QVERIFY(interface.set_mtu(1400).has_value());
  QCOMPARE(*interface.mtu(), 1400);
}

void LifecycleTest::a_device_that_goes_away() {
  const auto space = Namespace::make();
  QProcess stack;
  QProcess remove;
  stack.setReadChannel(QProcess::StandardError);
  {
    const Namespace::Inside inside(*space);
    stack.start(INFLIGHT_CLI,
                {"stack", "--tun", "tun0", "--address", "10.77.0.2", "--listen", "1"});
    while (!stack.canReadLine()) QVERIFY(stack.waitForReadyRead());
    remove.start("ip", {"link", "delete", "tun0"});
    QVERIFY(remove.waitForFinished());
  }
  QVERIFY(stack.waitForFinished());
  QCOMPARE(stack.exitCode(), 1);
  QVERIFY(stack.readAllStandardError().contains("tun0 was deleted"));
}

namespace {
const Register<LifecycleTest> registered;
}

}  // namespace inflight::testing

#include "lifecycle_test.moc"
