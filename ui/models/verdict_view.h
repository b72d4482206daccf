// A verdict as the panel shows it: a headline, a sentence, shares of the limits, evidence with its
// moments, and what would help. Plain values: where they come from (the diagnosis) is not known here.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.h"
#include "trace/limit.h"

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

// The shares of a strip, for a run that goes on or was not judged.
std::vector<std::pair<trace::Limit, double>> sharesOf(const trace::LimitStrip& strip);

}  // namespace inflight::ui
