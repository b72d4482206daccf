// The names that files and JSON use: every one is there, unique, and found again.
#include <QTest>
#include <set>

#include "support/registry.h"
#include "trace/event.h"
#include "trace/limit.h"
#include "trace/series.h"
#include "trace/verdict.h"

using namespace inflight::trace;

class VocabularyTest : public QObject {
  Q_OBJECT
 private slots:
  void namesRoundTrip() {
    std::set<std::string_view> names;
    for (const SeriesInfo& series : all_series()) {
      QVERIFY(names.insert(series.name).second);
      QVERIFY(series_by_name(series.name) == series.id);
      QVERIFY(&info(series.id) == &series);
    }
    QCOMPARE(names.size(), kSeriesCount);
    check<EventKind, kEventKindCount>(event_kind_by_name);
    check<EventCause, kEventCauseCount>(event_cause_by_name);
    check<Limit, kLimitCount>(limit_by_name);
    check_names<LimitedBy, kLimitedByCount>();
    check_names<FindingCode, kFindingCount>();
    QVERIFY(!series_by_name("nonsense"));
    QVERIFY(!limit_by_name(""));
  }

 private:
  template <class Enum, std::size_t n>
  static void check_names() {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < n; ++i) names.insert(to_string(static_cast<Enum>(i)));
    QCOMPARE(names.size(), n);
    QVERIFY(!names.contains(""));
  }
  template <class Enum, std::size_t n>
  static void check(std::optional<Enum> (*by_name)(std::string_view)) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < n; ++i) {
      const std::string_view name = to_string(static_cast<Enum>(i));
      QVERIFY(!name.empty() && names.insert(name).second);
      QVERIFY(by_name(name) == static_cast<Enum>(i));
    }
  }
};

namespace {
const inflight::testing::Register<VocabularyTest> registered;
}
#include "vocabulary_test.moc"
