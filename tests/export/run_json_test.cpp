// The run JSON against its schema file, and its figures against the trace.
#include "export/run_json.h"

#include <QTest>
#include <fstream>

#include "support/json_schema.h"
#include "support/registry.h"
#include "support/source_dir.h"
#include "support/trace_builder.h"

using namespace inflight;
using namespace inflight::exporting;
using namespace inflight::testing;
using nlohmann::json;
using trace::SeriesId;

namespace {

trace::Trace sample_trace() {
  TraceBuilder builder;
  builder.ramp(SeriesId::ReadBytes, 100, 2500, 10, 55)
      .add(SeriesId::RttMin, 90, 0.076)
      .add(SeriesId::SendBuffer, 90, 4096)
      .limit(0, trace::Limit::Handshake)
      .limit(100, trace::Limit::ReceiveWindow)
      .until(2500);
  trace::Trace trace = builder.build();
  trace.info.scenario_json = R"({"name": "coder-2.9"})";
  trace.summary.tcp.slow_start_exit = trace::EventCause::HystartDelay;
  trace.summary.tcp.slow_start_exit_time = at_ms(700);
  trace.summary.tcp.slow_start_exit_cwnd = ByteCount{812'000};
  trace.summary.tcp.min_rtt = 76ms;
  trace.summary.trace_hash = 0x0123456789abcdefULL;
  return trace;
}

trace::Verdict sample_verdict() {
  trace::Verdict verdict;
  verdict.limited_by = trace::LimitedBy::ReceiveWindow;
  verdict.headline = "Receive window limits you: 512 KiB ÷ 76 ms = 55 Mbit/s";
  verdict.findings = {{trace::FindingCode::WindowHalfOfBuffer, "half", at_ms(5)},
                      {trace::FindingCode::Timeout, "no time", std::nullopt}};
  return verdict;
}

SchemaChecker schema() {
  std::ifstream in(INFLIGHT_SOURCE_DIR "/resources/schemas/inflight.run.1.json");
  return SchemaChecker(json::parse(in));
}

}  // namespace

class RunJsonTest : public QObject {
  Q_OBJECT
 private slots:
  void fieldsAndFigures() {
    const trace::Trace trace = sample_trace();
    const trace::Verdict verdict = sample_verdict();
    const json run = json::parse(run_json({trace, verdict}, 1s));
    QCOMPARE(schema().check(run), std::string());
    QVERIFY(run["schema"] == "inflight.run/1");
    QVERIFY(run["scenario"]["name"] == "coder-2.9");
    QCOMPARE(run["intervals"].size(), std::size_t{3});
    QCOMPARE(run["overall"].size(), std::size_t{3});
    QVERIFY(std::abs(run["intervals"][1]["throughput_mbits"].get<double>() - 55) < 1e-6);
    QVERIFY(std::abs(run["overall"]["end_time_seconds"].get<double>() - 2.5) < 1e-12);
    QVERIFY(run["limits"]["handshake"] == 0.04);
    QVERIFY(run["limits"]["receive_window"] == 0.96);
    QVERIFY(run["tcp"]["slow_start_exit"]["reason"] == "hystart_delay");
    QVERIFY(run["tcp"]["slow_start_exit"]["cwnd_bytes"] == 812'000);
    QVERIFY(run["tcp"]["smoothed_rtt_seconds"].is_null());
    QVERIFY(run["verdict"]["findings"][0]["code"] == "window_half_of_buffer");
    QVERIFY(run["verdict"]["findings"][1]["time_seconds"].is_null());
    QVERIFY(run["trace_hash"] == "0123456789abcdef");
  }

  void fieldsComeInTheContractsOrder() {
    const trace::Trace trace = sample_trace();
    const trace::Verdict verdict = sample_verdict();
    const auto run = nlohmann::ordered_json::parse(run_json({trace, verdict}, 1s));
    std::vector<std::string> names;
    for (const auto& [name, value] : run.items()) names.push_back(name);
    QCOMPARE(names, (std::vector<std::string>{"schema", "scenario", "overall", "intervals",
                                              "transfer", "stalls", "tcp", "queues", "limits",
                                              "verdict", "trace_hash"}));
  }

  void bothDirections() {
    const trace::Trace up = sample_trace();
    const trace::Trace down;
    const trace::Verdict verdict = sample_verdict();
    const json run = json::parse(run_json_both({up, verdict}, {down, verdict}, 1s));
    QCOMPARE(schema().check(run), std::string());
    QVERIFY(!run["up"].contains("schema"));
    QVERIFY(run["down"]["intervals"].empty());
  }

  void anEmptyRunIsValid() {
    const trace::Trace trace;
    const trace::Verdict verdict;
    const json run = json::parse(run_json({trace, verdict}, 1s));
    QCOMPARE(schema().check(run), std::string());
    QVERIFY(run["limits"]["unknown"] == 1.0);
    QVERIFY(run["tcp"]["slow_start_exit"]["reason"] == "none");
    QVERIFY(run["scenario"].is_object() && run["scenario"].empty());
  }

  void bytesThatAreNoTextAreReplaced() {
    trace::Trace trace = sample_trace();
    trace.info.scenario_json = "{not json";
    trace::Verdict verdict = sample_verdict();
    verdict.headline = "bad \xff byte";
    const json run = json::parse(run_json({trace, verdict}, 1s));
    QCOMPARE(schema().check(run), std::string());
    QVERIFY(run["scenario"].empty());
  }

  void everyLeftOutFieldIsNoticed() {
    const trace::Trace trace = sample_trace();
    const trace::Verdict verdict = sample_verdict();
    const json run = json::parse(run_json({trace, verdict}, 1s));
    for (const auto& [name, value] : run.items()) {
      json less = run;
      less.erase(name);
      QVERIFY(!schema().check(less).empty());
    }
    json wrong = run;
    wrong["limits"]["more"] = 0;
    QVERIFY(!schema().check(wrong).empty());
    wrong = run;
    wrong["verdict"]["limited_by"] = "the weather";
    QVERIFY(!schema().check(wrong).empty());
  }
};

namespace {
const inflight::testing::Register<RunJsonTest> registered;
}
#include "run_json_test.moc"
