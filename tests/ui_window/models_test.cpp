// The models behind the tables: what they say, and that they keep Qt's rules for models.
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "support/demo_trace.h"
#include "support/registry.h"
#include "ui/models/comparison_model.h"
#include "ui/models/flows_model.h"
#include "ui/models/log_model.h"
#include "ui/models/run_store.h"
#include "ui/models/runs_model.h"
#include "ui/models/verdict_view.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

TraceFiles noFiles() {
  return {[](const trace::Trace&, const QString&) { return false; },
          [](const QString&) { return nullptr; }};
}

Run named(const QString& name) {
  Run run;
  run.name = name;
  run.verdict = QStringLiteral("Slow start overshot");
  return run;
}

FlowRow flow(std::uint32_t index, std::int64_t bytes) {
  FlowRow row;
  row.index = index;
  row.sender = "10.0.0.1:5000";
  row.receiver = "10.0.0.2:80";
  row.bytes = ByteCount{bytes};
  row.duration = 1s;
  row.throughput = static_cast<double>(bytes) * 8;
  return row;
}

QString cell(const QAbstractItemModel& model, int row, int column) {
  return model.index(row, column).data().toString();
}

// -1 if it has no such figure.
int columnOf(const ComparisonModel& model, const QString& figure) {
  for (int column = 1; column < model.columnCount(); ++column) {
    if (model.headerData(column, Qt::Horizontal, Qt::DisplayRole) == figure) return column;
  }
  return -1;
}

// How B differs from A, and whether that is better.
std::pair<QString, int> difference(const ComparisonModel& model, const QString& figure) {
  const int column = columnOf(model, figure);
  return {
      cell(model, ComparisonModel::Difference, column),
      model.index(ComparisonModel::Difference, column).data(ComparisonModel::kBetterRole).toInt()};
}

}  // namespace

class ModelsTest : public QObject {
  Q_OBJECT

 private slots:
  void runs_show_their_figures() {
    RunStore store(noFiles());
    RunsModel model(store);
    const QAbstractItemModelTester tester(&model, kFatal);
    const int id = store.add(named("coder-2.10"), testing::makeOvershootTrace());
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(cell(model, 0, RunsModel::Name), QStringLiteral("coder-2.10"));
    QVERIFY(cell(model, 0, RunsModel::Throughput).endsWith("Mbit/s"));
    QVERIFY(cell(model, 0, RunsModel::Rtt).endsWith("ms"));
    QCOMPARE(cell(model, 0, RunsModel::Verdict), QStringLiteral("Slow start overshot"));
    store.remove(id);
    QCOMPARE(model.rowCount(), 0);
  }

  void a_run_that_goes_on_has_no_figures_yet() {
    RunStore store(noFiles());
    RunsModel model(store);
    Run run = named("running");
    run.running = true;
    const auto trace = testing::makeCalmTrace();
    const int id = store.add(run, trace);
    QCOMPARE(cell(model, 0, RunsModel::Throughput), QStringLiteral("–"));
    store.finish(id, trace, "Path full");
    QVERIFY(cell(model, 0, RunsModel::Throughput).endsWith("Mbit/s"));
    QCOMPARE(cell(model, 0, RunsModel::Verdict), QStringLiteral("Path full"));
  }

