// The receiving half of a connection: reassembly, the receive buffer and its advertised window, and
// when to acknowledge (RFC 9293 §3.8.6, RFC 2018, RFC 2883). Offsets as in the sender: 0 is the
// peer's SYN.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/sequence.h"
#include "base/time.h"
#include "tcp/config.h"
#include "tcp/details.h"
#include "tcp/reassembly.h"
#include "tcp/receive_tuning.h"
#include "tcp/report.h"
#include "tcp/stream_ring.h"

namespace inflight::tcp {

class Receiver {
 public:
  explicit Receiver(const Config& config);

  // The handshake is done: the shift of our window, 0 without window scaling.
  void set_window_shift(unsigned shift) { shift_ = shift; }

  // Data (or a FIN) that passed the sequence check; parts outside the window are left out. `echo`:
  // when that of our ACKs was sent that the segment answers, if timestamps tell.
  void handle_text(StreamOffset begin, Bytes payload, bool fin, std::optional<Instant> echo,
                   Instant now);
  // As many bytes as are there and fit; frees their room.
  std::size_t read(MutableBytes out);
  // The same without a copy: how many bytes to forget.
  std::size_t discard(std::size_t count);
  // What could be read now, in one or two pieces.
  std::pair<Bytes, Bytes> readable() const;
  ByteCount unread() const { return data_end() - read_next_; }
  ByteCount out_of_order() const { return reassembly_.held(); }
  ByteCount buffer_size() const { return buffer_size_; }
  // The peer's FIN was reached: nothing follows.
  bool at_end() const { return fin_ && rcv_nxt_ > *fin_; }

  StreamOffset rcv_nxt() const { return rcv_nxt_; }
  // What would be announced if an ACK were sent now.
  ByteCount window() const { return window(wanted_edge()); }
  // Right edge of what was ever announced, rounding included, or of the buffer (`window_is_room` of
  // the config): data behind it is not acceptable.
  StreamOffset right_edge() const;
  // Text of a SYN that opens from both sides: RFC 9293 §3.10.7.3 keeps it until the handshake is
  // over, and so it is not acknowledged before.
  void hold_text(Bytes payload, bool fin);
  void release_held_text(Instant now);
  // The buffer becomes a whole number of such segments.
  void round_buffer_up(ByteCount mss) { buffer_size_ = round_up(buffer_size_, mss); }

  // An ACK should go out at once, now that `now` has come.
  bool ack_due(Instant now) const { return ack_now_ || ack_deadline_ <= now; }
  // The last text carried PSH.
  void on_push() { pushed_ = true; }
  void request_ack() { ack_now_ = true; }
  // The ACK that ends our handshake should go out within the usual delay: data is about to.
  void delay_handshake_ack(Instant now) {
    handshake_ = now;
    ack_deadline_ = now + ack_delay_;
  }
  Instant next_timeout() const { return ack_now_ ? kNever : ack_deadline_; }
  // What the outgoing ACK says: the window in bytes, a multiple of the scale; moves the right edge.
  ByteCount announce_window();
  // Nobody was told of it: the first window has yet to be announced.
  void forget_announced_window() { promised_edge_ = announced_edge_ = rcv_nxt_; }
  // Blocks for the SACK option, newest first, a duplicate report (RFC 2883) in front.
  RecentStretches sack_blocks(std::size_t max) const;
  bool has_sack_blocks() const { return reports_duplicate() || !reassembly_.empty(); }
  void on_ack_sent(Instant now);
  // Data goes out. Soon after some came in it is an answer: the ACKs of a dialogue ride on the
  // data, and quick ones would not (Linux's pingpong mode). A delayed ACK that waited in vain ends
  // it.
  void on_data_sent(Instant now);

  // Changes while running. A smaller buffer never moves the right edge back (RFC 9293 SHLD-14): the
  // window closes as data arrives until it fits.
  // Ends auto-tuning.
  void resize_buffer(ByteCount size);
  void set_window_is_room(bool on) { window_is_room_ = on; }
  void set_delayed_ack(bool on) { delayed_ack_ = on; }
  // So many of the next ACKs are not delayed, nor is one that waits; 0: the next ones are.
  void set_quick_acks(int count);

  void fill(Snapshot& snapshot) const;
  void fill(Details& details) const;

 private:
  // One past the last byte of in-order data: the FIN's place counts no byte.
  StreamOffset data_end() const { return at_end() ? *fin_ : rcv_nxt_; }
  // What the window's 16 bits can say.
  ByteCount largest_window() const { return ByteCount{std::int64_t{65535} << shift_}; }
  StreamOffset wanted_edge() const;
  // An ACK sent now would move the window's right edge there.
  bool edge_moves(StreamOffset wanted) const;
  ByteCount window(StreamOffset wanted) const;
  bool reports_duplicate() const { return duplicate_reports_ && duplicate_.has_value(); }
  // RFC 2883 §4: of text that is partly new, the first part that came before.
  void note_repeated_part(StreamOffset begin, Stretch fresh);
  void store(Stretch stretch, Bytes payload);
  // All before the peer's FIN is here: it counts.
  void reach_fin();
  void schedule_ack(bool in_order, Instant now);
  void update_window_after_read();
  void tune_buffer(std::optional<Instant> echo, Instant now);

  ByteCount buffer_size_;
  double window_share_;
  bool delayed_ack_;
  bool duplicate_reports_;
  bool window_is_room_;
  Duration ack_delay_;
  // How many more ACKs are not delayed.
  int quick_acks_;
  bool dialogue_ = false;
  bool lazy_window_updates_;
  bool reads_send_acks_;
  bool fin_ends_reports_;
  // The last text was less than a full segment, or carried PSH.
  bool pushed_ = false;
  unsigned shift_ = 0;

  // While the buffer's size is not set by hand.
  std::optional<ReceiveTuning> tuning_;
  StreamRing ring_;
  Reassembly reassembly_;
  // Next byte for the application, next byte from the network.
  StreamOffset read_next_{1};
  StreamOffset rcv_nxt_{1};
  // The right edge that there is room for and that never moves back; and the highest that the
  // announced windows, which count in units of 2^shift, ever reached: less than a unit behind it.
  StreamOffset promised_edge_{1};
  StreamOffset announced_edge_{1};
  ByteCount largest_announced_;
  // The place of the peer's FIN, once seen.
  std::optional<StreamOffset> fin_;
  std::optional<Stretch> duplicate_;

  bool ack_now_ = false;
  Instant ack_deadline_ = kNever;
  StreamOffset last_ack_sent_{1};
  // The largest segment seen: what "full-sized" means (RFC 9293 §3.8.6.3).
  ByteCount segment_size_{536};
  ByteCount received_;
  Instant last_text_{};
  // When the handshake ended, if its ACK waits for data.
  Instant handshake_{};
  std::int64_t duplicates_ = 0;
};

}  // namespace inflight::tcp
