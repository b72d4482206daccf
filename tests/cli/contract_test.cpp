// What other programs rely on: the table, the JSON field for field, the line that `serve` prints,
// keys, the settings' documentation.
#include <QDir>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <nlohmann/json.hpp>

#include "cli/cli.h"
#include "support/json_schema.h"
#include "support/registry.h"
#include "support/source_dir.h"

using inflight::testing::Outcome;
using inflight::testing::run;
using inflight::testing::run_cli;
using inflight::testing::SchemaChecker;
using inflight::testing::ServeProcess;
using Json = nlohmann::ordered_json;

namespace {

QByteArray read_file(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// "a b{c d} e" of an object: its keys in their order, objects spelled out; of a list, its first
// member.
std::string shape(const Json& value) {
  if (value.is_array()) return "[" + (value.empty() ? std::string() : shape(value[0])) + "]";
  if (!value.is_object()) return {};
  std::string text = "{";
  for (const auto& [key, member] : value.items()) {
    text += (text.size() > 1 ? " " : "") + key + shape(member);
  }
  return text + "}";
}

// The fields of the contract, without those that a scenario has.
const char* const kRunFields =
    "overall{start_time_seconds end_time_seconds throughput_mbits} "
    "intervals[{start_time_seconds end_time_seconds throughput_mbits}] "
    "transfer{bytes completed completion_seconds handshake_seconds first_byte_seconds} "
    "stalls{count longest_seconds total_seconds} "
    "tcp{segments_sent retransmits rtos fast_recoveries max_cwnd_bytes min_rtt_seconds "
    "smoothed_rtt_seconds slow_start_exit{reason time_seconds cwnd_bytes}} "
    "queues{outbound_drops outbound_max_packets outbound_blocked_seconds path_drops "
    "path_max_bytes} "
    "limits{handshake sender_application send_buffer outbound_queue receive_window "
    "receiver_application slow_start congestion_window recovery pacing idle unknown} "
    "verdict{limited_by headline findings[";

// Everything but the scenario, whose keys have tests of their own, and the findings' members.
void check_run(Json run) {
  QVERIFY(run.at("scenario").is_object());
  run.erase("scenario");
  run.erase("schema");
  const std::string fields = shape(run);
  QVERIFY2(fields.starts_with("{" + std::string(kRunFields)), fields.c_str());
  QVERIFY2(fields.ends_with("]} trace_hash}"), fields.c_str());
  double total = 0;
  for (const auto& [limit, share] : run["limits"].items()) total += share.get<double>();
  QVERIFY(std::abs(total - 1) < 1e-6);
}

Json parse(const QString& text) { return Json::parse(text.toStdString()); }

std::string schema_error(const Json& run) {
  const QByteArray schema = read_file(INFLIGHT_SOURCE_DIR "/resources/schemas/inflight.run.1.json");
  return SchemaChecker(nlohmann::json::parse(schema.toStdString())).check(run);
}

}  // namespace

class ContractTest : public QObject {
  Q_OBJECT

 private slots:
  void the_table() {
    const Outcome outcome = run_cli(
        {"simulate", "--scenario", "coder-2.9", "--duration", "2500ms", "--interval", "1s"});
    QCOMPARE(outcome.code, 0);
    QCOMPARE(outcome.err, QString());
    const QStringList lines = outcome.out.split('\n');
    QVERIFY(QRegularExpression("^INTERVAL +THROUGHPUT$").match(lines[0]).hasMatch());
    for (const auto& [line, interval] : {std::pair{1, "0.00-1.00 sec"},
                                         {2, "1.00-2.00 sec"},
                                         {3, "2.00-2.50 sec"},
                                         {5, "0.00-2.50 sec"}}) {
      const QRegularExpression row("^" + QRegularExpression::escape(interval) +
                                   " +\\d+\\.\\d{4} Mbits/sec$");
      QVERIFY2(row.match(lines[line]).hasMatch(), qPrintable(lines[line]));
    }
    QVERIFY(QRegularExpression("^-+$").match(lines[4]).hasMatch());
    QCOMPARE(lines[6], QString());
    QVERIFY(lines[7].startsWith("Receive window limits you: 512 KiB"));
  }

