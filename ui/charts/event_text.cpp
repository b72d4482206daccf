// The sentences of event_text.h.
#include "ui/charts/event_text.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "ui/format/number.h"

namespace inflight::ui {
namespace {

struct Events {
  Q_DECLARE_TR_FUNCTIONS(Events)
};

QString bytes(double value, UnitStyle units) {
  return formatValue(trace::Unit::Bytes, value, units);
}

// "receiver.receive_buffer 6MiB -> 512KiB" as "receive buffer 6 MiB → 512 KiB".
QString changeText(const std::string& detail) {
  static const QRegularExpression endpoint(QStringLiteral("^(sender|receiver|tcp)\\."));
  static const QRegularExpression unit(QStringLiteral("(?<= )([0-9.]+)([A-Za-z%])"));
  QString text = QString::fromStdString(detail).remove(endpoint);
  const auto name = std::max<qsizetype>(text.indexOf(QLatin1Char(' ')), 0);
  text.replace(0, name,
               text.left(name)
                   .replace(QLatin1Char('.'), QLatin1Char(' '))
                   .replace(QLatin1Char('_'), QLatin1Char(' ')));
  text.replace(QStringLiteral(" -> "), QStringLiteral(" → "));
  return text.replace(unit, QStringLiteral("\\1\u00a0\\2"));
}

QString what(const trace::Event& event, UnitStyle units) {
  using enum trace::EventKind;
  switch (event.kind) {
    case Connected:
      return Events::tr("Connected");
    case Loss:
      return Events::tr("Packet lost");
    case Retransmit:
      return Events::tr("Sent again");
    case Timeout:
      return Events::tr("Retransmission timeout, the next after %1")
          .arg(formatDuration(from_seconds(event.value)));
    case RecoveryBegin:
      return Events::tr("Recovery begins, cwnd %1").arg(bytes(event.value, units));
    case RecoveryEnd:
      return Events::tr("Recovery ends");
    case SlowStartExit:
      return Events::tr("Slow start ends, cwnd %1").arg(bytes(event.value, units));
    case ZeroWindow:
      return Events::tr("The receiver's window closed");
    case WindowOpen:
      return Events::tr("The receiver's window opened");
    case WindowProbe:
      return Events::tr("Window probe");
    case SettingChanged:
      return Events::tr("Changed: %1").arg(changeText(event.detail));
    case TunnelHandshake:
      return Events::tr("Tunnel handshake, %1").arg(formatDuration(from_seconds(event.value)));
    case TunnelRekey:
      return Events::tr("Tunnel rekeyed");
    case OutboundBlocked:
      return Events::tr("Outbound queue full for %1")
          .arg(formatDuration(from_seconds(event.value)));
    case PeerClosed:
      return Events::tr("The peer closed");
    case Reset:
      return event.detail.empty()
                 ? Events::tr("Connection reset")
                 : Events::tr("Connection reset: %1").arg(QString::fromStdString(event.detail));
    case Closed:
      return Events::tr("Closed");
    case RecoveryUndone:
      return Events::tr("Recovery undone, cwnd back at %1").arg(bytes(event.value, units));
    case Unanswered:
      return Events::tr("Nothing acknowledged after %1 attempts")
          .arg(formatCount(static_cast<std::int64_t>(event.value)));
    case Marked:
      return Events::tr("The path marked a packet, cwnd falls to %1")
          .arg(bytes(event.value, units));
    case Outage:
      return Events::tr("Nothing gets through for %1")
          .arg(formatDuration(from_seconds(event.value)));
  }
  return {};
}

QString whatOfMany(const trace::Event& event, std::size_t count) {
  using enum trace::EventKind;
  const QString number = formatCount(static_cast<std::int64_t>(count));
  switch (event.kind) {
    case Loss:
      return Events::tr("%1 packets lost").arg(number);
    case Retransmit:
      return Events::tr("%1 packets sent again").arg(number);
    case Timeout:
      return Events::tr("%1 retransmission timeouts").arg(number);
    case WindowProbe:
      return Events::tr("%1 window probes").arg(number);
    case OutboundBlocked:
      return Events::tr("Outbound queue full %1 times").arg(number);
    default:
      return Events::tr("%1 times: %2").arg(number, what(event, {}));
  }
}

QString withCause(const QString& text, trace::EventCause cause) {
  const QString why = causeText(cause);
  return why.isEmpty() ? text : text + QStringLiteral(": ") + why;
}

}  // namespace

QString causeText(trace::EventCause cause) {
  using enum trace::EventCause;
  switch (cause) {
    case None:
      return {};
    case PathQueue:
      return Events::tr("the path's queue was full");
    case RandomLoss:
      return Events::tr("random loss on the path");
    case BurstLoss:
      return Events::tr("a burst of loss on the path");
    case OutboundQueue:
      return Events::tr("the outbound queue was full");
    case TunnelStaging:
      return Events::tr("dropped while the tunnel was not up");
    case BeforeCapturePoint:
      return Events::tr("lost before the capture point");
    case Unlocated:
      return Events::tr("somewhere on the way");
    case DuplicateAcks:
      return Events::tr("three duplicate acknowledgements");
    case Sack:
      return Events::tr("selective acknowledgements passed it");
    case PartialAck:
      return Events::tr("partial acknowledgement");
    case Rescue:
      return Events::tr("rescue of the last hole");
    case TimeoutExpired:
      return Events::tr("the retransmission timer expired");
    case HystartDelay:
      return Events::tr("HyStart, the delay rose");
    case HystartAckTrain:
      return Events::tr("HyStart, the train of ACKs was as long as the path");
    case HystartCss:
      return Events::tr("HyStart++, the delay stayed up");
    case LossDetected:
      return Events::tr("loss");
    case Rack:
      return Events::tr("a later segment arrived, this one did not in time");
    case TailLossProbe:
      return Events::tr("nothing came back for two round trips");
    case DuplicateReports:
      return Events::tr("every copy was reported as a duplicate");
    case Timestamps:
      return Events::tr("by its timestamp the original had arrived");
    case ForwardRto:
      return Events::tr("data sent once was acknowledged after the timeout");
    case Mark:
      return Events::tr("the path marked a packet");
    case Codel:
      return Events::tr("it had waited too long in the path's queue");
    case Policer:
      return Events::tr("a policer let no more through");
    case Outage:
      return Events::tr("nothing got through");
    case Scheduled:
      return Events::tr("as scheduled");
    default:
      return {};
  }
}

QString describe(const trace::Event& event, UnitStyle units) {
  return withCause(what(event, units), event.cause);
}

QString describe(const EventIndex& events, std::span<const std::uint32_t> group, UnitStyle units) {
  if (group.empty()) return {};
  const trace::Event& first = events.event(group.front());
  if (group.size() == 1) return describe(first, units);
  std::array<std::size_t, trace::kEventCauseCount> counts{};
  std::vector<trace::EventCause> causes;
  for (const std::uint32_t index : group) {
    const trace::EventCause cause = events.event(index).cause;
    if (counts[static_cast<std::size_t>(cause)]++ == 0) causes.push_back(cause);
  }
  const auto countOf = [&](trace::EventCause cause) {
    return counts[static_cast<std::size_t>(cause)];
  };
  std::ranges::stable_sort(causes, std::ranges::greater(), countOf);
  QStringList lines;
  for (const trace::EventCause cause : causes) {
    trace::Event any = first;
    any.cause = cause;
    const std::size_t count = countOf(cause);
    lines << withCause(count == 1 ? what(any, units) : whatOfMany(any, count), cause);
  }
  return lines.join(QLatin1Char('\n'));
}

QString flagText(const trace::Event& event, UnitStyle units) {
  using enum trace::EventKind;
  switch (event.kind) {
    case SlowStartExit:
      if (event.cause == trace::EventCause::Mark)
        return Events::tr("slow start ends by a mark, %1").arg(bytes(event.value, units));
      return event.cause == trace::EventCause::LossDetected
                 ? Events::tr("slow start ends by loss, %1").arg(bytes(event.value, units))
                 : Events::tr("HyStart, %1").arg(bytes(event.value, units));
    case SettingChanged:
      return changeText(event.detail);
    case Timeout:
      return Events::tr("RTO");
    case Outage:
      return Events::tr("outage, %1").arg(formatDuration(from_seconds(event.value)));
    case TunnelRekey:
      return Events::tr("rekey");
    case Reset:
      return Events::tr("reset");
    default:
      return {};
  }
}

}  // namespace inflight::ui
