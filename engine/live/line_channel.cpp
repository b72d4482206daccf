#include "live/line_channel.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace inflight::live {
namespace {

// Lines that wait to be polled; the connection is not read on before they are.
constexpr std::size_t kMaxLines = 64;
constexpr std::size_t kPiece = 16 * 1024;

}  // namespace

bool LineChannel::send(std::string_view line) {
  if (outgoing_.size() + line.size() + 1 > kMaxQueued) return false;
  outgoing_.append(line).push_back('\n');
  return true;
}

LineChannel::State LineChannel::run(stack::Stack& stack) {
  if (state_ != State::Open) return state_;
  const tcp::Connection* connection = std::as_const(stack).find(handle_);
  if (connection == nullptr || connection->state() == tcp::State::Closed) {
    return state_ = State::Ended;
  }
  read(stack);
  if (state_ == State::Open && lines_.empty() &&
      std::as_const(stack).find(handle_)->read_to_end()) {
    state_ = State::Ended;
  }
  return state_;
}

void LineChannel::flush(stack::Stack& stack) {
  const tcp::Connection* connection = std::as_const(stack).find(handle_);
  if (outgoing_.empty() || connection == nullptr || connection->send_room() == ByteCount{0}) return;
  const std::vector<std::uint8_t> bytes(outgoing_.begin(), outgoing_.end());
  outgoing_.erase(0, stack.find(handle_)->write(bytes));
}

void LineChannel::read(stack::Stack& stack) {
  std::array<std::uint8_t, kPiece> piece{};
  // Looking must not wake the connection: it would be asked for packets all the time.
  while (lines_.size() < kMaxLines && state_ == State::Open &&
         std::as_const(stack).find(handle_)->unread() > ByteCount{0}) {
    const std::size_t count = stack.find(handle_)->read(piece);
    incoming_.append(piece.begin(), piece.begin() + count);
    cut_lines();
  }
}

void LineChannel::cut_lines() {
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = incoming_.find('\n', begin);
    const std::size_t length = std::min(end, incoming_.size()) - begin;
    if (length >= max_line_) {
      state_ = State::TooLong;
      return;
    }
    if (end == std::string::npos) break;
    lines_.push_back(incoming_.substr(begin, length));
    begin = end + 1;
  }
  incoming_.erase(0, begin);
}

std::optional<std::string> LineChannel::poll_line() {
  if (lines_.empty()) return std::nullopt;
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

}  // namespace inflight::live
