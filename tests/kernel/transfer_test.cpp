// Our stack against Linux's TCP through a network that loses, reorders, repeats and delays: both
// roles, both directions, every congestion control, header and option that the two can have. Every
// byte is checked at both ends, and the kernel's own counters judge what we sent.
#include <QFile>
#include <QTest>

#include "kernel/rig.h"
#include "support/json_schema.h"
#include "support/registry.h"
#include "support/seeds.h"
#include "support/source_dir.h"

namespace inflight::testing {

class TransferTest : public QObject {
  Q_OBJECT

 private slots:
  void init();
  void every_byte_arrives_data();
  void every_byte_arrives();
  void marks_stand_for_losses_data();
  void marks_stand_for_losses();
  void a_gigabyte_each_way_data();
  void a_gigabyte_each_way();
};

namespace {

using Json = nlohmann::json;

constexpr std::array kAlgorithms{"reno", "cubic", "bbr"};
constexpr std::array kModes{"discard", "source", "echo"};

// What one end of the connection does not offer. Of the kernel's side, of ours.
struct OptionSet {
  const char* name;
  std::vector<std::pair<QString, QString>> kernel;
  QStringList stack;
};

const std::vector<OptionSet>& option_sets() {
  static const std::vector<OptionSet> sets{
      {"all options", {}, {}},
      {"no timestamps", {{"net/ipv4/tcp_timestamps", "0"}}, {}},
      {"no sack", {{"net/ipv4/tcp_sack", "0"}}, {}},
      {"no scaling", {{"net/ipv4/tcp_window_scaling", "0"}}, {}},
      {"no option of the kernel's",
       {{"net/ipv4/tcp_timestamps", "0"},
        {"net/ipv4/tcp_sack", "0"},
        {"net/ipv4/tcp_window_scaling", "0"}},
       {}},
      {"no option of ours",
       {},
       {"--set", "tcp.timestamps=off", "--set", "tcp.window_scaling=off", "--set",
        "sender.recovery=newreno"}},
      {"ECN asked for by the kernel", {{"net/ipv4/tcp_ecn", "1"}}, {}},
      {"ECN at both ends", {{"net/ipv4/tcp_ecn", "1"}}, {"--set", "tcp.ecn=on"}},
  };
  return sets;
}

struct Network {
  bool ipv6;
  int mtu;
};
constexpr std::array kNetworks{Network{false, 1500}, Network{true, 1500},  Network{false, 576},
                               Network{true, 1280},  Network{false, 9000}, Network{false, 1280},
                               Network{true, 9000}};

path::PathConfig hard_path() {
  path::PathConfig path;
  path.rate = DataRate::bits_per_second(200'000'000);
  path.queue.room = ByteCount{500'000};
  path.delay = 3ms;
  path.loss = 0.005;
  path.reorder = 0.01;
  path.reorder_delay = 2ms;
  path.duplicate = 0.005;
  path.mtu = ByteCount{65'535};
  return path;
}

path::PathConfig clean_path() {
  path::PathConfig path;
  path.rate = DataRate::bits_per_second(10'000'000'000);
  path.queue.room = ByteCount{4'000'000};
  path.delay = 200us;
  path.mtu = ByteCount{65'535};
  return path;
}

QString our_name(const QString& algorithm) { return algorithm == "reno" ? "newreno" : algorithm; }

// One connection, by whoever of the two connects.
void begin(Rig& rig, bool kernel_connects, QStringList arguments, const KernelPlan& plan,
           const KernelOptions& options) {
  if (kernel_connects) {
    rig.start_stack(arguments << "--listen" << QString::number(Rig::kPort) << "--connections"
                              << "1");
    rig.connect(plan, options);
  } else {
    rig.listen(options);
    rig.on_accept(plan);
    rig.start_stack(arguments << "--connect" << to_string(rig.kernel_end()).c_str());
  }
}

bool ended(Rig& rig) { return !rig.streams().empty() && rig.streams().front().over(); }

QByteArray schema_error(const Json& report) {
  QFile file(INFLIGHT_SOURCE_DIR "/resources/schemas/inflight.stack.1.json");
  if (!file.open(QIODevice::ReadOnly)) return "no schema";
  const SchemaChecker checker(Json::parse(file.readAll().toStdString()));
  return QByteArray::fromStdString(checker.check(report));
}

// Both ends have begun and ended in order, and the hashes and counts are those of what was carried.
void check_transfer(const KernelStream& kernel, const Json& report, const QString& mode,
                    std::int64_t bytes) {
  QCOMPARE(kernel.error(), 0);
  QVERIFY(!kernel.corrupted());
  QCOMPARE(schema_error(report), QByteArray());
  QCOMPARE(report["connections"].size(), std::size_t{1});
  const Json& ours = report["connections"][0];
  QCOMPARE(QString::fromStdString(ours["end"]), QString("completed"));
  if (mode != "source") {
    QCOMPARE(kernel.written(), bytes);
    QCOMPARE(ours["bytes_received"].get<std::int64_t>(), bytes);
    QCOMPARE(QByteArray::fromStdString(ours["sha256_received"]), kernel.written_sha256());
  }
  if (mode != "discard") {
    QCOMPARE(kernel.read(), bytes);
    QCOMPARE(ours["bytes_sent"].get<std::int64_t>(), bytes);
  }
  QCOMPARE(report["packets"]["bad_checksums"].get<int>(), 0);
}

// What the kernel thought of our segments.
void check_counters(const QMap<QString, qint64>& counters, bool order_kept) {
  QCOMPARE(counters.value("Tcp.InCsumErrors", -1), 0);
  QCOMPARE(counters.value("Tcp.InErrs", -1), 0);
  QCOMPARE(counters.value("TcpExt.TCPChallengeACK", -1), 0);
  QCOMPARE(counters.value("TcpExt.TCPSYNChallenge", -1), 0);
  QCOMPARE(counters.value("TcpExt.PAWSActive", -1), 0);
  QCOMPARE(counters.value("TcpExt.TCPMD5Unexpected", -1), 0);
  QCOMPARE(counters.value("TcpExt.TCPAbortOnData", -1), 0);
  // A repeated or late packet may carry an old timestamp.
  if (order_kept) QCOMPARE(counters.value("TcpExt.PAWSEstab", -1), 0);
}

}  // namespace

void TransferTest::init() {
  static const QString missing = missing_privilege();
  if (!missing.isEmpty()) QSKIP(qPrintable("This machine does not allow " + missing));
}

void TransferTest::every_byte_arrives_data() {
  QTest::addColumn<QString>("congestion");
  QTest::addColumn<QString>("mode");
  QTest::addColumn<bool>("kernel_connects");
  QTest::addColumn<int>("network");
  QTest::addColumn<int>("options");
  const auto row = [](std::size_t algorithm, std::size_t mode, bool connects, std::size_t network,
                      std::size_t options) {
    const QString name = QString("%1, %2, %3, IPv%4, MTU %5, %6")
                             .arg(kAlgorithms[algorithm], kModes[mode],
                                  connects ? "the kernel connects" : "we connect")
                             .arg(kNetworks[network].ipv6 ? 6 : 4)
                             .arg(kNetworks[network].mtu)
                             .arg(option_sets()[options].name);
    QTest::newRow(qPrintable(name))
        << QString(kAlgorithms[algorithm]) << QString(kModes[mode]) << connects
        << static_cast<int>(network) << static_cast<int>(options);
  };
  // Networks and options take turns; a full run has them all with one another.
  std::size_t turn = 0;
  for (std::size_t algorithm = 0; algorithm < kAlgorithms.size(); ++algorithm) {
    for (std::size_t mode = 0; mode < kModes.size(); ++mode) {
      for (const bool connects : {true, false}) {
        for (std::size_t network = 0; network < kNetworks.size(); ++network) {
          for (std::size_t options = 0; options < option_sets().size(); ++options) {
            const bool its_turn =
                network == turn % kNetworks.size() &&
                options == (turn + turn / kNetworks.size()) % option_sets().size();
            if (full_run() || its_turn) row(algorithm, mode, connects, network, options);
          }
        }
        ++turn;
      }
    }
  }
}
void TransferTest::every_byte_arrives() {
  QFETCH(const QString, congestion);
  QFETCH(const QString, mode);
  QFETCH(const bool, kernel_connects);
  QFETCH(const int, network);
  QFETCH(const int, options);
  const Network& chosen = kNetworks[static_cast<std::size_t>(network)];
  const OptionSet& set = option_sets()[static_cast<std::size_t>(options)];
  RigOptions rig_options{.mtu = chosen.mtu, .ipv6 = chosen.ipv6, .settings = set.kernel};
  rig_options.there = rig_options.back = hard_path();
  Rig rig(rig_options);
  const std::int64_t bytes = 1'000'000;
  const KernelOptions kernel_options{.congestion = congestion.toUtf8()};
  const KernelPlan plan{.bytes_to_write = mode == "source" ? 0 : bytes,
                        .write_after_peer_closed = mode == "source"};
  QStringList arguments{"--mode", mode, "--set", "sender.congestion=" + our_name(congestion)};
  arguments << set.stack;
  if (mode == "source") arguments << "--bytes" << QString::number(bytes) + "B";
  begin(rig, kernel_connects, arguments, plan, kernel_options);
  QVERIFY2(rig.run_until([&] { return ended(rig); }, 60s), qPrintable(rig.stack_said()));
  const Json report = rig.stack_report();
  QVERIFY2(rig.stack_exit_code() == 0, qPrintable(rig.stack_said()));
  check_transfer(rig.streams().front(), report, mode, bytes);
  check_counters(rig.kernel_counters(), false);
}

void TransferTest::marks_stand_for_losses_data() {
  QTest::addColumn<QString>("mode");
  QTest::addColumn<bool>("kernel_connects");
  for (const char* mode : {"discard", "source"}) {
    for (const bool connects : {true, false}) {
      QTest::addRow("%s, %s", mode, connects ? "the kernel connects" : "we connect")
          << mode << connects;
    }
  }
}
// A queue that marks long before it is full: both senders slow down without losing anything.
void TransferTest::marks_stand_for_losses() {
  QFETCH(const QString, mode);
  QFETCH(const bool, kernel_connects);
  path::PathConfig path = hard_path();
  path.loss = path.reorder = path.duplicate = 0;
  path.rate = DataRate::bits_per_second(50'000'000);
  path.queue.room = ByteCount{2'000'000};
  path.queue.mark_threshold = ByteCount{30'000};
  RigOptions options{.there = path, .back = path, .settings = {{"net/ipv4/tcp_ecn", "1"}}};
  Rig rig(options);
  const std::int64_t bytes = 3'000'000;
  const KernelPlan plan{.bytes_to_write = mode == "source" ? 0 : bytes,
                        .write_after_peer_closed = mode == "source"};
  QStringList arguments{"--mode", mode, "--set", "tcp.ecn=on"};
  if (mode == "source") arguments << "--bytes" << QString::number(bytes) + "B";
  begin(rig, kernel_connects, arguments, plan, {});
  QVERIFY(rig.run_until([&] { return ended(rig); }, 60s));
  const Json report = rig.stack_report();
  check_transfer(rig.streams().front(), report, mode, bytes);
  const auto counters = rig.kernel_counters();
  check_counters(counters, true);
  // The sender answered, so the queue never came near its end.
  QCOMPARE(counters.value("Tcp.RetransSegs", -1), 0);
  QCOMPARE(report["connections"][0]["retransmits"].get<int>(), 0);
  const char* const marked = mode == "source" ? "IpExt.InCEPkts" : "TcpExt.TCPDeliveredCE";
  QVERIFY2(counters.value(marked) > 0, marked);
}

void TransferTest::a_gigabyte_each_way_data() {
  QTest::addColumn<QString>("mode");
  QTest::newRow("the kernel sends") << "discard";
  QTest::newRow("we send") << "source";
}
void TransferTest::a_gigabyte_each_way() {
  QFETCH(const QString, mode);
  const std::int64_t bytes = full_run() ? 1'000'000'000 : 50'000'000;
  RigOptions options;
  options.there = options.back = clean_path();
  Rig rig(options);
  QStringList arguments{"--mode",        mode, "--listen", QString::number(Rig::kPort),
                        "--connections", "1"};
  if (mode == "source") arguments << "--bytes" << QString::number(bytes) + "B";
  rig.start_stack(arguments);
  const KernelStream& stream = rig.connect({.bytes_to_write = mode == "source" ? 0 : bytes,
                                            .write_after_peer_closed = mode == "source"});
  QVERIFY2(rig.run_until([&] { return stream.over(); }, 300s), qPrintable(rig.stack_said()));
  const Json report = rig.stack_report();
  check_transfer(stream, report, mode, bytes);
  check_counters(rig.kernel_counters(), true);
}

namespace {
const Register<TransferTest> registered;
}

}  // namespace inflight::testing

#include "transfer_test.moc"
