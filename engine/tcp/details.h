// What only a close look at a connection wants: counted when asked for, so that the snapshots which
// are taken all the time stay cheap.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "base/units.h"

namespace inflight::tcp {

struct Details {
  // Agreed in the handshake. Shifts are 0 without window scaling.
  bool timestamps = false;
  bool sack = false;
  bool window_scaling = false;
  unsigned send_shift = 0;
  unsigned receive_shift = 0;

  // Segments that are not cumulatively acknowledged, and of those: SACKed, judged lost (sent again
  // or not), sent again and not known to have arrived.
  std::int64_t unacked = 0;
  std::int64_t sacked = 0;
  std::int64_t lost = 0;
  std::int64_t retransmitted = 0;
  // How many segments late the path was seen to deliver one; 3 at least, RFC 6675's DupThresh.
  std::int64_t reordering = 0;
  // How many ACKs showed that it does so.
  std::int64_t reorderings = 0;
  // A timeout is being repaired.
  bool after_timeout = false;
  // The window comes down because of a mark (RFC 3168), and nothing was lost.
  bool reducing = false;
  // Duplicate ACKs in a row.
  int duplicates = 0;
  // What may be in flight at present: cwnd, or in a recovery what rate reduction makes of it.
  ByteCount window;

  // Timeouts in a row without an answer, how often the timeout was doubled, and window probes in a
  // row without an answer.
  int retries = 0;
  int back_offs = 0;
  int probes = 0;
  Duration rtt_variation{};

  // Time with data in flight or waiting, and of that: held by the peer's window, and waiting for
  // the application while a write was cut short by the send buffer.
  Duration busy{};
  Duration window_limited{};
  Duration buffer_limited{};

  // The epoch if there was none.
  Instant last_data_sent{};
  Instant last_data_received{};
  Instant last_ack_received{};
  // The largest segment that came in.
  ByteCount receive_mss;
};

}  // namespace inflight::tcp
