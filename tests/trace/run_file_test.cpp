// Run files: what goes in comes out, damage anywhere is an error and never a crash, and a failed
// write leaves the old file.
#include "trace/run_file.h"

#include <sys/resource.h>

#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/random.h"
#include "support/registry.h"
#include "support/trace_builder.h"
#include "trace/derived.h"
#include "trace/run_sections.h"

using namespace inflight;
using namespace inflight::trace;
using namespace inflight::testing;

namespace {

Trace small_trace() {
  TraceBuilder builder;
  builder.series(SeriesId::Cwnd, {{0, 12800}, {10, 25600}, {10, 25600.5}})
      .series(SeriesId::RttSample, {{5, 0.0601}})
      .event(3, EventKind::Loss, EventCause::PathQueue)
      .event(9, EventKind::SettingChanged)
      .limit(0, Limit::Handshake)
      .limit(4, Limit::SlowStart)
      .until(40);
  Trace trace = builder.build();
  trace.events[1].detail = "receiver.receive_buffer 1MiB -> 4MiB";
  trace.events[0].offset = StreamOffset{1'000'000'000'000};
  trace.info.title = "coder-2.10 — ö";
  trace.info.source = Source::Live;
  trace.info.started_unix_ns = 1'717'500'000'123'456'789;
  trace.info.seed = 18'446'744'073'709'551'615ULL;
  trace.info.sender = *wire::parse_endpoint("10.66.0.1:7777");
  trace.info.receiver = *wire::parse_endpoint("[fd69:6e66::1]:80");
  trace.info.mss = ByteCount{1228};
  trace.info.base_rtt = 76ms;
  trace.info.notes = {"12 packets skipped", ""};
  trace.summary.transfer.completion = 39ms;
  trace.summary.tcp.slow_start_exit = EventCause::HystartAckTrain;
  trace.summary.tcp.slow_start_exit_time = at_ms(12);
  trace.summary.queues.outbound_blocked = 7ms;
  trace.summary.queues.path_marks = 3;
  trace.summary.cross = {{.begin = at_ms(5), .end = at_ms(30), .bytes = ByteCount{7'000'000'000}},
                         {.begin = at_ms(6),
                          .end = at_ms(31),
                          .bytes = ByteCount{2},
                          .shared_bytes = ByteCount{1},
                          .retransmits = 4,
                          .path_drops = 5}};
  trace.summary.trace_hash = 0xfeedfacecafebeefULL;
  return trace;
}

std::string read_all(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::expected<Trace, FileError> parse(const std::string& bytes) {
  std::istringstream in(bytes);
  return read_run(in, "run.inflight");
}

bool same_series(const TimeSeries& a, const TimeSeries& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(a[i] == b[i])) return false;
  }
  return true;
}

bool same(const Trace& a, const Trace& b) {
  for (const SeriesInfo& series : all_series()) {
    if (!same_series(a.series(series.id), b.series(series.id))) return false;
  }
  return a.info.title == b.info.title && a.info.source == b.info.source &&
         a.info.started_unix_ns == b.info.started_unix_ns && a.info.seed == b.info.seed &&
         a.info.sender == b.info.sender && a.info.receiver == b.info.receiver &&
         a.info.mss == b.info.mss && a.info.base_rtt == b.info.base_rtt &&
         a.info.notes == b.info.notes && a.info.scenario_json == b.info.scenario_json &&
         a.events == b.events && a.end() == b.end() &&
         std::ranges::equal(a.limits.intervals(), b.limits.intervals()) &&
         a.summary.transfer.completion == b.summary.transfer.completion &&
         a.summary.tcp.slow_start_exit == b.summary.tcp.slow_start_exit &&
         a.summary.tcp.slow_start_exit_time == b.summary.tcp.slow_start_exit_time &&
         a.summary.queues.outbound_blocked == b.summary.queues.outbound_blocked &&
         a.summary.queues.path_marks == b.summary.queues.path_marks &&
         a.summary.cross == b.summary.cross && a.summary.trace_hash == b.summary.trace_hash;
}

}  // namespace

class RunFileTest : public QObject {
  Q_OBJECT
 private slots:
  void init() { QVERIFY(directory_.isValid()); }

  void roundTrip() {
    const Trace trace = small_trace();
    QVERIFY(save_run(trace, file()));
    const auto loaded = load_run(file());
    QVERIFY(loaded);
    QVERIFY(same(trace, *loaded));
  }

  void largeSeriesSpanSections() {
    Random random(5);
    TraceBuilder builder;
    double value = 0;
    for (int i = 0; i < (1 << 20) + 1000; ++i) {
      value += static_cast<double>(random.below(3)) * 1228;
      builder.add(SeriesId::ReadBytes, i * 0.01, value);
    }
    for (int i = 0; i < 20'000; ++i) builder.event(i, EventKind::Retransmit, EventCause::Sack);
    const Trace trace = builder.build();
    QVERIFY(save_run(trace, file()));
    const auto loaded = load_run(file());
    QVERIFY(loaded);
    QVERIFY(same(trace, *loaded));
    QVERIFY(std::filesystem::file_size(file()) < 3 * trace.series(SeriesId::ReadBytes).size());
  }

  void everyFlippedByteIsNoticed() {
    QVERIFY(save_run(small_trace(), file()));
    const std::string good = read_all(file());
    for (std::size_t i = 0; i < good.size(); ++i) {
      for (const int mask : {0x01, 0x80, 0xff}) {
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ mask);
        const auto loaded = parse(bad);
        QVERIFY2(!loaded, qPrintable(QString::number(i)));
        QVERIFY(loaded.error().text.starts_with("run.inflight "));
      }
    }
  }

