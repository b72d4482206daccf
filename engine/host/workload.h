// What the applications at both ends do: who connects, who writes how much when, who reads how
// fast. Payload is position-coded (every byte follows from its place in the stream), so the reader
// checks each byte it reads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/random.h"
#include "stack/stack.h"

namespace inflight::host {

// The bytes of every stream of a run, by their place: a block of random bytes, repeated. Its length
// is a prime, so that no power-of-two shift goes unnoticed.
class Payload {
 public:
  static constexpr std::size_t kPeriod = 65'521;

  explicit Payload(Random random);
  // Up to `size` bytes that stand at `position` bytes from the stream's beginning; at least one.
  Bytes at(std::int64_t position, std::size_t size) const;
  bool matches(std::int64_t position, Bytes bytes) const;

 private:
  std::vector<std::uint8_t> block_;
};

// One end's application. `run` is called whenever something may have happened.
class Application {
 public:
  virtual ~Application() = default;
  virtual void run(stack::Stack& stack, Instant now) = 0;
  // When to run again even if nothing arrives; kNever if not.
  virtual Instant next_timeout() const { return kNever; }
  // The connection, once there is one.
  virtual std::optional<stack::Handle> connection() const = 0;
  // Payload read so far.
  virtual ByteCount bytes_read() const { return ByteCount{0}; }
  // It has more to send, now or after a pause.
  virtual bool has_more() const { return false; }
  // Everything it should do is done.
  virtual bool finished() const = 0;
  // A byte was not what it should have been.
  virtual bool corrupted() const { return false; }
  // Stops writing: what was written is still delivered.
  virtual void stop() {}
};

struct BulkOptions {
  // Nothing: until stopped.
  std::optional<ByteCount> bytes;
  // More than one burst: each of `bytes`, the next begins `pause` after the last was acknowledged.
  std::int64_t bursts = 1;
  Duration pause{};
  // Close behind the last byte.
  bool close = true;
};

// Connects and writes.
std::unique_ptr<Application> make_bulk_sender(const tcp::Config& config,
                                              const wire::Endpoint& remote,
                                              const BulkOptions& options, const Payload& payload);
// Listens on `port` and reads, at most at `rate` if given; done at the end of the stream.
std::unique_ptr<Application> make_reader(const tcp::Config& config, std::uint16_t port,
                                         std::optional<DataRate> rate, const Payload& payload);

struct TurnsOptions {
  ByteCount request{100};
  ByteCount response{1000};
  std::int64_t turns = 10;
  // How long the responder thinks before each response.
  Duration think{};
};

// Connects, sends a request, reads the whole response, sends the next.
std::unique_ptr<Application> make_requester(const tcp::Config& config, const wire::Endpoint& remote,
                                            const TurnsOptions& options, const Payload& payload);
std::unique_ptr<Application> make_responder(const tcp::Config& config, std::uint16_t port,
                                            const TurnsOptions& options, const Payload& payload);

}  // namespace inflight::host
