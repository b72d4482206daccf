// Segment scripts: one connection, a peer that is this test, virtual time. What the connection
// sends is written as text in packetdrill's manner ("P. 1:1001(1000) ack 1"), what the peer sends
// is read from the same text, so that a test reads aloud. Numbers count from 0, the SYN, in both
// directions.
//
// Payload is position-coded in both directions: every byte sent or read is checked against its
// place.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "tcp/connection.h"

namespace inflight::testing {

// mss 1000, NewReno, RFC 6675 alone, no timestamps, so that scripts count in round figures.
tcp::Config script_config();

class Script {
 public:
  static constexpr std::uint32_t kIss = 10'000;
  static constexpr std::uint32_t kPeerIss = 500'000;

  // The SYN is not sent yet.
  static Script connecting(const tcp::Config& config, std::uint32_t iss = kIss);
  // After this SYN of the peer; nothing is sent yet.
  static Script accepting(const tcp::Config& config, const QString& syn, std::uint32_t iss = kIss);
  // Active open, handshake done: the peer's SYN, ACK carries "<mss 1000,…>" plus these options.
  static Script established(const tcp::Config& config, int window = 65535,
                            const QString& options = "sackOK");

  // The peer sends. Flags S F R P E W and '.' for ACK: ". 1:1(0) ack 1001 win 5000 <sack
  // 2001:3001>"; "[ce] " or "[ect0] " in front is the IP header's ECN field, as in what goes out.
  // Without "win" the window is the last one given.
  void in(const QString& segment);
  // All that goes out now, joined by "; ". SACK blocks and SYN options are shown, "win" is not.
  QString out();
  // The same over a stretch of time, each segment with its instant: "+0.200 . 1:1001(1000) ack 1".
  QString out_during(Duration duration);
  // Time passes; what would be sent stays unsent.
  void wait(Duration duration) { now_ += duration; }

  // Writes the next bytes of the stream; how many were taken.
  int write(int size);
  // Reads up to `size` bytes and checks them; how many came.
  int read(int size = 1 << 30);
  // "connected timed-out …" since the last call, joined by blanks.
  QString events();
  // Of the last segment sent.
  const wire::TcpHeader& last_header() const { return last_header_; }
  std::int64_t last_window() const;
  QString state() const;
  QString end_reason() const;
  QString limit() const;
  tcp::Connection& connection() { return connection_; }
  Instant now() const { return now_; }
  std::int64_t cwnd() const {
    return static_cast<std::int64_t>(connection_.snapshot().congestion.cwnd);
  }

 private:
  Script(tcp::Connection connection, std::uint32_t iss, Instant now)
      : connection_(std::move(connection)), iss_(iss), now_(now) {}
  std::optional<QString> next();
  QString describe(const tcp::OutgoingSegment& segment);

  tcp::Connection connection_;
  SeqNum iss_;
  Instant now_;
  int window_ = 65535;
  // Agreed window scale of the connection's own windows, seen in its SYN.
  unsigned shift_ = 0;
  StreamOffset sent_until_{0};
  StreamOffset peer_next_{0};
  std::int64_t written_ = 0;
  std::int64_t read_ = 0;
  wire::TcpHeader last_header_;
  std::vector<std::uint8_t> buffer_;
};

// The byte that stands at this offset (1 is the first) of any stream of these tests.
std::uint8_t coded_byte(std::int64_t offset);

}  // namespace inflight::testing
