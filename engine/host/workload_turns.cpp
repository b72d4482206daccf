// Request and response in turn.
#include <algorithm>

#include "host/workload.h"

namespace inflight::host {
namespace {

// Reads and checks what has arrived; how many bytes.
std::int64_t drain(tcp::Connection& connection, const Payload& payload, std::int64_t position,
                   bool& corrupted) {
  const auto [head, tail] = connection.readable();
  corrupted = corrupted || !payload.matches(position, head) ||
              !payload.matches(position + static_cast<std::int64_t>(head.size()), tail);
  return static_cast<std::int64_t>(connection.discard(head.size() + tail.size()));
}

// Writes up to `end`; the new position.
std::int64_t write_until(tcp::Connection& connection, const Payload& payload, std::int64_t position,
                         std::int64_t end) {
  while (position < end) {
    const Bytes chunk = payload.at(position, static_cast<std::size_t>(std::min<std::int64_t>(
                                                 end - position, Payload::kPeriod)));
    const std::size_t taken = connection.write(chunk);
    position += static_cast<std::int64_t>(taken);
    if (taken < chunk.size()) break;
  }
  return position;
}

class Requester final : public Application {
 public:
  Requester(const tcp::Config& config, const wire::Endpoint& remote, const TurnsOptions& options,
            const Payload& payload)
      : config_(config), remote_(remote), options_(options), payload_(payload) {}

  void run(stack::Stack& stack, Instant now) override {
    if (!handle_) {
      const auto handle = stack.connect(config_, remote_, now);
      if (!handle) return;
      handle_ = *handle;
    }
    tcp::Connection* connection = stack.find(*handle_);
    if (connection == nullptr || finished_) return;
    read_ += drain(*connection, payload_, read_, corrupted_);
    const std::int64_t answered = read_ / std::max<std::int64_t>(1, options_.response.value());
    if (stopped_ || answered >= options_.turns) {
      finished_ = true;
      connection->close();
      return;
    }
    written_ =
        write_until(*connection, payload_, written_, (answered + 1) * options_.request.value());
  }

  std::optional<stack::Handle> connection() const override { return handle_; }
  ByteCount bytes_read() const override { return ByteCount{read_}; }
  bool finished() const override { return finished_; }
  bool corrupted() const override { return corrupted_; }
  void stop() override { stopped_ = true; }

 private:
  tcp::Config config_;
  wire::Endpoint remote_;
  TurnsOptions options_;
  const Payload& payload_;
  std::optional<stack::Handle> handle_;
  std::int64_t read_ = 0;
  std::int64_t written_ = 0;
  bool stopped_ = false;
  bool finished_ = false;
  bool corrupted_ = false;
};

class Responder final : public Application {
 public:
  Responder(const tcp::Config& config, std::uint16_t port, const TurnsOptions& options,
            const Payload& payload)
      : config_(config), port_(port), options_(options), payload_(payload) {}

  void run(stack::Stack& stack, Instant now) override {
    if (!listening_) {
      stack.listen(port_, config_);
      listening_ = true;
    }
    if (!handle_) handle_ = stack.accept();
    tcp::Connection* connection = handle_ ? stack.find(*handle_) : nullptr;
    if (connection == nullptr) return;
    read_ += drain(*connection, payload_, read_, corrupted_);
    const std::int64_t asked = read_ / std::max<std::int64_t>(1, options_.request.value());
    if (asked > answering_ && think_until_ == kNever) think_until_ = now + options_.think;
    if (think_until_ <= now) {
      ++answering_;
      think_until_ = asked > answering_ ? now + options_.think : kNever;
    }
    written_ = write_until(*connection, payload_, written_, answering_ * options_.response.value());
    if (connection->read_to_end() && !closed_) {
      closed_ = true;
      connection->close();
    }
  }

  Instant next_timeout() const override { return think_until_; }
  std::optional<stack::Handle> connection() const override { return handle_; }
  bool has_more() const override { return written_ < answering_ * options_.response.value(); }
  bool finished() const override { return closed_; }
  bool corrupted() const override { return corrupted_; }

 private:
  tcp::Config config_;
  std::uint16_t port_;
  TurnsOptions options_;
  const Payload& payload_;
  std::optional<stack::Handle> handle_;
  std::int64_t read_ = 0;
  std::int64_t written_ = 0;
  std::int64_t answering_ = 0;
  Instant think_until_ = kNever;
  bool listening_ = false;
  bool closed_ = false;
  bool corrupted_ = false;
};

}  // namespace

std::unique_ptr<Application> make_requester(const tcp::Config& config, const wire::Endpoint& remote,
                                            const TurnsOptions& options, const Payload& payload) {
  return std::make_unique<Requester>(config, remote, options, payload);
}

std::unique_ptr<Application> make_responder(const tcp::Config& config, std::uint16_t port,
                                            const TurnsOptions& options, const Payload& payload) {
  return std::make_unique<Responder>(config, port, options, payload);
}

}  // namespace inflight::host
