// One end's application: writes its stream and reads the peer's as its behaviour says, checking
// every byte, closes when it has written all, and is over when the peer's end was read or the
// connection is gone.
#pragma once

#include <optional>
#include <vector>

#include "campaign/coded_stream.h"
#include "campaign/findings.h"
#include "campaign/plan.h"
#include "tcp/connection.h"

namespace inflight::campaign {

class Application {
 public:
  Application(const Behaviour& behaviour, CodedStream mine, CodedStream theirs, Instant start)
      : behaviour_(behaviour), mine_(mine), theirs_(theirs), start_(start) {}

  void run(tcp::Connection& connection, Findings& findings, Instant now);
  // When it wants to run again, if nothing else happens.
  Instant next_time() const;
  // It has nothing more to do with the connection.
  bool over() const { return over_; }
  // The connection was reset, or ended by abort.
  bool was_reset() const { return reset_; }
  bool read_to_end() const { return read_to_end_; }
  bool wrote_all() const { return closed_; }
  ByteCount bytes_read() const { return read_; }
  // Ends a connection whose other end is gone, as a user would.
  void abort(tcp::Connection& connection);

 private:
  void write(tcp::Connection& connection, Instant now);
  void read(tcp::Connection& connection, Findings& findings, Instant now);

  Behaviour behaviour_;
  CodedStream mine_;
  CodedStream theirs_;
  Instant start_;
  Instant next_write_{};
  Instant next_read_{};
  ByteCount written_;
  ByteCount read_;
  bool read_to_end_ = false;
  bool closed_ = false;
  bool reset_ = false;
  bool over_ = false;
  // Something is left to read, or to write with room for it, when the pause is over.
  bool wants_to_read_ = false;
  bool wants_to_write_ = false;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace inflight::campaign
