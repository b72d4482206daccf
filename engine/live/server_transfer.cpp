#include "live/server_transfer.h"

#include <charconv>
#include <utility>

namespace inflight::live {
namespace {

// How long the data connection may take to come.
constexpr Duration kDataWait = 5s;
// The client ends the transfer; this is for one that does not.
constexpr Duration kGrace = 2s;

std::uint64_t seed_of(const std::string& id) {
  std::uint64_t seed = 0;
  std::from_chars(id.data(), id.data() + id.size(), seed, 16);
  return seed;
}

}  // namespace

ServerTransfer::ServerTransfer(Start start, stack::Handle control, Instant now)
    : start_(std::move(start)),
      control_(control),
      deadline_(now + kDataWait),
      payload_(Random(seed_of(start_.id))) {}

void ServerTransfer::begin(stack::Handle data, Instant now) {
  const Role role = settings().direction == Direction::Down ? Role::Sender : Role::Receiver;
  // Times count from Instant{}: the client maps them to its own.
  transfer_.emplace(role, data, recorder_, Instant{}, &payload_);
  deadline_ = now + settings().duration + kGrace;
}

void ServerTransfer::run(stack::Stack& stack, Instant now) {
  if (transfer_) transfer_->run(stack, now);
}

void ServerTransfer::record(host::Host& host, Instant now) {
  if (transfer_) transfer_->record(host, now);
}

std::optional<std::string> ServerTransfer::poll_samples(Instant now, bool last) {
  stream_.take(recorder_);
  return last ? stream_.flush() : stream_.poll(now);
}

Result ServerTransfer::finish(host::Host& host, Instant now) {
  Result result{.id = id(), .summary = {}};
  if (!transfer_) return result;
  transfer_->record(host, now);
  result.summary = transfer_->summary(host, now);
  transfer_->stop(host.stack());
  return result;
}

}  // namespace inflight::live
