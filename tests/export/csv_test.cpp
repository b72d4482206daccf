// CSV: rows by time, empty cells, units in the header, exact values.
#include "export/csv.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "support/registry.h"
#include "support/trace_builder.h"

using namespace inflight;
using namespace inflight::exporting;
using namespace inflight::testing;
using trace::SeriesId;

class CsvTest : public QObject {
  Q_OBJECT
 private slots:
  void rowsByTimeWithEmptyCells() {
    TraceBuilder builder;
    builder.series(SeriesId::Cwnd, {{0, 12800}, {10, 3145728}})
        .series(SeriesId::BytesInFlight, {{10, 1000.5}})
        .series(SeriesId::RttSample, {{10, 0.0761}, {10, 0.08}})
        .until(20);
    QCOMPARE(text(builder.trace(), {.rate_interval = Duration{}}),
             QString("time_seconds,cwnd_bytes,bytes_in_flight,rtt_seconds\n"
                     "0.000000000,12800,,\n"
                     "0.010000000,3145728,1000.5,0.0761\n"
                     "0.010000000,,,0.08\n"));
  }

  void ratesAtTheirIntervals() {
    TraceBuilder builder;
    builder.series(SeriesId::ReadBytes, {{500, 1'250'000}, {1000, 2'500'000}, {1500, 3'750'000}});
    builder.until(2100);
    QCOMPARE(text(builder.trace(), {}), QString("time_seconds,read_bytes,throughput_mbits\n"
                                                "0.500000000,1250000,\n"
                                                "1.000000000,2500000,20.000000\n"
                                                "1.500000000,3750000,\n"
                                                "2.000000000,,10.000000\n"));
  }

  void chosenSeriesAndRange() {
    TraceBuilder builder;
    builder.series(SeriesId::Cwnd, {{-10, 1}, {0, 2}, {10, 3}, {20, 4}});
    builder.series(SeriesId::Pipe, {{10, 7}});
    builder.series(SeriesId::ReadBytes, {{10, 7}});
    QCOMPARE(text(builder.trace(), {{SeriesId::Pipe, SeriesId::Cwnd}, at_ms(0), at_ms(10), 10ms}),
             QString("time_seconds,pipe_bytes,cwnd_bytes,throughput_mbits\n"
                     "0.000000000,,2,\n"
                     "0.010000000,7,3,0.005600\n"));
    QCOMPARE(text(builder.trace(), {{SeriesId::Cwnd}, at_ms(-10), at_ms(-10), Duration{}}),
             QString("time_seconds,cwnd_bytes\n-0.010000000,1\n"));
    QCOMPARE(text(builder.trace(), {{SeriesId::Rto}, at_ms(50), at_ms(40), 10ms}),
             QString("time_seconds,rto_seconds,throughput_mbits\n"));
  }

  void emptyTraceHasAHeader() { QCOMPARE(text(trace::Trace(), {}), QString("time_seconds\n")); }

  void everySeriesNamesItsUnit() {
    QCOMPARE(csv_column(SeriesId::PathRate), std::string("path_rate_bits_per_second"));
    QCOMPARE(csv_column(SeriesId::OutboundQueue), std::string("outbound_queue_packets"));
    QCOMPARE(csv_column(SeriesId::BytesInFlight), std::string("bytes_in_flight"));
  }

  void filesAreComplete() {
    TraceBuilder builder;
    for (int i = 0; i < 20'000; ++i) builder.add(SeriesId::Cwnd, i, i * 1228.0);
    const QTemporaryDir directory;
    const std::string path = directory.filePath("run.csv").toStdString();
    QVERIFY(save_csv(builder.trace(), {}, path));
    std::ifstream in(path);
    const std::string content{std::istreambuf_iterator<char>(in), {}};
    QCOMPARE(QString::fromStdString(content), text(builder.trace(), {}));
    QCOMPARE(std::ranges::count(content, '\n'), 20'001);
    const auto failed = save_csv(builder.trace(), {}, directory.filePath("a/b.csv").toStdString());
    QVERIFY(!failed && failed.error().text.starts_with("Cannot write "));
  }

 private:
  static QString text(const trace::Trace& trace, const CsvOptions& options) {
    std::string text;
    write_csv(trace, options, [&](std::string_view piece) { text += piece; });
    return QString::fromStdString(text);
  }
};

namespace {
const inflight::testing::Register<CsvTest> registered;
}
#include "csv_test.moc"
