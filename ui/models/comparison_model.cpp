// The figures of an A/B comparison.
#include "ui/models/comparison_model.h"

#include <cmath>
#include <functional>

#include "ui/format/number.h"
#include "ui/format/unit.h"

namespace inflight::ui {

namespace {

const QString kNone = QStringLiteral("–");
const QString kEqual = QStringLiteral("=");
const QString kAlmost = QStringLiteral("≈");

using Figures = diagnosis::RunFigures;
using Value = std::optional<double>;

struct FigureRule {
  const char* title;
  const char* meaning;
  bool moreIsBetter;
  std::function<Value(const Figures&)> value;
  std::function<QString(double)> text;
};

QString secondsText(double seconds) { return formatDuration(from_seconds(seconds)); }
QString rateText(double megabits) {
  return ComparisonModel::tr("%1 Mbit/s").arg(formatFixed(megabits, 1));
}
QString countText(double count) { return formatCount(std::llround(count)); }

Value seconds(const std::optional<Duration>& duration) {
  return duration ? Value(to_seconds(*duration)) : std::nullopt;
}

const std::vector<FigureRule>& figureRules() {
  static const std::vector<FigureRule> rules{
      {QT_TRANSLATE_NOOP("ComparisonModel", "Throughput"),
       QT_TRANSLATE_NOOP("ComparisonModel", "Read by the application, over the whole time"), true,
       [](const Figures& m) -> Value { return m.throughput_mbits; }, &rateText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "Lowest"),
       QT_TRANSLATE_NOOP(
           "ComparisonModel",
           "The lowest throughput in any 100 ms after the ramp: how deep it stutters"),
       true, [](const Figures& m) { return m.lowest_mbits; }, &rateText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "Time to 90 %"),
       QT_TRANSLATE_NOOP("ComparisonModel",
                         "Until the throughput first reached 90 % of the steady one"),
       false, [](const Figures& m) { return seconds(m.time_to_90); }, &secondsText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "Completion"),
       QT_TRANSLATE_NOOP("ComparisonModel", "From connect to the last byte of a sized transfer"),
       false, [](const Figures& m) { return seconds(m.completion); }, &secondsText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "Retransmits"),
       QT_TRANSLATE_NOOP("ComparisonModel", "Segments sent again"), false,
       [](const Figures& m) -> Value { return static_cast<double>(m.retransmits); }, &countText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "Stalls"),
       QT_TRANSLATE_NOOP("ComparisonModel",
                         "Times in which nothing was read for more than two round trips"),
       false, [](const Figures& m) -> Value { return static_cast<double>(m.stalls); }, &countText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "Stalled"),
       QT_TRANSLATE_NOOP("ComparisonModel", "All stalls together"), false,
       [](const Figures& m) -> Value { return to_seconds(m.stalled); }, &secondsText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "RTT p50"),
       QT_TRANSLATE_NOOP("ComparisonModel", "Half of the round trips took no longer"), false,
       [](const Figures& m) { return seconds(m.rtt_p50); }, &secondsText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "RTT p99"),
       QT_TRANSLATE_NOOP("ComparisonModel", "99 % of the round trips took no longer"), false,
       [](const Figures& m) { return seconds(m.rtt_p99); }, &secondsText},
  };
  return rules;
}

QString differenceText(double a, double b, const FigureRule& rule) {
  if (a == b) return kEqual;
  // From nothing to something is no percentage.
  if (a == 0) return QStringLiteral("+%1").arg(rule.text(b));
  const double percent = (b - a) / a * 100;
  if (std::abs(percent) < 0.05) return kAlmost;
  const QString sign = percent > 0 ? QStringLiteral("+") : QStringLiteral("−");
  return QStringLiteral("%1%2 %").arg(
      sign, formatFixed(std::abs(percent), std::abs(percent) < 10 ? 1 : 0));
}

QVariant alignment(bool isName) {
  return QVariant::fromValue(
      Qt::Alignment(Qt::AlignVCenter | (isName ? Qt::AlignLeft : Qt::AlignRight)));
}

}  // namespace

void ComparisonModel::compare(const Run& a, const Run& b) {
  beginResetModel();
  m_names = {tr("A · %1").arg(a.name), tr("B · %1").arg(b.name), tr("B against A")};
  m_figures.clear();
  for (const auto& rule : figureRules()) {
    const auto valueA = rule.value(a.figures);
    const auto valueB = rule.value(b.figures);
    if (!valueA && !valueB) continue;
    Figure figure{tr(rule.title),
                  tr(rule.meaning),
                  {valueA ? rule.text(*valueA) : kNone, valueB ? rule.text(*valueB) : kNone, kNone},
                  0};
    if (valueA && valueB) {
      const QString difference = differenceText(*valueA, *valueB, rule);
      const bool differs = difference != kEqual && difference != kAlmost;
      if (differs) figure.better = (*valueB > *valueA) == rule.moreIsBetter ? 1 : -1;
      figure.texts[Difference] = difference;
    }
    m_figures.push_back(std::move(figure));
  }
  endResetModel();
}

void ComparisonModel::clear() {
  beginResetModel();
  m_figures.clear();
  endResetModel();
}

int ComparisonModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || m_figures.empty() ? 0 : RowCount;
}

int ComparisonModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_figures.size()) + 1;
}

QVariant ComparisonModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto row = static_cast<std::size_t>(index.row());
  const bool isName = index.column() == kName;
  if (role == Qt::TextAlignmentRole) return alignment(isName);
  if (isName) {
    return role == Qt::DisplayRole || role == Qt::ToolTipRole ? QVariant(m_names[row]) : QVariant();
  }
  const Figure& figure = m_figures[static_cast<std::size_t>(index.column() - 1)];
  if (role == kBetterRole) return index.row() == Difference ? QVariant(figure.better) : QVariant();
  return role == Qt::DisplayRole ? QVariant(figure.texts[row]) : QVariant();
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  const bool isName = section == kName;
  if (role == Qt::TextAlignmentRole) return alignment(isName);
  if (isName) return role == Qt::DisplayRole ? QVariant(tr("Run")) : QVariant();
  const auto place = static_cast<std::size_t>(section - 1);
  if (place >= m_figures.size()) return {};
  if (role == Qt::ToolTipRole) return m_figures[place].meaning;
  return role == Qt::DisplayRole ? QVariant(m_figures[place].title) : QVariant();
}

}  // namespace inflight::ui
