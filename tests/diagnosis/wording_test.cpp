// Figures as sentences show them.
#include "diagnosis/wording.h"

#include <QTest>

#include "diagnosis/settings.h"
#include "diagnosis/what_if.h"
#include "support/registry.h"
#include "support/trace_builder.h"

using namespace inflight;
using namespace inflight::diagnosis;
using namespace inflight::testing;

class WordingTest : public QObject {
  Q_OBJECT
 private slots:
  void figures_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const std::string& text, const char* expected) {
      QTest::newRow(expected) << QString::fromStdString(text) << QString(expected);
    };
    row(size_text(0), "0 B");
    row(size_text(900), "900 B");
    row(size_text(65'535), "64 KiB");
    row(size_text(524'288), "512 KiB");
    row(size_text(1'023.9 * 1'024), "1 MiB");
    row(size_text(2'034'237), "1.94 MiB");
    row(rate_text(55'188'210), "55.2 Mbit/s");
    row(rate_text(999'900'000), "1 Gbit/s");
    row(rate_text(999'000'000), "999 Mbit/s");
    row(rate_text(12'345'678'901), "12.3 Gbit/s");
    row(rate_text(1'310'720), "1.31 Mbit/s");
    row(delay_text(76ms), "76 ms");
    row(delay_text(Duration{76'430'000}), "76.4 ms");
    row(delay_text(1200ms), "1.2 s");
    row(seconds_text(at_ms(940)), "0.94 s");
    row(seconds_text(700ms), "0.7 s");
    row(count_text(7), "7");
    row(count_text(1'231, "packet"), "1,231 packets");
    row(count_text(1, "packet"), "1 packet");
    row(count_text(1'234'567), "1,234,567");
    row(count_text(-1'234), "-1,234");
    row(share_text(0.714), "71 %");
    row(share_text(0.004), "0.4 %");
    row(share_text(0.9999), "100 %");
    row(share_text(0), "0 %");
  }
  void figures() {
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(text, expected);
  }

  void settingsFromJson_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("known");
    QTest::newRow("nested") << QByteArray(R"({"receiver": {"receive_buffer": "1MiB"}})") << true;
    QTest::newRow("dotted") << QByteArray(R"({"receiver.receive_buffer": "1MiB"})") << true;
    QTest::newRow("no unit") << QByteArray(R"({"receiver": {"receive_buffer": "1"}})") << false;
    QTest::newRow("a number") << QByteArray(R"({"receiver": {"receive_buffer": 1}})") << false;
    QTest::newRow("another shape") << QByteArray(R"({"receiver": 5})") << false;
    QTest::newRow("a list") << QByteArray("[]") << false;
    QTest::newRow("no JSON") << QByteArray("{") << false;
    QTest::newRow("empty") << QByteArray() << false;
  }
  void settingsFromJson() {
    QFETCH(QByteArray, json);
    QFETCH(bool, known);
    trace::TraceInfo info;
    info.scenario_json = json.toStdString();
    QVERIFY(read_settings(info).receive_buffer == (known ? std::optional(1_MiB) : std::nullopt));
  }

  void whatIfRunsTheAdvice() {
    const auto transfer = [](double megabits, int retransmits) {
      TraceBuilder builder;
      builder.ramp(trace::SeriesId::ReadBytes, 0, 2'000, 10, megabits);
      builder.trace().summary.tcp.retransmits = retransmits;
      return builder.build();
    };
    const trace::Advice advice{"HyStart on", "", {{"sender.hystart", "linux"}}};
    std::vector<trace::Override> seen;
    const RunWith run = [&](std::span<const trace::Override> overrides)
        -> std::expected<trace::Trace, std::string> {
      seen.assign(overrides.begin(), overrides.end());
      return transfer(134, 0);
    };
    const auto result = what_if(transfer(55, 692), advice, run);
    QVERIFY(result && seen == advice.overrides);
    QCOMPARE(QString::fromStdString(result->effect),
             QString("134 Mbit/s instead of 55 Mbit/s, 0 retransmissions instead of 692"));
    QCOMPARE(result->trace.end(), at_ms(2'000));
    QCOMPARE(effect_text(result->before, result->before), std::string("no effect"));

    const RunWith failing = [](auto) -> std::expected<trace::Trace, std::string> {
      return std::unexpected("No such key.");
    };
    QCOMPARE(what_if(transfer(1, 0), advice, failing).error(), std::string("No such key."));
  }
};

namespace {
const inflight::testing::Register<WordingTest> registered;
}
#include "wording_test.moc"
