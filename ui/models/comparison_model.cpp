// The rows of an A/B comparison.
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
  const char* name;
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
      {QT_TRANSLATE_NOOP("ComparisonModel", "Throughput"), true,
       [](const Figures& m) -> Value { return m.throughput_mbits; }, &rateText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "Time to 90 %"), false,
       [](const Figures& m) { return seconds(m.time_to_90); }, &secondsText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "Completion time"), false,
       [](const Figures& m) { return seconds(m.completion); }, &secondsText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "Retransmits"), false,
       [](const Figures& m) -> Value { return static_cast<double>(m.retransmits); }, &countText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "Stalls"), false,
       [](const Figures& m) -> Value { return static_cast<double>(m.stalls); }, &countText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "Time stalled"), false,
       [](const Figures& m) -> Value { return to_seconds(m.stalled); }, &secondsText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "RTT, median"), false,
       [](const Figures& m) { return seconds(m.rtt_p50); }, &secondsText},
      {QT_TRANSLATE_NOOP("ComparisonModel", "RTT, 99 %"), false,
       [](const Figures& m) { return seconds(m.rtt_p99); }, &secondsText},
  };
  return rules;
}

QString differenceText(double a, double b) {
  if (a == b) return kEqual;
  // From nothing to something is no percentage.
  if (a == 0) return kNone;
  const double percent = (b - a) / a * 100;
  if (std::abs(percent) < 0.05) return kAlmost;
  const QString sign = percent > 0 ? QStringLiteral("+") : QStringLiteral("−");
  return QStringLiteral("%1%2 %").arg(
      sign, formatFixed(std::abs(percent), std::abs(percent) < 10 ? 1 : 0));
}

}  // namespace

void ComparisonModel::compare(const Run& a, const Run& b) {
  beginResetModel();
  m_nameA = a.name;
  m_nameB = b.name;
  m_rows.clear();
  for (const auto& rule : figureRules()) {
    const auto valueA = rule.value(a.figures);
    const auto valueB = rule.value(b.figures);
    if (!valueA && !valueB) continue;
    Row row{tr(rule.name), valueA ? rule.text(*valueA) : kNone, valueB ? rule.text(*valueB) : kNone,
            kNone, 0};
    if (valueA && valueB) {
      row.difference = differenceText(*valueA, *valueB);
      const bool differs = row.difference != kEqual && row.difference != kAlmost;
      if (differs) row.better = (*valueB > *valueA) == rule.moreIsBetter ? 1 : -1;
    }
    m_rows.push_back(std::move(row));
  }
  endResetModel();
}

void ComparisonModel::clear() {
  beginResetModel();
  m_rows.clear();
  endResetModel();
}

int ComparisonModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ComparisonModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant ComparisonModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = m_rows[static_cast<std::size_t>(index.row())];
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue(Qt::Alignment(
        Qt::AlignVCenter | (index.column() == Figure ? Qt::AlignLeft : Qt::AlignRight)));
  }
  if (role == kBetterRole) return index.column() == Difference ? QVariant(row.better) : QVariant();
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case Figure:
      return row.figure;
    case A:
      return row.a;
    case B:
      return row.b;
    default:
      return row.difference;
  }
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue(
        Qt::Alignment(Qt::AlignVCenter | (section == Figure ? Qt::AlignLeft : Qt::AlignRight)));
  }
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Figure:
      return tr("Figure");
    case A:
      return tr("A · %1").arg(m_nameA);
    case B:
      return tr("B · %1").arg(m_nameB);
    default:
      return tr("B against A");
  }
}

}  // namespace inflight::ui
