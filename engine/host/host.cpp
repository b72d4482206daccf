#include "host/host.h"

#include <algorithm>
#include <utility>

#include "wire/ecn.h"

namespace inflight::host {
namespace {

ByteCount size_of(const wire::Packet& packet) {
  return ByteCount{static_cast<std::int64_t>(packet.size())};
}

}  // namespace

Host::Host(Config config, std::unique_ptr<tunnel::Tunnel> tunnel, wire::PacketPool& pool,
           const Random& random)
    : config_(std::move(config)),
      stack_(config_.stack, pool, random),
      tunnel_(std::move(tunnel)),
      outbound_(config_.outbound) {}

void Host::handle_datagram(wire::Packet payload, const wire::Endpoint& from, wire::Ecn outer,
                           Instant now) {
  tunnel::ReceiveResult result = tunnel_->handle_datagram(std::move(payload), from, now);
  if (!result.packet) return;
  // RFC 6040 §4.2: a mark made on the way reaches the transport inside, or the packet is lost to
  // it.
  const wire::Ecn inner = wire::ecn_of(std::as_const(*result.packet).bytes());
  const auto ecn = wire::decapsulated_ecn(inner, outer);
  if (!ecn) return;
  if (*ecn != inner) wire::set_ecn(result.packet->bytes(), *ecn);
  handle_packet(*result.packet, now);
}

void Host::handle_packet(const wire::Packet& packet, Instant now) {
  if (tap_ != nullptr) tap_->on_inner(packet.bytes(), wire::TapDirection::In, packet.arrival);
  stack_.handle_packet(packet, now);
}

std::optional<Datagram> Host::poll_datagram(Instant now) {
  for (;;) {
    if (tunnel_) {
      if (auto datagram = tunnel_->poll_datagram(now)) {
        return Datagram{std::move(datagram->payload), datagram->to, datagram->ecn};
      }
    }
    if (sealing_ && sealed_at_ <= now) {
      if (auto datagram = finish_sealing(now)) return datagram;
      continue;
    }
    if (!sealing_) static_cast<void>(start_sealing(now));
    fill_queue(now);
    if (!sealing_ || sealed_at_ > now) break;
  }
  note_blocked(now);
  return std::nullopt;
}

void Host::fill_queue(Instant now) {
  const bool drops = outbound_.config().policy == OutboundPolicy::Drop;
  // With unlimited encryption nothing waits: a packet is asked for when the one before has left.
  const bool one_by_one = !config_.sealing_rate;
  while (one_by_one ? outbound_.empty() && !sealing_ : drops || !outbound_.full()) {
    auto packet = stack_.poll_packet(now);
    if (!packet) return;
    if (!outbound_.push(std::move(*packet))) drop(*packet, now);
    // What is being encrypted takes no place in the queue.
    if (!sealing_) static_cast<void>(start_sealing(now));
  }
}

void Host::drop(const stack::OutgoingPacket& packet, Instant now) {
  if (drops_.size() < kMaxDrops) {
    drops_.push_back({.time = now, .offset = packet.offset, .payload = packet.payload});
  }
}

void Host::note_blocked(Instant now) {
  const bool blocked = outbound_.config().policy == OutboundPolicy::Backpressure &&
                       outbound_.full() && stack_.wants_to_send();
  if (blocked && !blocked_since_) blocked_since_ = now;
  if (!blocked && blocked_since_)
    blocked_total_ += now - *std::exchange(blocked_since_, std::nullopt);
}

Duration Host::blocked_time(Instant now) const {
  return blocked_total_ + (blocked_since_ ? now - *blocked_since_ : Duration{});
}

bool Host::start_sealing(Instant now) {
  if (outbound_.empty()) return false;
  sealing_ = outbound_.pop();
  if (tap_ != nullptr)
    tap_->on_inner(std::as_const(sealing_->packet).bytes(), wire::TapDirection::Out, now);
  const ByteCount size = size_of(sealing_->packet);
  inner_bytes_ += size;
  sealed_at_ =
      now + (config_.sealing_rate ? transmission_time(size, *config_.sealing_rate) : Duration{});
  return true;
}

std::optional<Datagram> Host::finish_sealing(Instant now) {
  stack::OutgoingPacket outgoing = std::move(*sealing_);
  sealing_.reset();
  outgoing.packet.tag = remember(outgoing);
  if (!tunnel_) return Datagram{.payload = std::move(outgoing.packet), .to = std::nullopt};
  tunnel::SendResult result = tunnel_->handle_packet(std::move(outgoing.packet), now);
  if (!result.datagram) return std::nullopt;
  return Datagram{std::move(result.datagram->payload), result.datagram->to, result.datagram->ecn};
}

std::uint64_t Host::remember(const stack::OutgoingPacket& packet) {
  sent_.push_back({packet.offset, packet.payload});
  if (sent_.size() > kMaxRemembered) {
    static_cast<void>(sent_.pop_front());
    ++first_tag_;
  }
  return first_tag_ + sent_.size() - 1;
}

std::optional<SentStretch> Host::find_sent(std::uint64_t tag) const {
  if (tag < first_tag_ || tag - first_tag_ >= sent_.size()) return std::nullopt;
  const SentStretch& stretch = sent_[static_cast<std::size_t>(tag - first_tag_)];
  if (stretch.payload == ByteCount{0}) return std::nullopt;
  return stretch;
}

void Host::handle_timeout(Instant now) {
  stack_.handle_timeout(now);
  if (tunnel_ && tunnel_->next_timeout().at <= now) tunnel_->handle_timeout(now);
}

Instant Host::next_timeout() const {
  Instant next = stack_.next_timeout();
  if (sealing_) next = std::min(next, sealed_at_);
  if (tunnel_) next = std::min(next, tunnel_->next_timeout().at);
  return next;
}

ByteCount Host::sealing_backlog() const {
  return outbound_.bytes() + (sealing_ ? size_of(sealing_->packet) : ByteCount{0});
}

std::optional<QueueDrop> Host::poll_drop() {
  if (drops_.empty()) return std::nullopt;
  return drops_.pop_front();
}

}  // namespace inflight::host
