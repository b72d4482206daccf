// A flow, and all of them together.
#include "lab/cross_traffic.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "host/host.h"
#include "path/delay.h"

namespace inflight::lab {
namespace {

constexpr std::int64_t kHeaders = 40;
// Buffers for four times what the path and its queue hold, so that they never are the limit.
constexpr std::int64_t kRoom = 4;
constexpr ByteCount kLeastBuffer = 4_MiB;
constexpr ByteCount kMostBuffer = 256_MiB;

ByteCount buffer_for(const Scenario& scenario) {
  const Duration rtt = scenario.path.rtt + scenario.cross.extra_rtt;
  const ByteCount wanted =
      (bandwidth_delay_product(scenario.path.rate, rtt) + scenario.path.queue) * kRoom;
  const ByteCount buffer = std::clamp(wanted, kLeastBuffer, kMostBuffer);
  return ByteCount{
      static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(buffer.value())))};
}

tcp::Config cross_config(const Scenario& scenario) {
  tcp::Config config = tcp_config(scenario, Side::Sender);
  config.mss = ByteCount{scenario.path.mtu - kHeaders};
  config.send_buffer = buffer_for(scenario);
  config.receive_buffer = config.send_buffer;
  config.send_auto_tuning = false;
  config.receive_auto_tuning = false;
  config.congestion = scenario.cross.congestion;
  config.hystart = scenario.cross.hystart;
  return config;
}

// RFC 5737: addresses for documentation, other than those of the tunnel's ends.
wire::IpAddress address(std::size_t flow, Side side) {
  const std::size_t host = 2 * flow + (side == Side::Sender ? 1 : 2);
  return wire::IpAddress::v4(198, 51, 100, static_cast<std::uint8_t>(host));
}

std::unique_ptr<host::Host> make_host(std::size_t flow, Side side, wire::PacketPool& pool,
                                      const Random& random) {
  host::Config config;
  config.stack.addresses = {address(flow, side)};
  return std::make_unique<host::Host>(config, nullptr, pool,
                                      random.fork(side == Side::Sender ? "sender" : "receiver"));
}

}  // namespace

class CrossTraffic::Flow {
 public:
  Flow(const Scenario& scenario, std::size_t number, wire::PacketPool& pool,
       const host::Payload& payload, const Random& random, Instant start)
      : tag_(kCrossTag | number),
        begin_(start + scenario.cross.start +
               scenario.cross.stagger * static_cast<std::int64_t>(number)),
        end_(scenario.cross.stop ? start + *scenario.cross.stop : kNever),
        sender_(make_host(number, Side::Sender, pool, random)),
        receiver_(make_host(number, Side::Receiver, pool, random)),
        access_(scenario.cross.extra_rtt, Duration::zero(), random.fork("access")),
        writer_(host::make_bulk_sender(cross_config(scenario),
                                       {address(number, Side::Receiver), kPort}, {}, payload)),
        reader_(host::make_reader(cross_config(scenario), kPort, std::nullopt, payload)) {}

  Instant begin() const { return begin_; }
  ByteCount bytes_read() const { return reader_->bytes_read(); }
  bool corrupted() const { return reader_->corrupted(); }
  void note_drop() { ++path_drops_; }
  void note_all_there() { read_before_ = bytes_read(); }

  void deliver(const wire::Packet& packet, Side side, Instant now) {
    (side == Side::Sender ? sender_ : receiver_)->handle_packet(packet, now);
  }

  void run(path::Path& forward, path::Path& back, Instant now) {
    if (now < begin_) return;
    started_ = true;
    sender_->handle_timeout(now);
    receiver_->handle_timeout(now);
    if (now < end_) {
      writer_->run(sender_->stack(), now);
      reader_->run(receiver_->stack(), now);
    } else if (!std::exchange(stopped_, true)) {
      stop();
    }
    while (auto datagram = sender_->poll_datagram(now)) {
      datagram->payload.tag = tag_;
      CHECK(access_.push(std::move(datagram->payload), now));
    }
    while (auto packet = access_.pop(now)) forward.push(std::move(*packet), now);
    while (auto datagram = receiver_->poll_datagram(now)) {
      datagram->payload.tag = tag_;
      back.push(std::move(datagram->payload), now);
    }
  }

