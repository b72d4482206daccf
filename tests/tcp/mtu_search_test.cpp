// MtuSearch: the interval halves, each probe's end moves a bound, silence takes the size down to
// the base and then by halves to the floor, a router's word bounds all of it.
#include "tcp/mtu_search.h"

#include <QTest>

#include "support/registry.h"

using namespace inflight;
using tcp::MtuProbing;
using tcp::MtuSearch;

namespace {

constexpr Instant kNow{};
constexpr StreamOffset kBegin{1000};

tcp::Config config_for(MtuProbing probing) {
  tcp::Config config;
  config.mtu_probing = probing;
  return config;
}

// A path that carries segments of at most `passing`; how many probes the search took.
int search(MtuSearch& search, ByteCount passing) {
  int probes = 0;
  while (const auto size = search.next_probe(kNow)) {
    search.on_probe_sent({kBegin, kBegin + *size});
    if (*size <= passing) {
      search.on_acknowledged(kBegin + *size);
    } else {
      search.on_probe_lost();
    }
    ++probes;
  }
  return probes;
}

}  // namespace

class MtuSearchTest : public QObject {
  Q_OBJECT

 private slots:
  void finds_what_the_path_carries_data() {
    QTest::addColumn<int>("passing");
    for (const int passing : {1024, 1100, 1240, 1399, 1448}) {
      QTest::addRow("%d", passing) << passing;
    }
  }
  void finds_what_the_path_carries() {
    QFETCH(const int, passing);
    MtuSearch tried(config_for(MtuProbing::Always), ByteCount{1448});
    QCOMPARE(tried.mss().value(), 1024);
    QVERIFY(search(tried, ByteCount{passing}) <= 8);
    QVERIFY(tried.mss().value() <= passing);
    QVERIFY(passing - tried.mss().value() < 8);
  }

  void begins_only_with_silence() {
    MtuSearch waiting(config_for(MtuProbing::BlackHole), ByteCount{1448});
    QCOMPARE(waiting.mss().value(), 1448);
    QVERIFY(!waiting.next_probe(kNow));
    QVERIFY(!waiting.on_silence(ByteCount{600}));
    QCOMPARE(waiting.mss().value(), 1448);
    QVERIFY(waiting.on_silence(ByteCount{1448}));
    QCOMPARE(waiting.mss().value(), 1024);
    QVERIFY(waiting.on_silence(ByteCount{1024}));
    QCOMPARE(waiting.mss().value(), 512);
    while (waiting.on_silence(waiting.mss())) {
    }
    QCOMPARE(waiting.mss().value(), 48);
  }

  void a_router_says_less_while_a_probe_is_under_way() {
    MtuSearch told(config_for(MtuProbing::Always), ByteCount{1448});
    const auto size = told.next_probe(kNow);
    QVERIFY(size);
    told.on_probe_sent({kBegin, kBegin + *size});
    told.on_limit(ByteCount{900});
    QCOMPARE(told.mss().value(), 900);
    // It passed all the same: the router's word is still the bound.
    told.on_acknowledged(kBegin + *size);
    QCOMPARE(told.mss().value(), 900);
    QVERIFY(!told.next_probe(kNow));
  }

  void tries_again_after_ten_minutes() {
    MtuSearch patient(config_for(MtuProbing::Always), ByteCount{1448});
    search(patient, ByteCount{1200});
    QVERIFY(!patient.next_probe(kNow));
    QVERIFY(!patient.next_probe(kNow + 599s));
    const auto again = patient.next_probe(kNow + 600s);
    QVERIFY(again && *again > ByteCount{1200});
  }

  void a_probe_that_is_forgotten_moves_nothing() {
    MtuSearch tried(config_for(MtuProbing::Always), ByteCount{1448});
    const auto size = tried.next_probe(kNow);
    tried.on_probe_sent({kBegin, kBegin + *size});
    QVERIFY(!tried.next_probe(kNow));
    tried.forget_probe();
    QCOMPARE(*tried.next_probe(kNow), *size);
  }
};

namespace {
const testing::Register<MtuSearchTest> registered;
}

#include "mtu_search_test.moc"
