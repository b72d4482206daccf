// ui/theme: both palettes, the style sheet's roles, the look-alikes.
#include "ui/theme/theme.h"

#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
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
