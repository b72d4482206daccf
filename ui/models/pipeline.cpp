// One short function a stage.
#include "ui/models/pipeline.h"

#include <QCoreApplication>
#include <algorithm>

#include "diagnosis/settings.h"
#include "ui/format/number.h"

namespace inflight::ui {

namespace {

using trace::EventCause;
using trace::EventKind;
using trace::SeriesId;

QString tr(const char* text) { return QCoreApplication::translate("Pipeline", text); }

// What the stages read, gathered in one pass over the events.
struct Moment {
  const trace::Trace& trace;
  const PipelineLimits& limits;
  Instant time;
  UnitStyle style;
  std::int64_t outboundDrops = 0;
  std::int64_t pathQueueDrops = 0;
  std::int64_t lostOnPath = 0;
  Duration blocked{};

  std::optional<double> value(SeriesId id) const { return trace.series(id).value_at(time); }
  QString bytes(double amount) const { return formatValue(trace::Unit::Bytes, amount, style); }
};

void countLoss(Moment& moment, EventCause cause) {
  if (cause == EventCause::OutboundQueue || cause == EventCause::TunnelStaging) {
    ++moment.outboundDrops;
  } else if (cause == EventCause::PathQueue) {
    ++moment.pathQueueDrops;
  } else {
    ++moment.lostOnPath;
  }
}

Moment momentOf(const trace::Trace& trace, const PipelineLimits& limits, Instant time,
                UnitStyle style) {
  Moment moment{trace, limits, time, style};
  for (const auto& event : trace.events) {
    if (event.time > time) break;
    if (event.kind == EventKind::Loss) countLoss(moment, event.cause);
    if (event.kind == EventKind::OutboundBlocked) {
      moment.blocked += from_seconds(event.value);
    }
  }
  return moment;
}

QString dropped(std::int64_t packets) { return tr("dropped %1").arg(formatCount(packets)); }

std::optional<double> share(std::optional<double> value, double limit) {
  if (!value || limit <= 0) return std::nullopt;
  return std::clamp(*value / limit, 0.0, 1.0);
}

// A place that holds bytes, with a limit if there is one.
PipelineStage byteStage(const Moment& moment, SeriesId id, const QString& name,
                        const QString& meaning, double limit) {
  const auto held = moment.value(id);
  PipelineStage stage;
  stage.name = stage.shortName = name;
  stage.meaning = meaning;
  stage.value = held ? moment.bytes(*held) : QStringLiteral("–");
  stage.series = id;
  stage.fill = share(held, limit);
  if (limit > 0) stage.detail = tr("of %1").arg(moment.bytes(limit));
  return stage;
}

// 0 where there is none.
double limitOf(const std::optional<ByteCount>& limit) {
  return static_cast<double>(limit.value_or(ByteCount{}).value());
}

PipelineStage application(const Moment& moment) {
  const double acked = moment.value(SeriesId::AckedBytes).value_or(0);
  const double held = moment.value(SeriesId::SendBuffer).value_or(0);
  const double limit = limitOf(moment.limits.sendBuffer);
  const bool waits = limit > 0 && held >= 0.98 * limit;
  PipelineStage stage;
  stage.name = stage.shortName = tr("application");
  stage.meaning =
      tr("What the sending application has written so far. It waits while the send "
         "buffer is full.");
  stage.value = moment.bytes(acked + held);
  stage.detail = waits ? tr("waits") : tr("written");
  return stage;
}

PipelineStage sendBuffer(const Moment& moment) {
  auto stage = byteStage(moment, SeriesId::SendBuffer, tr("send buffer"),
                         tr("Bytes written and not acknowledged yet, sent or not."),
                         limitOf(moment.limits.sendBuffer));
  if (stage.fill.value_or(0) >= 0.98) stage.detail = tr("full");
  return stage;
}

PipelineStage outboundQueue(const Moment& moment) {
  const auto packets = moment.value(SeriesId::OutboundQueue);
  PipelineStage stage;
  stage.name = tr("outbound queue");
  stage.shortName = tr("outbound");
  stage.meaning =
      tr("Packets between the TCP stack and the tunnel, inside the sending process. "
         "When full it drops, or makes the stack wait.");
  stage.value = packets ? formatFixed(*packets, 0) : QStringLiteral("–");
  stage.detail = dropped(moment.outboundDrops);
  stage.alert = moment.outboundDrops > 0;
  stage.series = SeriesId::OutboundQueue;
  const auto length = moment.limits.outboundQueue;
  if (!length) return stage;
  if (packets) stage.value += QStringLiteral(" / ") + formatCount(*length);
  stage.fill = share(packets, static_cast<double>(*length));
  return stage;
}

PipelineStage sealing(const Moment& moment) {
  auto stage = byteStage(moment, SeriesId::SealingBacklog, tr("sealing"),
                         tr("Bytes that wait for encryption, and how long the outbound queue was "
                            "blocked by it."),
                         0);
  stage.detail = tr("blocked %1").arg(formatDuration(moment.blocked));
  stage.alert = moment.blocked > Duration{};
  return stage;
}

PipelineStage pathQueue(const Moment& moment) {
  const double limit = limitOf(moment.limits.pathQueue);
  auto stage = byteStage(moment, SeriesId::PathQueue, tr("path queue"),
                         tr("Bytes in the queue before the bottleneck; it drops what does not "
                            "fit."),
                         limit);
  stage.detail = dropped(moment.pathQueueDrops);
  if (moment.lostOnPath > 0)
    stage.detail = tr("lost %1").arg(formatCount(moment.lostOnPath + moment.pathQueueDrops));
  stage.alert = moment.pathQueueDrops + moment.lostOnPath > 0;
  if (!stage.alert && !moment.trace.has(SeriesId::PathQueue)) stage.detail = tr("not visible");
  return stage;
}

PipelineStage inFlight(const Moment& moment) {
  const double window = moment.value(SeriesId::ReceiveWindow).value_or(0);
  const double cwnd = moment.value(SeriesId::Cwnd).value_or(window);
  return byteStage(
      moment, SeriesId::BytesInFlight, tr("in flight"),
      tr("Sent and not acknowledged; its limit is the smaller of congestion window and "
         "receive window."),
      window > 0 ? std::min(window, cwnd) : cwnd);
}

PipelineStage waitingForHole(const Moment& moment) {
  auto stage = byteStage(moment, SeriesId::WaitingForHole, tr("waiting for a hole"),
                         tr("Received out of order: the application cannot read it until what was "
                            "lost before it has come again."),
                         limitOf(moment.limits.receiveBuffer));
  stage.shortName = tr("behind a hole");
  stage.alert = moment.value(SeriesId::WaitingForHole).value_or(0) > 0;
  if (!stage.alert) stage.detail = tr("in order");
  return stage;
}

PipelineStage unread(const Moment& moment) {
  return byteStage(moment, SeriesId::Unread, tr("unread"),
                   tr("Received in order and not read by the application yet."),
                   limitOf(moment.limits.receiveBuffer));
}

}  // namespace

PipelineLimits pipelineLimits(const lab::Scenario& scenario) {
  return {scenario.sender.send_buffer, scenario.receiver.receive_buffer, scenario.path.queue,
          scenario.outbound_queue.length};
}

PipelineLimits pipelineLimits(const trace::TraceInfo& info) {
  const auto settings = diagnosis::read_settings(info);
  return {settings.send_buffer, settings.receive_buffer, {}, {}};
}

std::vector<PipelineStage> pipelineAt(const trace::Trace& trace, const PipelineLimits& limits,
                                      Instant time, UnitStyle style) {
  const Moment moment = momentOf(trace, limits, time, style);
  return {application(moment), sendBuffer(moment), outboundQueue(moment),  sealing(moment),
          pathQueue(moment),   inFlight(moment),   waitingForHole(moment), unread(moment)};
}

}  // namespace inflight::ui
