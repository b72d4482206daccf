// A verdict as the panel shows it: a headline, a sentence, shares of the limits, evidence with its
// moments, and what would help. Plain values, translated from the engine's verdict in one place.
#pragma once

#include <QString>
#include <QStringList>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.h"
#include "trace/limit.h"
#include "trace/trace.h"
#include "trace/verdict.h"

namespace inflight::ui {

struct VerdictEvidence {
  std::optional<Instant> time;
  QString text;
};

struct VerdictAdvice {
  QString title;
  QString text;
  // Settings to change, key and value as for --set; empty where it is not in our hands.
  std::vector<std::pair<QString, QString>> changes;
};

struct VerdictView {
  QString headline;
  // Plain text; moments in it ("0.94 s") are made links where the evidence knows them.
  QString sentence;
  // Largest first; those under 0.5 % are left out.
  std::vector<std::pair<trace::Limit, double>> shares;
  std::vector<VerdictEvidence> evidence;
  std::vector<VerdictAdvice> advice;
  // Below everything else: confidence, notes about the trace.
  QString confidence;
  QStringList notes;
};

// In a word or two, for tables and titles: "Slow start overshot", "Receive window".
QString shortVerdict(const trace::Verdict& verdict);
VerdictView viewOf(const trace::Verdict& verdict, const trace::Trace& trace);

// Those worth showing, largest first.
std::vector<std::pair<trace::Limit, double>> sharesOf(
    const std::array<double, trace::kLimitCount>& shares);

}  // namespace inflight::ui
