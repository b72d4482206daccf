// A benchmark, only in a full run: our goodput against that of the kernel's same algorithm through
// the same relay, five runs each, and where HyStart in its Linux form leaves slow start. Prints a
// table; wants the machine for itself. The data always goes to a socket of the kernel's.
#include <QTest>
#include <algorithm>
#include <cstdio>

#include "kernel/rig.h"
#include "support/registry.h"
#include "support/seeds.h"

namespace inflight::testing {

class AgainstKernelTest : public QObject {
  Q_OBJECT

 private slots:
  void init();
  void goodput_data();
  void goodput();
  void hystart_leaves_slow_start_where_the_kernel_does();
};

namespace {

using Json = nlohmann::json;

constexpr int kRuns = 5;
constexpr Duration kTime = 6s;
// Given by the issue: the range of the kernel's runs, widened by so much on each side.
constexpr double kWidening = 0.1;

path::PathConfig bottleneck(std::int64_t megabits, Duration delay, std::int64_t queue,
                            double loss) {
  path::PathConfig path;
  path.rate = DataRate::bits_per_second(megabits * 1'000'000);
  path.queue.room = ByteCount{queue};
  path.delay = delay;
  path.loss = loss;
  path.mtu = ByteCount{65'535};
  return path;
}

// Data goes towards the kernel's listener, so over the relay's way back.
RigOptions through(const path::PathConfig& path, bool kernel_sends, int run) {
  RigOptions options;
  options.back = path;
  options.there = path;
  options.there.loss = 0;
  options.seed = static_cast<std::uint64_t>(run + 1);
  options.kernel_at_both_ends = kernel_sends;
  return options;
}

struct Outcome {
  // Mbit/s that the receiving application read.
  double goodput = 0;
  // Packets in cwnd when slow start was left; 0 if it was not.
  double slow_start_exit = 0;
  // Ours only, to explain a run that stands out.
  std::int64_t retransmits = 0;
  std::int64_t timeouts = 0;
};

double megabits_per_second(std::int64_t bytes, Duration time) {
  return static_cast<double>(bytes) * 8e-6 / to_seconds(time);
}

Outcome run_kernel(const path::PathConfig& path, const char* algorithm, Duration time, int run) {
  Rig rig(through(path, true, run));
  rig.listen({.congestion = algorithm});
  rig.on_accept({.write_after_peer_closed = true});
  const KernelStream& sender =
      rig.connect_from_far({.bytes_to_write = INT64_MAX}, {.congestion = algorithm});
  Outcome outcome;
  // Linux has no threshold until slow start is left: 2^31 - 1.
  constexpr std::uint32_t kNone = 0x7fffffff;
  rig.run_until(
      [&] {
        const tcp_info info = sender.info();
        if (outcome.slow_start_exit == 0 && info.tcpi_snd_ssthresh < kNone) {
          outcome.slow_start_exit = info.tcpi_snd_ssthresh;
        }
        return false;
      },
      time);
  outcome.goodput = megabits_per_second(rig.streams().back().read(), time);
  return outcome;
}

Outcome run_ours(const path::PathConfig& path, const QString& algorithm, Duration time, int run) {
  Rig rig(through(path, false, run));
  rig.listen();
  rig.on_accept({.write_after_peer_closed = true});
  // Buffers as Linux's, which grow to 4 MiB; the path needs less.
  rig.start_stack({"--mode", "source", "--connect", to_string(rig.kernel_end()).c_str(), "--set",
                   "sender.congestion=" + (algorithm == "reno" ? "newreno" : algorithm), "--set",
                   "sender.hystart=linux"});
  rig.run_until([&] { return !rig.streams().empty(); }, 10s);
  rig.run_until([] { return false; }, time);
  Outcome outcome;
  if (rig.streams().empty()) return outcome;
  outcome.goodput = megabits_per_second(rig.streams().back().read(), time);
  rig.interrupt_stack();
  const Json report = rig.stack_report();
  if (!report.is_object() || report["connections"].empty()) return outcome;
  const Json& connection = report["connections"][0];
  outcome.retransmits = connection["retransmits"].get<std::int64_t>();
  outcome.timeouts = connection["timeouts"].get<std::int64_t>();
  if (connection["slow_start_exit_bytes"].is_number()) {
    outcome.slow_start_exit =
        connection["slow_start_exit_bytes"].get<double>() / connection["mss"].get<double>();
  }
  return outcome;
}

struct Spread {
  double least = 0;
  double median = 0;
  double most = 0;
};

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  return {values.front(), values[values.size() / 2], values.back()};
}

}  // namespace

void AgainstKernelTest::init() {
  if (!full_run()) QSKIP("A benchmark: tests/run.sh --full runs it");
  static const QString missing = missing_privilege();
  if (!missing.isEmpty()) QSKIP(qPrintable("This machine does not allow " + missing));
}

void AgainstKernelTest::goodput_data() {
  QTest::addColumn<QString>("algorithm");
  QTest::addColumn<int>("megabits");
  QTest::addColumn<int>("delay_ms");
  QTest::addColumn<int>("queue");
  QTest::addColumn<double>("loss");
  for (const char* algorithm : {"reno", "cubic", "bbr"}) {
    QTest::addRow("%s, 50 Mbit/s, 40 ms, a queue of one BDP", algorithm)
        << algorithm << 50 << 20 << 250'000 << 0.0;
    QTest::addRow("%s, 50 Mbit/s, 20 ms, loss 0.1 %%", algorithm)
        << algorithm << 50 << 10 << 125'000 << 0.001;
  }
}
void AgainstKernelTest::goodput() {
  QFETCH(const QString, algorithm);
  QFETCH(const int, megabits);
  QFETCH(const int, delay_ms);
  QFETCH(const int, queue);
  QFETCH(const double, loss);
  const path::PathConfig path =
      bottleneck(megabits, std::chrono::milliseconds{delay_ms}, queue, loss);
  std::vector<double> kernel;
  std::vector<double> ours;
  for (int run = 0; run < kRuns; ++run) {
    kernel.push_back(run_kernel(path, algorithm.toUtf8().constData(), kTime, run).goodput);
    const Outcome outcome = run_ours(path, algorithm, kTime, run);
    ours.push_back(outcome.goodput);
    if (outcome.goodput < kernel.back() * (1 - kWidening)) {
      std::printf("run %d: %.1f, the kernel's %.1f; %lld segments sent again, %lld timeouts\n",
                  run + 1, outcome.goodput, kernel.back(),
                  static_cast<long long>(outcome.retransmits),
                  static_cast<long long>(outcome.timeouts));
    }
  }
  const Spread theirs = spread_of(kernel);
  const Spread own = spread_of(ours);
  std::printf("| %-46s | %5.1f (%5.1f to %5.1f) | %5.1f (%5.1f to %5.1f) |\n",
              QTest::currentDataTag(), theirs.median, theirs.least, theirs.most, own.median,
              own.least, own.most);
  QVERIFY(own.median >= theirs.least * (1 - kWidening));
  QVERIFY(own.median <= theirs.most * (1 + kWidening));
}

void AgainstKernelTest::hystart_leaves_slow_start_where_the_kernel_does() {
  // Long and with a deep queue: slow start is left by delay or train, not by a loss.
  const path::PathConfig path = bottleneck(100, 40ms, 2'000'000, 0);
  std::vector<double> kernel;
  std::vector<double> ours;
  for (int run = 0; run < kRuns; ++run) {
    kernel.push_back(run_kernel(path, "cubic", 3s, run).slow_start_exit);
    ours.push_back(run_ours(path, "cubic", 3s, run).slow_start_exit);
  }
  const Spread theirs = spread_of(kernel);
  const Spread own = spread_of(ours);
  std::printf("| %-46s | %5.0f (%5.0f to %5.0f) | %5.0f (%5.0f to %5.0f) |\n",
              "HyStart, 100 Mbit/s, 80 ms: packets", theirs.median, theirs.least, theirs.most,
              own.median, own.least, own.most);
  QVERIFY(theirs.least > 0 && own.least > 0);
  QVERIFY(own.median >= theirs.median / 2);
  QVERIFY(own.median <= theirs.median * 2);
}

namespace {
const Register<AgainstKernelTest> registered;
}

}  // namespace inflight::testing

#include "against_kernel_test.moc"