  Instant next_timeout() const {
    if (!started_) return begin_;
    const Instant inside =
        std::min({sender_->next_timeout(), receiver_->next_timeout(), access_.next_departure(),
                  writer_->next_timeout(), reader_->next_timeout()});
    return stopped_ ? inside : std::min(inside, end_);
  }

  trace::CrossFlow summary(Instant start, Instant now) const {
    trace::CrossFlow result;
    result.begin = Instant{begin_ - start};
    result.end = Instant{std::max(begin_, std::min(end_, now)) - start};
    result.bytes = bytes_read();
    if (read_before_) result.shared_bytes = bytes_read() - *read_before_;
    result.retransmits = retransmits();
    result.path_drops = path_drops_;
    return result;
  }

 private:
  std::int64_t retransmits() const {
    const auto handle = writer_->connection();
    const tcp::Connection* connection =
        handle ? std::as_const(*sender_).stack().find(*handle) : nullptr;
    return connection ? connection->snapshot().counters.retransmits : retransmits_;
  }

  void stop() {
    retransmits_ = retransmits();
    if (const auto handle = writer_->connection()) {
      if (tcp::Connection* connection = sender_->stack().find(*handle)) connection->abort();
    }
  }

  std::uint64_t tag_;
  Instant begin_;
  Instant end_;
  std::unique_ptr<host::Host> sender_;
  std::unique_ptr<host::Host> receiver_;
  // What its way to the path takes longer.
  path::Delay access_;
  std::unique_ptr<host::Application> writer_;
  std::unique_ptr<host::Application> reader_;
  bool started_ = false;
  bool stopped_ = false;
  std::int64_t retransmits_ = 0;
  std::int64_t path_drops_ = 0;
  // What had been read when every flow was there.
  std::optional<ByteCount> read_before_;
};

CrossTraffic::CrossTraffic(const Scenario& scenario, wire::PacketPool& pool,
                           const host::Payload& payload, const Random& random, Instant start)
    : start_(start) {
  const CrossSettings& cross = scenario.cross;
  for (std::int64_t i = 0; i < cross.flows; ++i) {
    const auto number = static_cast<std::size_t>(i);
    flows_.push_back(std::make_unique<Flow>(scenario, number, pool, payload,
                                            random.fork(std::to_string(number)), start));
    all_there_ = flows_.back()->begin();
  }
}

CrossTraffic::~CrossTraffic() = default;

void CrossTraffic::deliver(const wire::Packet& packet, Side side, Instant now) {
  flows_[packet.tag & ~kCrossTag]->deliver(packet, side, now);
}

void CrossTraffic::run(path::Path& forward, path::Path& back, Instant now) {
  if (now >= all_there_ && !std::exchange(seen_all_there_, true)) {
    for (const auto& flow : flows_) flow->note_all_there();
  }
  for (const auto& flow : flows_) flow->run(forward, back, now);
}

Instant CrossTraffic::next_timeout() const {
  Instant next = kNever;
  for (const auto& flow : flows_) next = std::min(next, flow->next_timeout());
  return next;
}

void CrossTraffic::note_drop(std::uint64_t tag) { flows_[tag & ~kCrossTag]->note_drop(); }

ByteCount CrossTraffic::bytes_read() const {
  ByteCount all;
  for (const auto& flow : flows_) all += flow->bytes_read();
  return all;
}

bool CrossTraffic::corrupted() const {
  return std::ranges::any_of(flows_, [](const auto& flow) { return flow->corrupted(); });
}

std::vector<trace::CrossFlow> CrossTraffic::summary(Instant now) const {
  std::vector<trace::CrossFlow> result;
  result.reserve(flows_.size());
  for (const auto& flow : flows_) result.push_back(flow->summary(start_, now));
  return result;
}

}  // namespace inflight::lab