  void ticks_and_names_are_edited_in_the_table() {
    RunStore store(noFiles());
    RunsModel model(store);
    store.add(named("a"), testing::makeCalmTrace());
    QVERIFY(model.setData(model.index(0, 0), Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(!store.at(0).shown);
    QVERIFY(model.setData(model.index(0, 0), "renamed", Qt::EditRole));
    QCOMPARE(store.at(0).name, QStringLiteral("renamed"));
    QVERIFY(!model.setData(model.index(0, 0), "  ", Qt::EditRole));
    QVERIFY(!model.setData(model.index(0, 1), "x", Qt::EditRole));
  }

  void at_most_six_runs_are_shown() {
    RunStore store(noFiles());
    for (int i = 0; i < RunStore::kMaxShown + 1; ++i) {
      store.add(named(QString::number(i)), testing::makeCalmTrace());
    }
    QVERIFY(!store.at(RunStore::kMaxShown).shown);
    QVERIFY(!store.setShown(store.at(RunStore::kMaxShown).id, true));
    QVERIFY(store.setShown(store.at(0).id, false));
    QVERIFY(store.setShown(store.at(RunStore::kMaxShown).id, true));
  }

  void colours_are_given_again_once_free() {
    RunStore store(noFiles());
    const int first = store.add(named("a"), testing::makeCalmTrace());
    store.add(named("b"), testing::makeCalmTrace());
    QCOMPARE(store.at(1).color, 1);
    store.remove(first);
    store.add(named("c"), testing::makeCalmTrace());
    QCOMPARE(store.at(1).color, 0);
  }

  void old_runs_go_to_disk_and_come_back() {
    QStringList saved;
    const auto trace = testing::makeCalmTrace();
    TraceFiles files{[&](const trace::Trace&, const QString& file) {
                       saved << file;
                       return true;
                     },
                     [&](const QString&) { return trace; }};
    RunStore store(files, trace->memory() + trace->memory() / 2);
    const int first = store.add(named("first"), testing::makeCalmTrace());
    QVERIFY(!store.isOnDisk(first));
    const int second = store.add(named("second"), testing::makeCalmTrace());
    QVERIFY(store.isOnDisk(first));
    QVERIFY(!store.isOnDisk(second));
    QCOMPARE(store.trace(first).get(), trace.get());
    QVERIFY(store.isOnDisk(second));
    QCOMPARE(saved.size(), 2);
  }

  void a_full_disk_loses_no_run() {
    RunStore store(noFiles(), 1);
    const int first = store.add(named("first"), testing::makeCalmTrace());
    store.add(named("second"), testing::makeCalmTrace());
    QVERIFY(!store.isOnDisk(first));
    QVERIFY(store.trace(first) != nullptr);
  }

  void a_comparison_says_which_is_better() {
    Run a = named("off");
    Run b = named("on");
    a.figures = {100, 4s, 10s, 100, 1, 700ms, 76ms, 100ms, 0.0};
    b.figures = {200, 1s, 5s, 0, 0, 0s, 76ms, 200ms, 180.0};
    ComparisonModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    model.compare(a, b);
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(cell(model, ComparisonModel::A, 0), QStringLiteral("A · off"));
    QCOMPARE(difference(model, "Throughput"), std::pair(QStringLiteral("+100 %"), 1));
    // From nothing to something is no percentage.
    QCOMPARE(difference(model, "Lowest"), std::pair(QStringLiteral("+180.0 Mbit/s"), 1));
    QCOMPARE(difference(model, "Time to 90 %"), std::pair(QStringLiteral("−75 %"), 1));
    QCOMPARE(difference(model, "RTT p50"), std::pair(QStringLiteral("="), 0));
    QCOMPARE(difference(model, "RTT p99"), std::pair(QStringLiteral("+100 %"), -1));
  }

  void what_is_almost_the_same_is_neither_better_nor_worse() {
    Run a = named("off");
    Run b = named("on");
    a.figures = {100, 1'420'000us, 10s, 0, 0, 0s, 76ms, 100ms, {}};
    b.figures = {100, 1'420'100us, 10s, 0, 0, 0s, 76ms, 100ms, {}};
    ComparisonModel model;
    model.compare(a, b);
    QCOMPARE(difference(model, "Time to 90 %"), std::pair(QStringLiteral("≈"), 0));
  }

  void a_queue_that_holds_back_is_not_called_one_that_loses() {
    trace::Verdict verdict;
    verdict.limited_by = trace::LimitedBy::OutboundQueue;
    QCOMPARE(shortVerdict(verdict), QStringLiteral("Lost inside the process"));
    verdict.shares[static_cast<std::size_t>(trace::Limit::OutboundQueue)] = 0.89;
    QCOMPARE(shortVerdict(verdict), QStringLiteral("Outbound queue full"));
  }

  void a_long_queue_is_not_called_as_it_should_be() {
    trace::Verdict verdict;
    verdict.limited_by = trace::LimitedBy::Path;
    QCOMPARE(shortVerdict(verdict), QStringLiteral("Path full"));
    verdict.findings.push_back({trace::FindingCode::Bufferbloat, {}, {}});
    QCOMPARE(shortVerdict(verdict), QStringLiteral("Path full, with a long queue"));
  }

  void what_one_run_lacks_is_a_dash() {
    Run a = named("bulk");
    Run b = named("sized");
    b.figures.completion = 5s;
    ComparisonModel model;
    model.compare(a, b);
    QCOMPARE(difference(model, "Completion"), std::pair(QStringLiteral("–"), 0));
    QCOMPARE(cell(model, ComparisonModel::A, columnOf(model, "Completion")), QStringLiteral("–"));
    QCOMPARE(columnOf(model, "Lowest"), -1);
  }

  void flows_come_change_and_are_ticked() {
    FlowsModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    QSignalSpy ticked(&model, &FlowsModel::tickedChanged);
    model.update({flow(0, 1000), flow(1, 2000), flow(1, 3000)});
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(1, FlowsModel::Bytes).data(FlowsModel::kSortRole).toLongLong(), 3000);
    model.update({flow(0, 5000)});
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, FlowsModel::Bytes).data(FlowsModel::kSortRole).toLongLong(), 5000);
    QVERIFY(model.setData(model.index(1, 0), Qt::Checked, Qt::CheckStateRole));
    QCOMPARE(ticked.size(), 1);
    QCOMPARE(model.ticked(), std::vector<std::uint32_t>{1});
    model.setVerdict(1, "Receive window");
    QCOMPARE(cell(model, 1, FlowsModel::Verdict), QStringLiteral("Receive window"));
    model.clear();
    QCOMPARE(model.rowCount(), 0);
  }

  void a_flow_shows_when_its_data_was_sent() {
    FlowsModel model;
    FlowRow row = flow(3, 1000);
    row.activity[8] = 255;
    model.update({row, flow(4, 0)});
    const auto shape = model.index(0, FlowsModel::Activity).data(FlowsModel::kActivityRole);
    QCOMPARE(shape.toByteArray().size(), static_cast<qsizetype>(FlowActivity::kPieces));
    QCOMPARE(static_cast<int>(static_cast<std::uint8_t>(shape.toByteArray()[8])), 255);
    const auto tip = [&](int at) {
      return model.index(at, FlowsModel::Activity).data(Qt::ToolTipRole).toString();
    };
    QVERIFY2(tip(0).contains("250 ms after its first packet"), qPrintable(tip(0)));
    QCOMPARE(tip(1), QStringLiteral("No data was sent"));
  }

  void the_log_is_bounded() {
    LogModel model;
    auto tester = std::make_unique<QAbstractItemModelTester>(&model, kFatal);
    const QDateTime time(QDate(2026, 1, 2), QTime(3, 4, 5, 6));
    model.add(LogLevel::Warning, "first", time);
    QCOMPARE(cell(model, 0, LogModel::Time), QStringLiteral("03:04:05.006"));
    QCOMPARE(cell(model, 0, LogModel::Level), QStringLiteral("Warning"));
    // It looks at every row at each change.
    tester.reset();
    for (int i = 0; i < LogModel::kMaxLines; ++i) model.add(LogLevel::Info, "more", time);
    QCOMPARE(model.rowCount(), LogModel::kMaxLines);
    QCOMPARE(cell(model, 0, LogModel::Text), QStringLiteral("more"));
  }
};

namespace {
const inflight::testing::Register<ModelsTest> registered;
}
#include "models_test.moc"
