// One connection of a stack service and what is done on it: everything read and forgotten
// (discard), everything read and written back (echo), or position-coded bytes written (source, as
// in RFC 863, RFC 862 and, with other bytes, RFC 864). Keeps the account that the service reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/units.h"
#include "host/workload.h"
#include "live/sha256.h"
#include "stack/stack.h"

namespace inflight::live {

enum class StreamMode : std::uint8_t { Discard, Echo, Source };
std::string_view to_string(StreamMode mode);

struct StreamOptions {
  StreamMode mode = StreamMode::Discard;
  // What a source writes; nothing: until it is stopped.
  std::optional<ByteCount> bytes;
  // How fast discard reads; nothing: at once.
  std::optional<DataRate> read_rate;
  // Whether hashes are taken: they cost as much as everything else.
  bool hash = false;
};

enum class StreamEnd : std::uint8_t {
  Open,       // not yet
  Completed,  // both directions were closed in order
  Refused,    // reset, or given up, before there was a connection
  Reset,      // by the peer, or given up after too many timeouts
  Stopped,    // cut off because the service ended
};
std::string_view to_string(StreamEnd end);

struct StreamReport {
  wire::Endpoint local;
  wire::Endpoint remote;
  StreamEnd end = StreamEnd::Open;
  // From the SYN, sent or accepted, to the end.
  Duration time{};
  // Read by the application; acknowledged by the peer.
  ByteCount received;
  ByteCount sent;
  // Of all that was read; of all that was written, once all of it is acknowledged.
  std::optional<std::string> received_sha256;
  std::optional<std::string> sent_sha256;
  // cwnd when slow start was left for the first time, if it was.
  std::optional<ByteCount> slow_start_exit;
  tcp::Snapshot tcp;
};

class ServedStream {
 public:
  // `payload` is what a source writes; it outlives the stream.
  ServedStream(stack::Handle handle, const stack::Stack& stack, const StreamOptions& options,
               const host::Payload& payload, Instant now);

  // Reads and writes what can be; looks at the connection without waking it where there is nothing
  // to do.
  void run(stack::Stack& stack, Instant now);
  // When to run again even if nothing arrives; kNever if not.
  Instant next_timeout() const { return next_read_; }
  // A source writes no more and closes; the others end at once, the connection is reset.
  void stop(stack::Stack& stack, Instant now);
  // The same for a source whose peer does not take the rest.
  void abort(stack::Stack& stack, Instant now);
  bool over() const { return report_.end != StreamEnd::Open; }

  bool connected() const { return connected_; }
  ByteCount received() const { return report_.received; }
  ByteCount sent(const stack::Stack& stack) const;
  // Complete once over.
  const StreamReport& report() const { return report_; }

 private:
  // A slow reader takes a piece, then works on it for as long as its rate says.
  static constexpr std::size_t kPiece = 4096;

  void take_events(stack::Stack& stack);
  void discard(stack::Stack& stack, Instant now);
  void echo(stack::Stack& stack);
  void source(stack::Stack& stack);
  void close_when_done(stack::Stack& stack);
  void take(tcp::Connection& connection, Bytes piece);
  std::size_t write(tcp::Connection& connection, Bytes bytes);
  std::int64_t left_to_write() const;
  void finish(stack::Stack& stack, StreamEnd end, Instant now);

  stack::Handle handle_;
  StreamOptions options_;
  const host::Payload& payload_;
  Instant began_;
  StreamReport report_;
  Sha256 received_hash_;
  Sha256 sent_hash_;
  std::int64_t written_ = 0;
  // kNever while nothing waits for its time.
  Instant next_read_ = kNever;
  bool connected_ = false;
  bool reset_ = false;
  bool stopped_ = false;
  bool closed_ = false;
};

}  // namespace inflight::live
