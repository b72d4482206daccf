// Bulk and idle-then-burst: a writer that connects, and a reader that listens.
#include <algorithm>

#include "host/workload.h"

namespace inflight::host {
namespace {

class BulkSender final : public Application {
 public:
  BulkSender(const tcp::Config& config, const wire::Endpoint& remote, const BulkOptions& options,
             const Payload& payload)
      : config_(config), remote_(remote), options_(options), payload_(payload) {}

  void run(stack::Stack& stack, Instant now) override {
    if (!handle_) {
      const auto handle = stack.connect(config_, remote_, now);
      if (!handle) {
        failed_ = true;
        return;
      }
      handle_ = *handle;
    }
    // Looking must not wake the connection: it would be asked for packets all the time.
    const auto* idle = std::as_const(stack).find(*handle_);
    if (idle == nullptr || now < next_burst_) return;
    if (left_in_burst() > 0 && idle->writer_blocked() && idle->send_room() == ByteCount{0}) return;
    next_burst_ = {};
    tcp::Connection& connection = *stack.find(*handle_);
    write(connection);
    end_burst(connection, now);
  }

  Instant next_timeout() const override { return next_burst_ == Instant{} ? kNever : next_burst_; }
  std::optional<stack::Handle> connection() const override { return handle_; }
  bool has_more() const override {
    return !closed_ && left_in_burst() > 0 && next_burst_ == Instant{};
  }
  bool finished() const override { return closed_ || failed_; }
  void stop() override { stopped_ = true; }

 private:
  std::int64_t burst_end() const {
    return options_.bytes ? options_.bytes->value() * (burst_ + 1) : INT64_MAX;
  }
  std::int64_t left_in_burst() const { return stopped_ ? 0 : burst_end() - written_; }

  void write(tcp::Connection& connection) {
    while (left_in_burst() > 0) {
      const Bytes chunk = payload_.at(written_, static_cast<std::size_t>(std::min<std::int64_t>(
                                                    left_in_burst(), Payload::kPeriod)));
      const std::size_t taken = connection.write(chunk);
      written_ += static_cast<std::int64_t>(taken);
      if (taken < chunk.size()) return;
    }
  }

  void end_burst(tcp::Connection& connection, Instant now) {
    if (left_in_burst() > 0 || closed_) return;
    if (!stopped_ && burst_ + 1 < options_.bursts) {
      // The pause counts from when the burst was acknowledged.
      if (connection.snapshot().counters.bytes_acked.value() < written_) return;
      ++burst_;
      next_burst_ = now + options_.pause;
      return;
    }
    closed_ = true;
    if (options_.close) connection.close();
  }

  tcp::Config config_;
  wire::Endpoint remote_;
  BulkOptions options_;
  const Payload& payload_;
  std::optional<stack::Handle> handle_;
  std::int64_t written_ = 0;
  std::int64_t burst_ = 0;
  Instant next_burst_{};
  bool stopped_ = false;
  bool closed_ = false;
  bool failed_ = false;
};

class Reader final : public Application {
 public:
  Reader(const tcp::Config& config, std::uint16_t port, std::optional<DataRate> rate,
         const Payload& payload)
      : config_(config), port_(port), rate_(rate), payload_(payload) {}

  void run(stack::Stack& stack, Instant now) override {
    if (!listening_) {
      stack.listen(port_, config_);
      listening_ = true;
    }
    if (!handle_) handle_ = stack.accept();
    if (next_read_ <= now) waiting_ = false;
    if (!handle_ || finished_) return;
    // Looking must not wake the connection: it would be asked for packets all the time.
    const auto* idle = std::as_const(stack).find(*handle_);
    if (idle == nullptr) return;
    if (idle->unread() > ByteCount{0} && next_read_ <= now) read(*stack.find(*handle_), now);
    if (!idle->read_to_end()) return;
    finished_ = true;
    stack.find(*handle_)->close();
  }

  Instant next_timeout() const override { return waiting_ ? next_read_ : kNever; }
  std::optional<stack::Handle> connection() const override { return handle_; }
  ByteCount bytes_read() const override { return ByteCount{read_}; }
  bool finished() const override { return finished_; }
  bool corrupted() const override { return corrupted_; }
  void set_read_rate(std::optional<DataRate> rate) override {
    rate_ = rate;
    // The wait of the old rate is over.
    next_read_ = {};
    waiting_ = false;
  }

 private:
  // A slow reader takes a piece, then works on it for as long as its rate says.
  static constexpr std::size_t kPiece = 4096;

  void read(tcp::Connection& connection, Instant now) {
    const auto [head, tail] = connection.readable();
    const std::size_t all = head.size() + tail.size();
    const std::size_t count = rate_ ? std::min(all, kPiece) : all;
    const std::size_t from_head = std::min(count, head.size());
    corrupted_ = corrupted_ || !payload_.matches(read_, head.first(from_head)) ||
                 !payload_.matches(read_ + static_cast<std::int64_t>(from_head),
                                   tail.first(count - from_head));
    static_cast<void>(connection.discard(count));
    read_ += static_cast<std::int64_t>(count);
    waiting_ = rate_.has_value();
    if (rate_) {
      next_read_ = now + transmission_time(ByteCount{static_cast<std::int64_t>(count)}, *rate_);
    }
  }

  tcp::Config config_;
  std::uint16_t port_;
  std::optional<DataRate> rate_;
  const Payload& payload_;
  std::optional<stack::Handle> handle_;
  std::int64_t read_ = 0;
  Instant next_read_{};
  bool waiting_ = false;
  bool listening_ = false;
  bool finished_ = false;
  bool corrupted_ = false;
};

}  // namespace

std::unique_ptr<Application> make_bulk_sender(const tcp::Config& config,
                                              const wire::Endpoint& remote,
                                              const BulkOptions& options, const Payload& payload) {
  return std::make_unique<BulkSender>(config, remote, options, payload);
}

std::unique_ptr<Application> make_reader(const tcp::Config& config, std::uint16_t port,
                                         std::optional<DataRate> rate, const Payload& payload) {
  return std::make_unique<Reader>(config, port, rate, payload);
}

}  // namespace inflight::host
