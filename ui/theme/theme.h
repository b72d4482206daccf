// The colours and line styles of the window as one value, light or dark, that is handed to widgets
// and charts; and the application's palette and style sheet made from it. The line colours are the
// Okabe-Ito palette, darkened on white for contrast; every line also differs from its neighbours in
// style or by a label, never by colour alone. Roles and values: the table in UI section 1.
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QPen>
#include <QString>

#include "trace/limit.h"
#include "trace/series.h"

class QApplication;

namespace inflight::ui {

// What the person chose; System follows the lightness of the desktop's palette.
enum class Appearance { System, Light, Dark };

struct Theme {
  bool dark = false;

  QColor window;
  QColor panel;
  QColor hairline;
  QColor text;
  QColor secondary;
  QColor grid;
  // What can be pressed or is chosen, and text on it.
  QColor accent;
  QColor accentText;
  // A neutral fill of what the pointer is over, and of a chosen row.
  QColor hover;
  QColor selection;
  // Loss, timeouts, errors.
  QColor alert;

  static Theme light();
  static Theme night();
  static Theme make(Appearance appearance, const QPalette& system);

  QColor series(trace::SeriesId id) const;
  // One logical pixel and a half wide, at any scale; dashed for limits and minima.
  QPen pen(trace::SeriesId id) const;
  // The colour of the n-th run; repeats after six. None of them is that of a series, so that a run
  // laid over another is never taken for one of its lines.
  QColor run(int n) const;
  // The thin line of a run laid over another one: its colour, and the dashes that go with it.
  QPen runPen(const QColor& run) const;

  QColor limit(trace::Limit limit) const;
  // Black or white, whichever reads better on that limit's colour.
  QColor limitText(trace::Limit limit) const;

  // A colour between `from` (share 0) and `to` (share 1).
  static QColor mix(const QColor& from, const QColor& to, double share);

  QPalette palette() const;
  QString styleSheet() const;

  bool operator==(const Theme&) const = default;
};

// "Congestion window": what the strip, its legend and the verdict call a limit.
QString limitLabel(trace::Limit limit);
// "in flight": what legends call a series.
QString seriesLabel(trace::SeriesId id);

// Style, palette and style sheet of the whole application. Call again to change the theme.
void applyTheme(QApplication& application, const Theme& theme);

// The application's font, `points` larger or smaller; bold for titles.
QFont fontOf(const QFont& base, double points, bool bold = false);

}  // namespace inflight::ui
