// One end of a measurement's data connection: writes as fast as the stack takes it, or reads as
// fast as it comes, and records what this end can see. The same at client and server, for both
// directions.
#pragma once

#include <optional>

#include "host/connection_recorder.h"
#include "host/host.h"
#include "host/workload.h"

namespace inflight::live {

enum class Role : std::uint8_t { Sender, Receiver };

class Transfer {
 public:
  // Records into `recorder`, times counted from `start`. `payload`: what a sender writes; null for
  // a receiver.
  Transfer(Role role, stack::Handle handle, trace::Recorder& recorder, Instant start,
           const host::Payload* payload);

  stack::Handle handle() const { return handle_; }
  Role role() const { return role_; }
  // Writes or reads what can be. Looks at the connection without waking it where there is nothing
  // to do.
  void run(stack::Stack& stack, Instant now);
  // Samples, and the connection's events.
  void record(host::Host& host, Instant now);
  // Nothing is written or read any more; the connection is reset.
  void stop(stack::Stack& stack);

  // The connection is gone, or the other end ended it.
  bool ended(const stack::Stack& stack) const;
  bool connected() const { return handshake_.has_value(); }
  ByteCount bytes_read() const { return ByteCount{read_}; }
  // Reading began, ... since `start`.
  std::optional<Duration> first_byte() const { return first_byte_; }
  std::optional<Duration> handshake() const { return handshake_; }
  // What this end knows. Sender: bytes acknowledged, TCP totals and queues; receiver: bytes read.
  trace::RunSummary summary(const host::Host& host, Instant now) const;

 private:
  void write(tcp::Connection& connection);
  void read(stack::Stack& stack, Instant now);
  void record_sender(const tcp::Connection& connection, const host::Host& host, Instant now);
  void record_receiver(const tcp::Connection& connection, Instant now);

  Role role_;
  stack::Handle handle_;
  trace::Recorder& recorder_;
  Instant start_;
  const host::Payload* payload_;
  host::ConnectionRecorder connection_recorder_;
  // What the host had sent before the first record.
  std::optional<ByteCount> inner_before_;
  std::int64_t written_ = 0;
  std::int64_t read_ = 0;
  std::optional<Duration> first_byte_;
  std::optional<Duration> handshake_;
  // The last that was seen before the connection was reset.
  std::optional<tcp::Snapshot> last_;
  bool stopped_ = false;
};

}  // namespace inflight::live
