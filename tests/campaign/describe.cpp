// A plan in words, for the message of a failed seed.
#include "campaign/plan.h"

namespace inflight::campaign {
namespace {

QString describe(const Weather& weather) {
  const path::PathConfig& path = weather.path;
  QString text = QStringLiteral("%1 Mbit/s, queue %2, delay %3 ms")
                     .arg(static_cast<double>(path.rate.bits_per_second()) * 1e-6)
                     .arg(path.queue.room.value())
                     .arg(to_seconds(path.delay) * 1e3);
  const auto add = [&](const char* name, double value) {
    if (value > 0) text += QStringLiteral(", %1 %2").arg(name).arg(value);
  };
  add("discipline", static_cast<double>(path.queue.discipline));
  add("marks", path.queue.mark_threshold ? 1 : 0);
  add("policer", path.policer ? 1 : 0);
  add("outage", path.outage ? 1 : 0);
  add("jitter ms", to_seconds(path.jitter) * 1e3);
  add("loss", path.loss);
  add("bursts", path.burst_share);
  add("reordering", path.reorder);
  add("duplication", path.duplicate);
  add("corruption", weather.corruption);
  add("mtu", static_cast<double>(path.mtu.value()));
  return text;
}

QString describe(const tcp::Config& config) {
  return QStringLiteral("buffers %1/%2 share %3 mss %4 scaling %5 ts %6 sack %7 delack %8 nagle %9")
             .arg(config.send_buffer.value())
             .arg(config.receive_buffer.value())
             .arg(config.window_share)
             .arg(config.mss.value())
             .arg(config.window_scaling)
             .arg(config.timestamps)
             .arg(config.sack)
             .arg(config.delayed_ack)
             .arg(static_cast<int>(config.nagle)) +
         QStringLiteral(" cc %1 hystart %2 recovery %3 prr %4 frto %5 undo %6 pacing %7")
             .arg(static_cast<int>(config.congestion))
             .arg(static_cast<int>(config.hystart))
             .arg(static_cast<int>(config.recovery))
             .arg(config.rate_reduction)
             .arg(config.forward_rto)
             .arg(config.undo)
             .arg(config.pacing) +
         QStringLiteral(" ecn %1 tuning %2/%3")
             .arg(config.ecn)
             .arg(config.send_auto_tuning)
             .arg(config.receive_auto_tuning) +
         QStringLiteral(" iw %1 ssl %2 minrto %3 retries %4")
             .arg(config.initial_window)
             .arg(config.slow_start_limit)
             .arg(to_seconds(config.min_rto))
             .arg(config.max_retries) +
         (config.keep_alive ? QStringLiteral(" asks after %1 s, each %2 s, %3 times")
                                  .arg(to_seconds(config.keep_alive_idle))
                                  .arg(to_seconds(config.keep_alive_interval))
                                  .arg(config.keep_alive_probes)
                            : QString()) +
         (config.user_timeout > Duration{}
              ? QStringLiteral(" gives up after %1 s").arg(to_seconds(config.user_timeout))
              : QString());
}

QString describe(const Behaviour& behaviour) {
  return QStringLiteral("%1 B by %2 every %3 s, reads %4 every %5 s%6%7")
      .arg(behaviour.total.value())
      .arg(behaviour.write_chunk.value())
      .arg(to_seconds(behaviour.write_pause))
      .arg(behaviour.read_chunk.value())
      .arg(to_seconds(behaviour.read_pause))
      .arg(behaviour.answers ? ", answers" : "")
      .arg(behaviour.aborts_at
               ? QStringLiteral(", aborts at %1").arg(to_seconds(*behaviour.aborts_at))
               : QString());
}

}  // namespace

QString describe(const Plan& plan) {
  QString text;
  for (const WeatherChange& change : plan.weather) {
    text += QStringLiteral("\n  %1 s there: %2\n      back: %3")
                .arg(to_seconds(change.at))
                .arg(describe(change.there), describe(change.back));
  }
  for (const FlowPlan& flow : plan.flows) {
    text += QStringLiteral(
                "\n  flow at %1 s, %2 changes\n    client: %3\n      %4\n    server: %5\n      %6")
                .arg(to_seconds(flow.opens_at))
                .arg(flow.changes.size())
                .arg(describe(flow.client), describe(flow.client_config), describe(flow.server),
                     describe(flow.server_config));
  }
  if (plan.attack_every)
    text += QStringLiteral("\n  attack every %1 s").arg(to_seconds(*plan.attack_every));
  return text + QStringLiteral("\n  over by %1 s").arg(to_seconds(plan.over_by));
}

}  // namespace inflight::campaign
