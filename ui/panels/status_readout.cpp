// The text of status_readout.h.
#include "ui/panels/status_readout.h"

#include <array>
#include <utility>

#include "ui/format/number.h"
#include "ui/theme/theme.h"

namespace inflight::ui {

namespace {

using trace::SeriesId;

constexpr std::array<std::pair<SeriesId, const char*>, 5> kShown{{
    {SeriesId::ReadBytes, ""},
    {SeriesId::Cwnd, QT_TRANSLATE_NOOP("StatusReadout", "cwnd")},
    {SeriesId::ReceiveWindow, QT_TRANSLATE_NOOP("StatusReadout", "window")},
    {SeriesId::BytesInFlight, QT_TRANSLATE_NOOP("StatusReadout", "in flight")},
    {SeriesId::RttSmoothed, QT_TRANSLATE_NOOP("StatusReadout", "RTT")},
}};

QString item(const QString& name, const QString& value) {
  return QStringLiteral("%1&nbsp;<b>%2</b>")
      .arg(name.toHtmlEscaped().replace(QLatin1Char(' '), QStringLiteral("&nbsp;")),
           value.toHtmlEscaped().replace(QLatin1Char(' '), QStringLiteral("&nbsp;")));
}

}  // namespace

StatusReadout::StatusReadout(QWidget* parent) : QLabel(parent) {
  setTextFormat(Qt::RichText);
  setToolTip(tr("The values at the cursor; without a cursor, at the end of what is shown"));
  setAccessibleName(tr("Values at the cursor"));
}

void StatusReadout::showReadout(const Readout& readout, std::int64_t count, UnitStyle style,
                                const QString& countName) {
  QStringList items{tr("at %1 s").arg(to_seconds(readout.time), 0, 'f', 2)};
  const auto& sample = readout.sample;
  if (sample) {
    items.front() =
        item(seriesLabel(sample->series), formatValue(sample->unit, sample->value, style)) +
        tr(", measured at %1 s").arg(to_seconds(sample->time), 0, 'f', 6);
  }
  for (const auto& [series, name] : kShown) {
    if (sample && sample->series == series) continue;
    for (const auto& value : readout.values) {
      if (value.series != series || !value.value) continue;
      items << item(*name ? tr(name) : QString(), formatValue(value.unit, *value.value, style));
      break;
    }
  }
  items << item(countName, formatCount(count));
  setText(items.join(QStringLiteral("&nbsp;&nbsp;&nbsp;&nbsp; ")));
}

}  // namespace inflight::ui