  void a_run_as_json() {
    const Outcome outcome =
        run_cli({"simulate", "--scenario", "coder-2.10", "--duration", "1500ms", "--json", "-"});
    QCOMPARE(outcome.code, 0);
    const Json run = parse(outcome.out);
    QCOMPARE(QByteArray(run.at("schema").get<std::string>().c_str()), QByteArray("inflight.run/1"));
    QCOMPARE(QByteArray(schema_error(run).c_str()), QByteArray());
    check_run(run);
    const Json finding = run["verdict"]["findings"][0];
    QCOMPARE(QByteArray(shape(finding).c_str()), QByteArray("{code text time_seconds}"));
    QCOMPARE(QByteArray(finding["code"].get<std::string>().c_str()),
             QByteArray("slow_start_overshoot"));
    QVERIFY(run["tcp"]["slow_start_exit"]["reason"] == "loss");
    QCOMPARE(run["intervals"].size(), std::size_t{2});
  }

  // Other flows add an object of their own, and only where there are any.
  void other_flows_as_json() {
    const Outcome outcome = run_cli({"simulate", "--scenario", "bandwidth-shrinks", "--duration",
                                     "2s", "--set", "cross.start=1s", "--json", "-"});
    QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
    Json run = parse(outcome.out);
    QCOMPARE(QByteArray(schema_error(run).c_str()), QByteArray());
    QCOMPARE(QByteArray(shape(run.at("cross")).c_str()),
             QByteArray("{flows[{start_time_seconds end_time_seconds bytes throughput_mbits "
                        "retransmits path_drops}] fairness_index}"));
    const Json& flow = run["cross"]["flows"][0];
    QCOMPARE(flow["start_time_seconds"].get<double>(), 1.0);
    QCOMPARE(flow["end_time_seconds"].get<double>(), 2.0);
    QVERIFY(flow["throughput_mbits"].get<double>() > 1);
    run.erase("cross");
    check_run(run);
  }

  void both_directions_as_json() {
    ServeProcess server({"--once"});
    const Outcome outcome = run_cli({"speedtest", server.url(), "--direction", "both", "-t",
                                     "300ms", "--interval", "100ms", "--json", "-"});
    QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
    const Json both = parse(outcome.out);
    QCOMPARE(QByteArray(schema_error(both).c_str()), QByteArray());
    QCOMPARE(both.size(), std::size_t{3});
    for (const char* direction : {"up", "down"}) {
      check_run(both.at(direction));
      QVERIFY(both[direction]["overall"]["throughput_mbits"].get<double>() > 1);
    }
  }

