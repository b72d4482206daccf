// Where a run stood, in words: for the message of a failed seed.
#include "campaign/simulation.h"

namespace inflight::campaign {
namespace {

QString describe_segment(const wire::TcpHeader& header, std::size_t payload) {
  const wire::TcpFlags flags = header.flags;
  QString text = QStringLiteral("%1%2%3%4 %5 +%6 ack %7 win %8")
                     .arg(flags.syn ? "S" : "", flags.fin ? "F" : "", flags.rst ? "R" : "",
                          flags.ack ? "." : "")
                     .arg(header.seq.value())
                     .arg(payload)
                     .arg(header.ack.value())
                     .arg(header.window);
  if (const auto& timestamps = header.options.timestamps)
    text += QStringLiteral(" ts %1 %2").arg(timestamps->value).arg(timestamps->echo_reply);
  for (const wire::SackBlock& block : header.options.sack)
    text += QStringLiteral(" sack %1:%2").arg(block.left.value()).arg(block.right.value());
  return text;
}

}  // namespace

QString Simulation::describe() const {
  QString text;
  for (const Flow& flow : flows_) {
    for (const Side side : {Side::Client, Side::Server}) {
      const End& end = flow.ends[index(side)];
      text += QStringLiteral("\n  %1: read %2, wrote all %3, over %4")
                  .arg(side == Side::Client ? "client" : "server")
                  .arg(end.application.bytes_read().value())
                  .arg(end.application.wrote_all())
                  .arg(end.application.over());
      const auto snapshot = snapshot_of(end, side);
      if (!snapshot) continue;
      text += QStringLiteral(
                  ", %1, limit %2, unsent %3, in flight %4, window %5, cwnd %6, rto %7, "
                  "unread %8, held %9")
                  .arg(QString::fromStdString(std::string(to_string(snapshot->state))))
                  .arg(static_cast<int>(snapshot->limit))
                  .arg(snapshot->unsent.value())
                  .arg(snapshot->bytes_in_flight.value())
                  .arg(snapshot->send_window.value())
                  .arg(snapshot->congestion.cwnd)
                  .arg(to_seconds(snapshot->rto))
                  .arg(snapshot->unread.value())
                  .arg(snapshot->out_of_order.value());
    }
  }
  for (std::size_t i = 0; i < records_.size(); ++i)
    text += QStringLiteral("\n  %1 %2 %3 port %4: %5")
                .arg(to_seconds(records_[i].time), 0, 'f', 6)
                .arg(records_[i].sender == Side::Client ? "client" : "server",
                     records_[i].arrived ? "->" : "sends")
                .arg(records_[i].header.source_port)
                .arg(describe_segment(records_[i].header, records_[i].payload));
  return text;
}

}  // namespace inflight::campaign
