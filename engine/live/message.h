// The control protocol between a client and a server of ours: one JSON object a line, on a TCP
// connection inside the tunnel. The client greets, asks the server's clock a few times, starts a
// transfer and ends it; the server streams what it alone can see while the transfer goes on, and
// then its totals:
//
//   client                                      server
//   hello {version, program}                ->  hello {version, program}
//   ping {sent}                             ->  pong {sent, time}
//   start {id, settings}                    ->  ready {id, data_port}   or   error {code, text}
//   (a data connection, whose first 16 bytes are the id)
//                                           <-  samples {…}, again and again
//   finish {id}                             ->  result {id, totals}
//
// All times are the sender's own, in nanoseconds. A peer is not trusted: whatever is malformed or
// out of range makes the whole line an error.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>

#include "live/test_settings.h"
#include "trace/trace.h"

namespace inflight::live {

inline constexpr int kProtocolVersion = 1;
// Of a line, its end included.
inline constexpr std::size_t kMaxLine = 64 * 1024;
// Of a test's id: lower-case hexadecimal digits.
inline constexpr std::size_t kIdSize = 16;

struct Hello {
  int version = kProtocolVersion;
  // "inflight 0.1.0"
  std::string program;
};
struct Ping {
  Instant sent;
};
struct Pong {
  Instant sent;
  Instant time;
};
struct Start {
  std::string id;
  TransferSettings settings;
};
struct Ready {
  std::string id;
  std::uint16_t data_port = 0;
};
enum class Refusal : std::uint8_t { Busy, Version, Malformed, Other };
struct Error {
  Refusal code = Refusal::Other;
  // A sentence.
  std::string text;
};
// What was recorded at the server since the last one, in its own time; every series ascends.
struct Samples {
  trace::Batch batch;
};
struct Finish {
  std::string id;
};
// The server's totals: `transfer.bytes` read, or as the sender acknowledged, with `tcp` and
// `queues`.
struct Result {
  std::string id;
  trace::RunSummary summary;
};

using Message = std::variant<Hello, Ping, Pong, Start, Ready, Error, Samples, Finish, Result>;

struct MessageError {
  // A sentence that says what was expected.
  std::string text;
};

// One line without its end.
std::string to_line(const Message& message);
std::expected<Message, MessageError> parse_line(std::string_view line);

}  // namespace inflight::live