  void everyTruncationIsNoticed() {
    QVERIFY(save_run(small_trace(), file()));
    const std::string good = read_all(file());
    for (std::size_t length = 0; length < good.size(); ++length) {
      QVERIFY(!parse(good.substr(0, length)));
    }
    QVERIFY(!parse(good + "x"));
    QVERIFY(parse(good));
  }

  void whatItIsNotIsSaid_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("expected");
    QTest::newRow("empty") << QByteArray() << "run.inflight is not an Inflight run file.";
    QTest::newRow("text") << QByteArray("hello, this is a text")
                          << "run.inflight is not an Inflight run file.";
    QTest::newRow("newer") << QByteArray("\x89INFL\r\n\x1a\x02\0\0\0", 12)
                           << "run.inflight has a format that this program does not know: it "
                              "needs a newer Inflight.";
    QTest::newRow("header only") << QByteArray("\x89INFL\r\n\x1a\x01\0\0\0", 12)
                                 << "run.inflight ends too early: it was cut off. Copy it again "
                                    "from where it came from.";
  }
  void whatItIsNotIsSaid() {
    QFETCH(QByteArray, content);
    QFETCH(QString, expected);
    const auto loaded = parse(content.toStdString());
    QVERIFY(!loaded);
    QCOMPARE(QString::fromStdString(loaded.error().text), expected);
  }

  void missingFilesAndDirectories() {
    const auto missing = load_run(file() + ".none");
    QVERIFY(!missing && missing.error().text.ends_with("No such file or directory."));
    QVERIFY(!load_run(directory_.path().toStdString()));
    QVERIFY(!save_run(small_trace(), directory_.path().toStdString()));
    QVERIFY(!save_run(small_trace(), directory_.filePath("no/such/dir.inflight").toStdString()));
  }

  // A limit on the size of files stands for a full disk.
  void failedWriteLeavesTheOldFile() {
    QVERIFY(save_run(small_trace(), file()));
    const std::string before = read_all(file());
    TraceBuilder builder;
    Random random(1);
    for (int i = 0; i < 100'000; ++i) builder.add(SeriesId::Cwnd, i, random.uniform());

    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit old_limit{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &old_limit), 0);
    const rlimit small{100'000, old_limit.rlim_max};
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto saved = save_run(builder.trace(), file());
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &old_limit), 0);
    std::signal(SIGXFSZ, old_handler);

    QVERIFY(!saved);
    QVERIFY(saved.error().text.ends_with("The file that was there is unchanged."));
    QVERIFY(read_all(file()) == before);
    QCOMPARE(QDir(directory_.path()).entryList(QDir::Files).size(), 1);
  }

  void linksStayLinksAndPipesAreWritten() {
    const std::string link = file() + ".link";
    QVERIFY(save_run(small_trace(), file()));
    std::filesystem::create_symlink(file(), link);
    QVERIFY(save_run(small_trace(), link));
    QVERIFY(std::filesystem::is_symlink(link));
    QVERIFY(load_run(file()));
    std::filesystem::remove(link);
    QVERIFY(save_run(small_trace(), "/dev/null"));
    QVERIFY(std::filesystem::is_character_file("/dev/null"));
    const auto full = save_run(small_trace(), "/dev/full");
    QVERIFY(!full && full.error().text.find("No space left") != std::string::npos);
  }

  // Behind the checksums: what a hostile file may hold.
  void alteredSectionsNeverCrash() {
    std::vector<std::pair<SectionKind, std::vector<std::uint8_t>>> sections;
    encode_sections(small_trace(), [&](SectionKind kind, Bytes content) {
      sections.emplace_back(kind, std::vector<std::uint8_t>(content.begin(), content.end()));
    });
    Random random(9);
    int accepted = 0;
    for (int round = 0; round < 5000; ++round) {
      SectionDecoder decoder;
      bool ok = true;
      for (const auto& [kind, content] : sections) {
        std::vector<std::uint8_t> altered = content;
        for (auto changes = random.below(4); changes > 0 && !altered.empty(); --changes) {
          altered[random.below(altered.size())] = static_cast<std::uint8_t>(random.next());
        }
        if (random.chance(0.1)) altered.resize(random.below(altered.size() + 1));
        ok = ok && decoder.decode(kind, altered);
      }
      if (!ok) continue;
      ++accepted;
      const Trace trace = decoder.take();
      static_cast<void>(intervals(trace, 1ms));
      static_cast<void>(stalls(trace));
      static_cast<void>(trace.limits.shares());
      static_cast<void>(time_to_share(trace, 0.9));
    }
    QVERIFY(accepted > 50);
  }

 private:
  std::string file() const { return directory_.filePath("run.inflight").toStdString(); }
  QTemporaryDir directory_;
};

namespace {
const inflight::testing::Register<RunFileTest> registered;
}
#include "run_file_test.moc"
