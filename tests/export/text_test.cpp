// Tables and verdicts as the terminal shows them.
#include "export/text.h"

#include <QTest>

#include "support/registry.h"
#include "support/trace_builder.h"

using namespace inflight;
using namespace inflight::exporting;
using namespace inflight::testing;
using trace::SeriesId;

class TextTest : public QObject {
  Q_OBJECT
 private slots:
  void tableInTheShapeOfASpeedTest() {
    const trace::Trace trace = TraceBuilder()
                                   .ramp(SeriesId::ReadBytes, 0, 1000, 10, 5.5)
                                   .ramp(SeriesId::ReadBytes, 1000, 2500, 10, 204.25)
                                   .build();
    QCOMPARE(QString::fromStdString(interval_table(trace, 1s)),
             QString("INTERVAL       THROUGHPUT\n"
                     "0.00-1.00 sec  5.5000 Mbits/sec\n"
                     "1.00-2.00 sec  204.2500 Mbits/sec\n"
                     "2.00-2.50 sec  204.2500 Mbits/sec\n"
                     "---------------------------------\n"
                     "0.00-2.50 sec  124.7500 Mbits/sec\n"));
  }

  void verdictInSentences() {
    trace::Verdict verdict;
    verdict.headline = "Receive window limits you: 512 KiB ÷ 76 ms = 55 Mbit/s";
    verdict.explanation = "The receiver lets no more than this be under way.";
    verdict.shares[static_cast<std::size_t>(trace::Limit::ReceiveWindow)] = 0.93;
    verdict.shares[static_cast<std::size_t>(trace::Limit::SlowStart)] = 0.068;
    verdict.shares[static_cast<std::size_t>(trace::Limit::Handshake)] = 0.002;
    verdict.evidence = {{"In flight stays at the window.", at_ms(800)}};
    verdict.findings = {{trace::FindingCode::WindowHalfOfBuffer, "Half is used.", std::nullopt}};
    verdict.advice = {
        {"Receive buffer of 4 MiB", "It fills the path.", {{"receiver.receive_buffer", "4MiB"}}}};
    QCOMPARE(QString::fromStdString(verdict_text(verdict)),
             QString::fromUtf8("Receive window limits you: 512 KiB ÷ 76 ms = 55 Mbit/s\n"
                               "  The receiver lets no more than this be under way.\n"
                               "  93 % receive window, 7 % slow start\n"
                               "  - In flight stays at the window. (0.800 s)\n"
                               "  ! Half is used.\n"
                               "  > Receive buffer of 4 MiB: It fills the path.\n"
                               "      --set receiver.receive_buffer=4MiB\n"));
  }
};

namespace {
const inflight::testing::Register<TextTest> registered;
}
#include "text_test.moc"
