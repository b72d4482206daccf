#include "campaign/application.h"

#include <algorithm>

namespace inflight::campaign {
namespace {

// What is moved at once in either direction.
constexpr ByteCount kPiece{64 * 1024};

ByteCount size_of(std::size_t n) { return ByteCount{static_cast<std::int64_t>(n)}; }

}  // namespace

void Application::run(tcp::Connection& connection, Findings& findings, Instant now) {
  while (const auto event = connection.poll_event()) {
    if (event->kind == tcp::EventKind::Reset) reset_ = true;
  }
  if (over_) return;
  if (behaviour_.aborts_at && start_ + *behaviour_.aborts_at <= now) {
    abort(connection);
    return;
  }
  read(connection, findings, now);
  write(connection, now);
  if (read_to_end_ && closed_) over_ = true;
  if (connection.state() == tcp::State::Closed && connection.unread() == ByteCount{}) {
    findings.require(reset_ || read_to_end_, "a connection ends in order or by a reset", now);
    over_ = true;
  }
}

void Application::abort(tcp::Connection& connection) {
  connection.abort();
  reset_ = over_ = true;
}

void Application::read(tcp::Connection& connection, Findings& findings, Instant now) {
  wants_to_read_ = connection.unread() > ByteCount{};
  if (next_read_ <= now && wants_to_read_) {
    ByteCount wanted = std::min(behaviour_.read_chunk, connection.unread());
    while (wanted > ByteCount{}) {
      buffer_.resize(static_cast<std::size_t>(std::min(wanted, kPiece).value()));
      const std::size_t got = connection.read(buffer_);
      const StreamOffset at = StreamOffset{1} + read_;
      findings.require(got > 0, "what is unread can be read", now);
      findings.require(theirs_.matches(at, Bytes(buffer_).first(got)),
                       "what is read is what was written", now,
                       [&] { return QStringLiteral("offset %1").arg(at.value()); });
      if (got == 0) break;
      read_ += size_of(got);
      wanted -= size_of(got);
    }
    next_read_ = now + behaviour_.read_pause;
    wants_to_read_ = connection.unread() > ByteCount{};
  }
  if (connection.read_to_end()) read_to_end_ = true;
}

void Application::write(tcp::Connection& connection, Instant now) {
  wants_to_write_ = false;
  if (closed_ || (behaviour_.answers && !read_to_end_)) return;
  // RFC 9293 §3.10.4: to close an attempt that has no data is to give it up.
  if (behaviour_.total == ByteCount{} && connection.state() == tcp::State::SynSent) return;
  if (next_write_ <= now) {
    ByteCount budget = std::min(behaviour_.write_chunk, behaviour_.total - written_);
    while (budget > ByteCount{}) {
      // More than there is room for is offered, so that a short write happens.
      buffer_.resize(static_cast<std::size_t>(std::min(budget, kPiece).value()));
      mine_.fill(StreamOffset{1} + written_, buffer_);
      const std::size_t taken = connection.write(buffer_);
      written_ += size_of(taken);
      budget -= size_of(taken);
      if (taken < buffer_.size()) break;
    }
    next_write_ = now + behaviour_.write_pause;
    if (written_ == behaviour_.total) {
      connection.close();
      closed_ = true;
    }
  }
  wants_to_write_ = !closed_ && connection.send_room() > ByteCount{};
}

Instant Application::next_time() const {
  if (over_) return kNever;
  Instant next = behaviour_.aborts_at ? start_ + *behaviour_.aborts_at : kNever;
  if (wants_to_read_) next = std::min(next, next_read_);
  if (wants_to_write_) next = std::min(next, next_write_);
  return next;
}

}  // namespace inflight::campaign
