#include "lab/network.h"

#include <utility>

namespace inflight::lab {

void Network::send(path::Path& path, Instant now) {
  while (auto datagram = host_.poll_datagram(now)) {
    if (datagram->to) {
      headers_.put_outgoing(datagram->payload, *datagram->to, datagram->ecn);
      if (tap_ != nullptr) {
        tap_->on_outer(std::as_const(datagram->payload).bytes(), wire::TapDirection::Out, now);
      }
    }
    path.push(std::move(datagram->payload), now);
  }
}

void Network::deliver(wire::Packet packet, Instant now) {
  if (host_.tunnel() == nullptr) return host_.handle_packet(packet, now);
  if (tap_ != nullptr) {
    tap_->on_outer(std::as_const(packet).bytes(), wire::TapDirection::In, packet.arrival);
  }
  if (const auto outer = headers_.take(packet)) {
    host_.handle_datagram(std::move(packet), outer->from, outer->ecn, now);
  }
}

}  // namespace inflight::lab
