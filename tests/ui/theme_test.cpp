// ui/theme: both palettes, the style sheet's roles, the look-alikes.
#include "ui/theme/theme.h"

#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <algorithm>
#include <array>
#include <cmath>

#include "support/registry.h"
#include "ui/theme/segmented_control.h"
#include "ui/theme/unit_field.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

// WCAG 2.1, relative luminance and contrast ratio.
double luminance(const QColor& colour) {
  const auto linear = [](double c) {
    return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
         0.0722 * linear(colour.blueF());
}
double contrast(const QColor& a, const QColor& b) {
  const double la = luminance(a);
  const double lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

// How a colour looks with a kind of colour blindness: the matrices of Machado, Oliveira and
// Fernandes (2009) at full severity, on linear RGB.
struct Sight {
  const char* name;
  std::array<double, 9> matrix;
};
constexpr std::array<Sight, 4> kSights{{
    {"all colours", {1, 0, 0, 0, 1, 0, 0, 0, 1}},
    {"protan",
     {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998}},
    {"deutan",
     {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881}},
    {"tritan",
     {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900}},
}};

using Triple = std::array<double, 3>;

Triple times(const std::array<double, 9>& m, const Triple& v) {
  return {m[0] * v[0] + m[1] * v[1] + m[2] * v[2], m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
          m[6] * v[0] + m[7] * v[1] + m[8] * v[2]};
}

// CIE L*a*b* of a colour as that sight has it.
Triple perceived(const QColor& colour, const Sight& sight) {
  const auto linear = [](double c) {
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  Triple rgb =
      times(sight.matrix, {linear(colour.redF()), linear(colour.greenF()), linear(colour.blueF())});
  for (double& part : rgb) part = std::clamp(part, 0.0, 1.0);
  constexpr std::array<double, 9> kToXyz{0.4339, 0.3762, 0.1899, 0.2126, 0.7152,
                                         0.0722, 0.0177, 0.1095, 0.8730};
  Triple f = times(kToXyz, rgb);
  for (double& part : f) part = part > 0.008856 ? std::cbrt(part) : 7.787 * part + 16.0 / 116;
  return {116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
}

double difference(const QColor& a, const QColor& b, const Sight& sight) {
  const Triple one = perceived(a, sight);
  const Triple other = perceived(b, sight);
  return std::hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

}  // namespace

class ThemeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void followsTheSystemByLightness() {
    QVERIFY(!Theme::make(Appearance::System, Theme::light().palette()).dark);
    QVERIFY(Theme::make(Appearance::System, Theme::night().palette()).dark);
    QVERIFY(Theme::make(Appearance::Dark, Theme::light().palette()).dark);
    QVERIFY(!Theme::make(Appearance::Light, Theme::night().palette()).dark);
  }

  void styleSheetHasNoUnfilledRole() {
    for (const Theme& theme : {Theme::light(), Theme::night()}) {
      QVERIFY(theme.styleSheet().size() > 1000);
      QVERIFY(!theme.styleSheet().contains('@'));
    }
  }

  void textCanBeRead() {
    for (const Theme& theme : {Theme::light(), Theme::night()}) {
      QVERIFY(contrast(theme.text, theme.window) >= 7);
      QVERIFY(contrast(theme.secondary, theme.panel) >= 4.5);
      QVERIFY(contrast(theme.accent, theme.panel) >= 4.5);
      QVERIFY(contrast(theme.accentText, theme.accent) >= 4.5);
      for (std::size_t i = 0; i < trace::kLimitCount; ++i) {
        const auto limit = static_cast<trace::Limit>(i);
        QVERIFY2(contrast(theme.limitText(limit), theme.limit(limit)) >= 3.5,
                 qPrintable(limitLabel(limit)));
      }
      for (std::size_t i = 0; i < trace::kSeriesCount; ++i) {
        const auto id = static_cast<trace::SeriesId>(i);
        QVERIFY2(contrast(theme.series(id), theme.panel) >= 2.9, qPrintable(seriesLabel(id)));
      }
    }
  }

  void linesThatShareAPanelDiffer() {
    using enum trace::SeriesId;
    const Theme theme = Theme::light();
    const auto windows = {Cwnd, Ssthresh, ReceiveWindow, BytesInFlight};
    for (const auto a : windows) {
      for (const auto b : windows) {
        if (a != b) QVERIFY(theme.pen(a).color() != theme.pen(b).color());
      }
    }
    QVERIFY(theme.pen(Ssthresh).style() != Qt::SolidLine);
  }

  void overlaidRunsAreToldApart_data() {
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QString>("sight");
    for (const bool dark : {false, true}) {
      for (const auto& sight : kSights) {
        QTest::addRow("%s, %s", dark ? "dark" : "light", sight.name) << dark << QString(sight.name);
      }
    }
  }

  // From one another by colour or dashes, from the lines of the main run by colour.
  void overlaidRunsAreToldApart() {
    QFETCH(bool, dark);
    QFETCH(QString, sight);
    constexpr double kNoticeable = 9;
    const Theme theme = dark ? Theme::night() : Theme::light();
    const auto seen = std::find_if(kSights.begin(), kSights.end(),
                                   [&](const Sight& one) { return sight == one.name; });
    using enum trace::SeriesId;
    for (int n = 0; n < 6; ++n) {
      for (const auto id : {BytesInFlight, Cwnd, ReceiveWindow, RttSmoothed, RetransmittedBytes}) {
        const double distance = difference(theme.run(n), theme.series(id), *seen);
        QVERIFY2(
            distance > kNoticeable,
            qPrintable(QStringLiteral("run %1, %2: %3").arg(n).arg(seriesLabel(id)).arg(distance)));
      }
      QVERIFY(contrast(theme.run(n), theme.panel) >= 2.9);
      for (int other = 0; other < n; ++other) {
        const QPen a = theme.runPen(theme.run(n));
        const QPen b = theme.runPen(theme.run(other));
        QVERIFY(a.dashPattern() != b.dashPattern());
      }
    }
  }

  void segmentedControlHasOneChoice() {
    SegmentedControl control({"Off", "HyStart", "HyStart++"});
    QSignalSpy spy(&control, &SegmentedControl::currentChanged);
    QCOMPARE(control.current(), 0);
    control.segment(2)->click();
    QCOMPARE(control.current(), 2);
    control.setCurrent(1);
    QCOMPARE(spy.size(), 2);
    QVERIFY(!control.segment(2)->isChecked());
    control.show();
    control.activateWindow();
    control.segment(1)->setFocus();
    QTest::keyClick(control.segment(1), Qt::Key_Right);
    QCOMPARE(control.current(), 2);
  }

  void unitFieldLeavesRoomForItsUnit() {
    UnitField field("Mbit/s");
    QVERIFY(field.textMargins().right() > field.fontMetrics().horizontalAdvance("Mbit/s"));
    field.setInvalid(true);
    QVERIFY(field.property("invalid").toBool());
  }
};

namespace {
const inflight::testing::Register<ThemeTest> registered;
}
#include "theme_test.moc"
