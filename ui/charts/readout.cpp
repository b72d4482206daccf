// Look-ups for readout.h.
#include "ui/charts/readout.h"

#include <QStringList>

#include "trace/derived.h"

namespace inflight::ui {

trace::Unit plottedUnit(trace::SeriesId id) {
  const trace::SeriesInfo& info = trace::info(id);
  return info.kind == trace::SeriesKind::Counter ? trace::Unit::BitsPerSecond : info.unit;
}

std::optional<double> valueAt(const trace::Trace& trace, trace::SeriesId id, Instant time,
                              Duration rateWidth) {
  const trace::TimeSeries& series = trace.series(id);
  if (series.empty() || time < Instant{} || time > trace.end()) return std::nullopt;
  if (trace::info(id).kind == trace::SeriesKind::Counter) {
    return trace::mean_rate(series, time, rateWidth);
  }
  return series.value_at(time);
}

QString toClipboardText(const Readout& readout) {
  QStringList names{QStringLiteral("time [s]")};
  QStringList numbers{QString::number(to_seconds(readout.time), 'f', 9)};
  for (const ReadoutValue& entry : readout.values) {
    const auto name = trace::info(entry.series).name;
    const auto unit = trace::to_string(entry.unit);
    names << QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())) +
                 QStringLiteral(" [") +
                 QString::fromUtf8(unit.data(), static_cast<qsizetype>(unit.size())) + ']';
    numbers << (entry.value ? QString::number(*entry.value, 'g', 12) : QString());
  }
  return names.join('\t') + '\n' + numbers.join('\t') + '\n';
}

}  // namespace inflight::ui
