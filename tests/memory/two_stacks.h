// Two stacks and a wire that holds packets for 10 ms and drops each nth data packet, if asked to.
#pragma once

#include <array>
#include <vector>

#include "base/ring_queue.h"
#include "stack/stack.h"

namespace inflight::memory {

class TwoStacks {
 public:
  explicit TwoStacks(const tcp::Config& config, int drop_every = 0)
      : drop_every_(drop_every),
        client_(config_of(kClient), pool_, Random(1)),
        server_(config_of(kServer), pool_, Random(2)) {
    server_.listen(80, config);
  }

  stack::Handle connect(const tcp::Config& config) {
    return client_.connect(config, {kServer, 80}, now_).value();
  }
  // Lets time pass; `application` runs after each step.
  template <class Application>
  void run(Duration duration, const Application& application) {
    const Instant until = now_ + duration;
    while (now_ < until) {
      step();
      application();
      pass(client_, there_);
      pass(server_, back_);
      Instant next = std::min({until, client_.next_timeout(), server_.next_timeout()});
      if (!there_.empty()) next = std::min(next, there_.front().arrival);
      if (!back_.empty()) next = std::min(next, back_.front().arrival);
      now_ = std::max(now_, next);
    }
  }
  stack::Stack& client() { return client_; }
  stack::Stack& server() { return server_; }
  std::int64_t packets() const { return packets_; }

 private:
  static constexpr wire::IpAddress kClient = wire::IpAddress::v4(10, 0, 0, 1);
  static constexpr wire::IpAddress kServer = wire::IpAddress::v4(10, 0, 0, 2);
  static constexpr std::size_t kSmallPacket = 200;

  static stack::Config config_of(const wire::IpAddress& address) {
    stack::Config config;
    config.addresses = {address};
    config.backlog = 4096;
    return config;
  }
  void step() {
    while (!there_.empty() && there_.front().arrival <= now_)
      server_.handle_packet(there_.pop_front(), now_);
    while (!back_.empty() && back_.front().arrival <= now_)
      client_.handle_packet(back_.pop_front(), now_);
    client_.handle_timeout(now_);
    server_.handle_timeout(now_);
  }
  void pass(stack::Stack& from, RingQueue<wire::Packet>& onto) {
    while (auto packet = from.poll_packet(now_)) {
      ++packets_;
      const bool data = packet->packet.size() > kSmallPacket;
      if (data && drop_every_ > 0 && ++data_packets_ % drop_every_ == 0) continue;
      packet->packet.arrival = now_ + 10ms;
      onto.push_back(std::move(packet->packet));
    }
  }

  int drop_every_;
  wire::PacketPool pool_;
  stack::Stack client_;
  stack::Stack server_;
  RingQueue<wire::Packet> there_;
  RingQueue<wire::Packet> back_;
  Instant now_ = Instant{} + 1s;
  std::int64_t packets_ = 0;
  std::int64_t data_packets_ = 0;
};

}  // namespace inflight::memory