  // --describe prints every key of --set, and what it prints can be run.
  void a_described_scenario_is_a_scenario() {
    const Outcome described = run_cli({"simulate", "--describe", "fibre-4150km"});
    QCOMPARE(described.code, 0);
    const Json scenario = parse(described.out);
    const QString settings = run_cli({"list", "--settings"}).out;
    static const QRegularExpression row("^\\| `([a-z_.]+)` \\|",
                                        QRegularExpression::MultilineOption);
    int keys = 0;
    for (const auto& match : row.globalMatch(settings)) {
      const std::string key = match.captured(1).toStdString();
      const std::string pointer = "/" + QString(key.c_str()).replace('.', '/').toStdString();
      QVERIFY2(scenario.contains(Json::json_pointer(pointer)), key.c_str());
      ++keys;
    }
    QVERIFY(keys > 35);
    const QTemporaryDir folder;
    QFile file(folder.filePath("mine.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(described.out.toUtf8());
    file.close();
    QCOMPARE(run_cli({"simulate", file.fileName()}).out,
             run_cli({"simulate", "--scenario", "fibre-4150km"}).out);
  }

  void settings_are_documented() {
    QVERIFY2(run_cli({"list", "--settings"}).out.toUtf8() ==
                 read_file(INFLIGHT_SOURCE_DIR "/SETTINGS.md"),
             "run: inflight-cli list --settings > SETTINGS.md");
  }

  void lists_the_scenarios() {
    const Outcome list = run_cli({"list"});
    QCOMPARE(list.code, 0);
    QCOMPARE(list.out, run_cli({"simulate", "--list"}).out);
    for (const QString& file :
         QDir(INFLIGHT_SOURCE_DIR "/resources/scenarios").entryList({"*.json"})) {
      QVERIFY2(list.out.contains(file.chopped(5) + " "), qPrintable(file));
    }
  }

  void serve_prints_its_address() {
    ServeProcess server({"--once"});
    QVERIFY2(QRegularExpression("^inflight://127\\.0\\.0\\.1:\\d+#[A-Za-z0-9+/]{43}=$")
                 .match(server.url())
                 .hasMatch(),
             qPrintable(server.url()));
    const Outcome test = run_cli({"speedtest", server.endpoint(), "--peer-key",
                                  server.url().section('#', 1), "-t", "100ms"});
    QVERIFY2(test.code == 0, qPrintable(test.err));
    QVERIFY(test.out.startsWith("INTERVAL"));
    QCOMPARE(server.wait(), 0);
    QVERIFY(server.said().contains("inflight-cli speedtest '" + server.url() + "'"));
    QCOMPARE(server.printed(), QString());
  }

  // RFC 7748 §6.1: Alice's keys.
  void keys() {
    const Outcome half = run({.arguments = {"keygen", "--public"},
                              .input = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n",
                              .largest_file = 0,
                              .folder = {}});
    QCOMPARE(half.out, QString("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n"));
    const Outcome first = run_cli({"keygen"});
    QVERIFY(QRegularExpression("^[A-Za-z0-9+/]{43}=\n$").match(first.out).hasMatch());
    QVERIFY(run_cli({"keygen"}).out != first.out);
  }

  // Headers alone tell the same of a connection.
  void packets_cut_short() {
    const QTemporaryDir folder;
    const auto analyzed = [&](const QString& bytes) {
      const QString file = folder.filePath(bytes + ".pcapng");
      run_cli({"simulate", "--scenario", "coder-2.9", "--duration", "1s", "--pcap-file", file,
               "--pcap-snaplen", bytes});
      return run_cli({"analyze", file}).out.replace(file, "FILE");
    };
    const QString whole = analyzed("65535");
    QVERIFY2(whole.contains("1 TCP flow"), qPrintable(whole));
    QCOMPARE(analyzed("100"), whole);
    QVERIFY(QFileInfo(folder.filePath("100.pcapng")).size() * 5 <
            QFileInfo(folder.filePath("65535.pcapng")).size());
  }

  void compares() {
    const QTemporaryDir folder;
    const QString picture = folder.filePath("versions.svg");
    const Outcome outcome =
        run_cli({"compare", "coder-2.9", "coder-2.12", "--vary", "path.rtt=10ms,60ms", "--set",
                 "path.rate=100Mbit", "--set", "duration=500ms", "--svg", picture});
    QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
    const QStringList lines = outcome.out.split('\n');
    QVERIFY(QRegularExpression("^path.rtt +coder-2.9 +coder-2.12 +\\(Mbit/s\\)$")
                .match(lines[0])
                .hasMatch());
    QVERIFY(QRegularExpression("^10ms +\\d+\\.\\d +\\d+\\.\\d$").match(lines[1]).hasMatch());
    QVERIFY(QRegularExpression("^60ms +\\d+\\.\\d +\\d+\\.\\d$").match(lines[2]).hasMatch());
    const QByteArray svg = read_file(picture);
    QVERIFY(svg.startsWith("<svg ") && svg.contains("coder-2.12") && svg.contains("60ms"));
  }
};

namespace {
const inflight::testing::Register<ContractTest> registered;
}
#include "contract_test.moc"
