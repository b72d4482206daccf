#include "live/served_stream.h"

#include <algorithm>
#include <array>
#include <utility>

namespace inflight::live {

std::string_view to_string(StreamMode mode) {
  static constexpr std::array<std::string_view, 3> kNames{"discard", "echo", "source"};
  return kNames[static_cast<std::size_t>(mode)];
}

std::string_view to_string(StreamEnd end) {
  static constexpr std::array<std::string_view, 5> kNames{"open", "completed", "refused", "reset",
                                                          "stopped"};
  return kNames[static_cast<std::size_t>(end)];
}

ServedStream::ServedStream(stack::Handle handle, const stack::Stack& stack,
                           const StreamOptions& options, const host::Payload& payload, Instant now)
    : handle_(handle), options_(options), payload_(payload), began_(now) {
  report_.local = stack.local(handle);
  report_.remote = stack.remote(handle);
}

void ServedStream::run(stack::Stack& stack, Instant now) {
  const tcp::Connection* connection = std::as_const(stack).find(handle_);
  if (over() || connection == nullptr) return;
  if (connection->has_event()) take_events(stack);
  if (options_.mode == StreamMode::Echo) {
    echo(stack);
  } else {
    discard(stack, now);
    if (options_.mode == StreamMode::Source) source(stack);
  }
  close_when_done(stack);
  if (connection->has_event()) take_events(stack);
  const tcp::State state = connection->state();
  if (reset_) {
    finish(stack, connected_ ? StreamEnd::Reset : StreamEnd::Refused, now);
  } else if (state == tcp::State::TimeWait || state == tcp::State::Closed) {
    finish(stack, StreamEnd::Completed, now);
  }
}

void ServedStream::take_events(stack::Stack& stack) {
  tcp::Connection& connection = *stack.find(handle_);
  while (const auto event = connection.poll_event()) {
    if (event->kind == tcp::EventKind::Connected) connected_ = true;
    if (event->kind == tcp::EventKind::Reset) reset_ = true;
    if (event->kind == tcp::EventKind::SlowStartEnded && !report_.slow_start_exit) {
      report_.slow_start_exit = ByteCount{static_cast<std::int64_t>(event->value)};
    }
  }
}

void ServedStream::take(tcp::Connection& connection, Bytes piece) {
  if (options_.hash) received_hash_.update(piece);
  static_cast<void>(connection.discard(piece.size()));
  report_.received += ByteCount{static_cast<std::int64_t>(piece.size())};
}

std::size_t ServedStream::write(tcp::Connection& connection, Bytes bytes) {
  const std::size_t taken = connection.write(bytes);
  if (options_.hash) sent_hash_.update(bytes.first(taken));
  written_ += static_cast<std::int64_t>(taken);
  return taken;
}

void ServedStream::discard(stack::Stack& stack, Instant now) {
  if (next_read_ != kNever && now < next_read_) return;
  next_read_ = kNever;
  if (std::as_const(stack).find(handle_)->unread() == ByteCount{0}) return;
  tcp::Connection& connection = *stack.find(handle_);
  if (options_.read_rate) {
    const Bytes head = connection.readable().first;
    const Bytes piece = head.first(std::min(head.size(), kPiece));
    const ByteCount size{static_cast<std::int64_t>(piece.size())};
    take(connection, piece);
    next_read_ = now + transmission_time(size, *options_.read_rate);
    return;
  }
  // The second piece is the first once the first is taken.
  while (connection.unread() > ByteCount{0}) take(connection, connection.readable().first);
}

// What does not fit into the send buffer stays in the receive buffer and closes the window.
void ServedStream::echo(stack::Stack& stack) {
  const tcp::Connection& idle = *std::as_const(stack).find(handle_);
  if (idle.unread() == ByteCount{0} || idle.send_room() == ByteCount{0}) return;
  tcp::Connection& connection = *stack.find(handle_);
  while (connection.unread() > ByteCount{0}) {
    const Bytes head = connection.readable().first;
    const std::size_t taken = write(connection, head);
    if (taken == 0) return;
    take(connection, head.first(taken));
  }
}

std::int64_t ServedStream::left_to_write() const {
  if (stopped_ || options_.mode != StreamMode::Source) return 0;
  return options_.bytes ? options_.bytes->value() - written_ : INT64_MAX;
}

void ServedStream::source(stack::Stack& stack) {
  const tcp::Connection& idle = *std::as_const(stack).find(handle_);
  if (left_to_write() == 0 || idle.send_room() == ByteCount{0}) return;
  tcp::Connection& connection = *stack.find(handle_);
  while (left_to_write() > 0) {
    const auto size =
        static_cast<std::size_t>(std::min<std::int64_t>(left_to_write(), host::Payload::kPeriod));
    const Bytes chunk = payload_.at(written_, size);
    if (write(connection, chunk) < chunk.size()) return;
  }
}

// A source closes behind its last byte, the others once the peer has closed and all is read.
void ServedStream::close_when_done(stack::Stack& stack) {
  if (closed_) return;
  const bool all_written = options_.mode == StreamMode::Source && left_to_write() == 0;
  const bool all_read =
      options_.mode != StreamMode::Source && std::as_const(stack).find(handle_)->read_to_end();
  if (!all_written && !all_read) return;
  closed_ = true;
  stack.find(handle_)->close();
}

void ServedStream::stop(stack::Stack& stack, Instant now) {
  if (over()) return;
  stopped_ = true;
  if (options_.mode != StreamMode::Source) {
    abort(stack, now);
  } else {
    run(stack, now);
  }
}

void ServedStream::abort(stack::Stack& stack, Instant now) {
  if (over()) return;
  if (tcp::Connection* connection = stack.find(handle_)) connection->abort();
  finish(stack, StreamEnd::Stopped, now);
}

ByteCount ServedStream::sent(const stack::Stack& stack) const {
  if (over()) return report_.sent;
  const tcp::Connection* connection = stack.find(handle_);
  return connection == nullptr ? ByteCount{0} : connection->snapshot().counters.bytes_acked;
}

void ServedStream::finish(stack::Stack& stack, StreamEnd end, Instant now) {
  report_.sent = sent(stack);
  report_.tcp = std::as_const(stack).find(handle_)->snapshot();
  report_.end = end;
  report_.time = now - began_;
  if (options_.hash) {
    report_.received_sha256 = received_hash_.hex();
    if (report_.sent.value() == written_) report_.sent_sha256 = sent_hash_.hex();
  }
  stack.release(handle_);
}

}  // namespace inflight::live
