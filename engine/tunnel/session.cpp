// Sealing and opening with the session's keys, and the limits of paper §6.1 and §6.2.
#include "tunnel/session.h"

#include <algorithm>
#include <utility>

namespace inflight::tunnel {
namespace {

// Zeros up to a multiple of 16, but never beyond the MTU.
std::size_t padding_for(std::size_t size, std::size_t mtu) {
  const std::size_t padded = (size + kPaddingMultiple - 1) / kPaddingMultiple * kPaddingMultiple;
  return std::max(std::min(padded, mtu), size) - size;
}

}  // namespace

Session::Session(const TransportKeys& keys, Role role, IndexLease lease, Index remote, Instant now)
    : keys_(keys), lease_(std::move(lease)), established_(now), remote_(remote), role_(role) {}

bool Session::may_send(Instant now) const {
  return now - established_ < kRejectAfterTime && next_counter_ < kRejectAfterMessages;
}

bool Session::wants_rekey_after_sending(Instant now) const {
  // The responder never renews by time, else both ends would at once.
  return next_counter_ > kRekeyAfterMessages ||
         (role_ == Role::Initiator && now - established_ >= kRekeyAfterTime);
}

bool Session::wants_rekey_after_receiving(Instant now) const {
  return role_ == Role::Initiator && now - established_ >= kRekeyOnReceiveAfter;
}

void Session::seal(wire::Packet& packet, std::size_t mtu) {
  const std::size_t padding = padding_for(packet.size(), mtu);
  std::ranges::fill(packet.grow_back(padding + kTagSize).first(padding), std::uint8_t{0});
  packet.grow_front(kTransportHeaderSize);
  seal_laid_out(packet.bytes());
}

void Session::seal_laid_out(MutableBytes message) {
  CHECK(message.size() >= kTransportOverhead && next_counter_ < kRejectAfterMessages);
  const std::uint64_t counter = next_counter_++;
  emit_transport_header({remote_, counter}, message.first(kTransportHeaderSize));
  seal_in_place(keys_.sending, counter, message.subspan(kTransportHeaderSize));
}

std::expected<void, OpenError> Session::open(wire::Packet& datagram, std::uint64_t counter,
                                             Instant now) {
  if (now - established_ >= kRejectAfterTime || counter >= kRejectAfterMessages) {
    return std::unexpected(OpenError::Expired);
  }
  if (!open_in_place(keys_.receiving, counter, datagram.bytes().subspan(kTransportHeaderSize))) {
    return std::unexpected(OpenError::BadTag);
  }
  // Only an authentic message may move the window.
  if (!window_.accept(counter)) return std::unexpected(OpenError::Replayed);
  datagram.trim_front(kTransportHeaderSize);
  datagram.trim_back(kTagSize);
  return {};
}

}  // namespace inflight::tunnel
