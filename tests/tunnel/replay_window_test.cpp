// RFC 6479's window: wireguard-go's list of cases, and random counters against a set of all seen.
#include "tunnel/replay_window.h"

#include <QTest>
#include <set>

#include "base/random.h"
#include "support/registry.h"
#include "tunnel/constants.h"

namespace inflight::testing {

using tunnel::ReplayWindow;

class ReplayWindowTest : public QObject {
  Q_OBJECT

 private slots:
  void known_sequence() {
    struct Step {
      std::uint64_t counter;
      bool accepted;
    };
    constexpr std::uint64_t kT = ReplayWindow::kSize + 1;
    constexpr std::uint64_t kR = tunnel::kRejectAfterMessages;
    const std::vector<Step> steps{
        {0, true},
        {1, true},
        {1, false},
        {9, true},
        {8, true},
        {7, true},
        {7, false},
        {kT, true},
        {kT - 1, true},
        {kT - 1, false},
        {kT - 2, true},
        {2, true},
        {2, false},
        {kT + 16, true},
        {3, false},
        {kT + 16, false},
        {4 * kT, true},
        {3 * kT + 1, true},
        {10, false},
        {3 * kT, false},
        {3 * kT - 1, false},
        {3 * kT + 2, true},
        {4 * kT + 1 - kT, false},
        {0, false},
        {kR, false},
        {kR - 1, true},
        {kR, false},
        {kR - 1, false},
        {kR - 2, true},
        {kR + 1, false},
        {kR + 2, false},
        {kR - 2, false},
        {kR - 3, true},
        {0, false},
    };
    ReplayWindow window;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (window.accept(steps[i].counter) != steps[i].accepted) {
        QFAIL(qPrintable(QString("step %1").arg(i)));
      }
    }
  }

  void agrees_with_a_set() {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      Random random(seed);
      ReplayWindow window;
      std::set<std::uint64_t> seen;
      std::uint64_t greatest = 0;
      for (int i = 0; i < 20000; ++i) {
        const std::uint64_t reach = random.chance(0.01) ? 20000 : 300;
        const std::uint64_t base = greatest > reach ? greatest - reach : 0;
        const std::uint64_t counter = base + random.below(reach + reach / 20);
        const bool too_old = counter < greatest && greatest - counter > ReplayWindow::kSize;
        const bool expected = !too_old && !seen.contains(counter);
        QCOMPARE(window.accept(counter), expected);
        if (expected) seen.insert(counter);
        if (expected) greatest = std::max(greatest, counter);
        QCOMPARE(window.greatest(), greatest);
      }
    }
  }
};

namespace {
const Register<ReplayWindowTest> registered;
}  // namespace

}  // namespace inflight::testing

#include "replay_window_test.moc"
