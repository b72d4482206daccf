#include "live/transfer.h"

#include <utility>

namespace inflight::live {
namespace {

using trace::SeriesId;

double bytes(ByteCount count) { return static_cast<double>(count.value()); }

}  // namespace

Transfer::Transfer(Role role, stack::Handle handle, trace::Recorder& recorder, Instant start,
                   const host::Payload* payload)
    : role_(role),
      handle_(handle),
      recorder_(recorder),
      start_(start),
      payload_(payload),
      connection_recorder_(recorder, start) {}

void Transfer::run(stack::Stack& stack, Instant now) {
  const tcp::Connection* connection = std::as_const(stack).find(handle_);
  if (stopped_ || connection == nullptr) return;
  if (role_ == Role::Receiver) {
    read(stack, now);
  } else if (connection->send_room() > ByteCount{0}) {
    write(*stack.find(handle_));
  }
}

void Transfer::write(tcp::Connection& connection) {
  for (;;) {
    const Bytes chunk = payload_->at(written_, host::Payload::kPeriod);
    const std::size_t taken = connection.write(chunk);
    written_ += static_cast<std::int64_t>(taken);
    if (taken < chunk.size()) return;
  }
}

void Transfer::read(stack::Stack& stack, Instant now) {
  const ByteCount unread = std::as_const(stack).find(handle_)->unread();
  if (unread == ByteCount{0}) return;
  read_ += static_cast<std::int64_t>(
      stack.find(handle_)->discard(static_cast<std::size_t>(unread.value())));
  if (!first_byte_) first_byte_ = now - start_;
}

void Transfer::record(host::Host& host, Instant now) {
  const tcp::Connection* connection = std::as_const(host).stack().find(handle_);
  if (stopped_ || connection == nullptr) return;
  if (role_ == Role::Receiver) return record_receiver(*connection, now);
  // Events are taken out, which wakes nothing that a sender's next poll would not ask anyway.
  tcp::Connection* mutable_connection = host.stack().find(handle_);
  while (const auto event = mutable_connection->poll_event()) {
    if (event->kind == tcp::EventKind::Connected) handshake_ = event->time - start_;
    connection_recorder_.record(*event, connection->snapshot().congestion);
  }
  record_sender(*connection, host, now);
}

void Transfer::record_sender(const tcp::Connection& connection, const host::Host& host,
                             Instant now) {
  last_ = connection.snapshot();
  connection_recorder_.record(*last_,
                              {.writer_blocked = connection.writer_blocked(),
                               .writer_has_more = true,
                               .outbound_blocked = host.blocked(),
                               .peer_unread = std::nullopt},
                              now);
  const Instant time{now - start_};
  recorder_.sample(SeriesId::OutboundQueue, time, static_cast<double>(host.outbound().size()));
  recorder_.sample(SeriesId::SealingBacklog, time, bytes(host.sealing_backlog()));
  if (!inner_before_) inner_before_ = host.inner_bytes();
  recorder_.sample(SeriesId::InnerBytes, time, bytes(host.inner_bytes() - *inner_before_));
}

void Transfer::record_receiver(const tcp::Connection& connection, Instant now) {
  last_ = connection.snapshot();
  const Instant time{now - start_};
  recorder_.sample(SeriesId::WaitingForHole, time, bytes(last_->out_of_order));
  recorder_.sample(SeriesId::Unread, time, bytes(last_->unread));
  recorder_.sample(SeriesId::ReceiveBufferSize, time, bytes(last_->receive_buffer_size));
  recorder_.sample(SeriesId::ReadBytes, time, static_cast<double>(read_));
  if (!handshake_ && last_->state == tcp::State::Established) handshake_ = now - start_;
}

void Transfer::stop(stack::Stack& stack) {
  if (std::exchange(stopped_, true)) return;
  if (tcp::Connection* connection = stack.find(handle_)) connection->abort();
  stack.release(handle_);
}

bool Transfer::ended(const stack::Stack& stack) const {
  const tcp::Connection* connection = stack.find(handle_);
  return connection == nullptr || connection->state() == tcp::State::Closed ||
         connection->read_to_end();
}

trace::RunSummary Transfer::summary(const host::Host& host, Instant now) const {
  trace::RunSummary summary;
  summary.transfer.bytes = bytes_read();
  summary.transfer.first_byte = first_byte_;
  summary.transfer.handshake = handshake_;
  if (role_ == Role::Receiver) return summary;
  if (last_) summary.transfer.bytes = last_->counters.bytes_acked;
  if (last_) summary.tcp = host::summarize(*last_, connection_recorder_.max_cwnd(), start_);
  summary.queues.outbound_drops = host.outbound().drops();
  summary.queues.outbound_max_packets = host.outbound().max_size();
  summary.queues.outbound_blocked = host.blocked_time(now);
  return summary;
}

}  // namespace inflight::live
