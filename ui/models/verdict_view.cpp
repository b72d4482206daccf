// From the engine's words to the panel's.
#include "ui/models/verdict_view.h"

#include <QCoreApplication>
#include <algorithm>
#include <functional>

namespace inflight::ui {

namespace {

using trace::FindingCode;
using trace::LimitedBy;

// A queue that drops is full for moments only.
constexpr double kHeldByQueue = 0.2;

QString tr(const char* text) { return QCoreApplication::translate("Verdict", text); }

bool has(const trace::Verdict& verdict, FindingCode code) {
  return std::ranges::any_of(
      verdict.findings, [code](const trace::Finding& finding) { return finding.code == code; });
}

const char* causeLabel(LimitedBy cause) {
  switch (cause) {
    case LimitedBy::ReceiveWindow:
      return QT_TRANSLATE_NOOP("Verdict", "Receive window");
    case LimitedBy::ReceiverApplication:
      return QT_TRANSLATE_NOOP("Verdict", "Slow reader");
    case LimitedBy::SenderApplication:
      return QT_TRANSLATE_NOOP("Verdict", "Nothing to send");
    case LimitedBy::SendBuffer:
      return QT_TRANSLATE_NOOP("Verdict", "Send buffer");
    case LimitedBy::OutboundQueue:
      return QT_TRANSLATE_NOOP("Verdict", "Lost inside the process");
    case LimitedBy::Path:
      return QT_TRANSLATE_NOOP("Verdict", "Path full");
    case LimitedBy::Loss:
      return QT_TRANSLATE_NOOP("Verdict", "Held down by loss");
    case LimitedBy::Ecn:
      return QT_TRANSLATE_NOOP("Verdict", "Held down by marks");
    case LimitedBy::SlowStart:
      return QT_TRANSLATE_NOOP("Verdict", "Over before the ramp was");
    case LimitedBy::Turns:
      return QT_TRANSLATE_NOOP("Verdict", "Round trips");
    case LimitedBy::ServerThink:
      return QT_TRANSLATE_NOOP("Verdict", "Slow answers");
    case LimitedBy::NagleDelayedAck:
      return QT_TRANSLATE_NOOP("Verdict", "Delayed ACKs");
    case LimitedBy::Handshake:
      return QT_TRANSLATE_NOOP("Verdict", "Slow handshake");
    case LimitedBy::Outage:
      return QT_TRANSLATE_NOOP("Verdict", "Outage");
    case LimitedBy::MtuBlackHole:
      return QT_TRANSLATE_NOOP("Verdict", "Large packets vanish");
    case LimitedBy::Refused:
      return QT_TRANSLATE_NOOP("Verdict", "Refused");
    case LimitedBy::NoAnswer:
      return QT_TRANSLATE_NOOP("Verdict", "No answer");
    case LimitedBy::Reset:
      return QT_TRANSLATE_NOOP("Verdict", "Reset");
    case LimitedBy::Partial:
      return QT_TRANSLATE_NOOP("Verdict", "The capture cannot tell");
    case LimitedBy::Unknown:
      return QT_TRANSLATE_NOOP("Verdict", "Not judged yet");
  }
  return "";
}

QString confidenceText(trace::Confidence confidence) {
  switch (confidence) {
    case trace::Confidence::Low:
      return tr("low: an inference that other causes would fit, too");
    case trace::Confidence::Medium:
      return tr("medium");
    case trace::Confidence::High:
      return tr("high");
  }
  return {};
}

// Findings with a moment stand with the evidence, in the order of time.
std::vector<VerdictEvidence> evidenceOf(const trace::Verdict& verdict) {
  std::vector<VerdictEvidence> result;
  for (const auto& evidence : verdict.evidence) {
    result.push_back({evidence.time, QString::fromStdString(evidence.text)});
  }
  for (const auto& finding : verdict.findings) {
    VerdictEvidence evidence{finding.time, QString::fromStdString(finding.text)};
    const bool known = std::ranges::any_of(
        result, [&](const VerdictEvidence& other) { return other.text == evidence.text; });
    if (!known) result.push_back(std::move(evidence));
  }
  std::ranges::stable_sort(
      result, {}, [](const VerdictEvidence& evidence) { return evidence.time.value_or(kNever); });
  return result;
}

}  // namespace

QString shortVerdict(const trace::Verdict& verdict) {
  const bool overshot = has(verdict, FindingCode::SlowStartOvershoot);
  if (overshot &&
      (verdict.limited_by == LimitedBy::Loss || verdict.limited_by == LimitedBy::Path)) {
    return tr("Slow start overshot");
  }
  // Not as it should be.
  if (verdict.limited_by == LimitedBy::Path && has(verdict, FindingCode::Bufferbloat)) {
    return tr("Path full, with a long queue");
  }
  // With backpressure it holds the sender for a while each time, and loses nothing.
  const double held = verdict.shares[static_cast<std::size_t>(trace::Limit::OutboundQueue)];
  if (verdict.limited_by == LimitedBy::OutboundQueue && held > kHeldByQueue) {
    return tr("Outbound queue full");
  }
  return tr(causeLabel(verdict.limited_by));
}

VerdictView viewOf(const trace::Verdict& verdict, const trace::Trace& trace) {
  VerdictView view;
  view.headline = shortVerdict(verdict);
  QStringList sentences;
  for (const auto* text : {&verdict.headline, &verdict.explanation}) {
    if (text->empty()) continue;
    const bool isClosed = text->ends_with('.') || text->ends_with('?') || text->ends_with('!');
    sentences << QString::fromStdString(*text) + (isClosed ? QString() : QStringLiteral("."));
  }
  view.sentence = sentences.join(QLatin1Char(' '));
  view.shares = sharesOf(verdict.shares);
  view.evidence = evidenceOf(verdict);
  for (const auto& advice : verdict.advice) {
    VerdictAdvice shown{
        QString::fromStdString(advice.title), QString::fromStdString(advice.text), {}};
    for (const auto& change : advice.overrides) {
      shown.changes.emplace_back(QString::fromStdString(change.key),
                                 QString::fromStdString(change.value));
    }
    view.advice.push_back(std::move(shown));
  }
  if (verdict.limited_by != LimitedBy::Unknown)
    view.confidence = confidenceText(verdict.confidence);
  for (const auto& note : trace.info.notes) view.notes << QString::fromStdString(note);
  return view;
}

std::vector<std::pair<trace::Limit, double>> sharesOf(
    const std::array<double, trace::kLimitCount>& shares) {
  constexpr double kTooSmall = 0.005;
  std::vector<std::pair<trace::Limit, double>> result;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] >= kTooSmall) result.emplace_back(static_cast<trace::Limit>(i), shares[i]);
  }
  std::ranges::sort(result, std::greater{}, [](const auto& entry) { return entry.second; });
  return result;
}

}  // namespace inflight::ui
