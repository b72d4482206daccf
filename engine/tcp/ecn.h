// Both halves of Explicit Congestion Notification in one connection (RFC 3168 §6.1): what is agreed
// in the handshake, what a receiver echoes, and when a sender says that it has reduced its window.
// How the window falls is the congestion controller's, when it may fall is loss_recovery's.
//
// Left out: setting the retransmission timer anew at a window of one segment (§6.1.2), which no
// deployed stack does; CUBIC and Reno hold the window at one segment instead.
#pragma once

#include "wire/ip.h"
#include "wire/tcp.h"

namespace inflight::tcp {

class Ecn {
 public:
  // `wanted`: this end offers and accepts it; `retries`: so many repeated SYNs offer it, too.
  Ecn(bool wanted, int retries) : retries_left_(retries), offers_(wanted) {}

  // Flags of our own SYN or SYN, ACK.
  void put_offer(wire::TcpFlags& flags) const;
  // Flags of the peer's.
  void on_peer_syn(const wire::TcpFlags& flags);
  // Our SYN got no answer: some paths drop those that offer ECN (§6.1.1.1).
  void on_syn_timeout() { offers_ = offers_ && retries_left_-- > 0; }
  bool agreed() const { return agreed_; }

  // A segment with data that lies in the window; true if an ACK should go out at once, since the
  // news is fresh.
  bool on_data(wire::Ecn field, bool cwr);
  // Every ACK carries ECE.
  bool echoes() const { return echoes_; }

  // The window was reduced, for whatever reason.
  void on_reduced() { cwr_due_ = agreed_; }
  // The next new data is about to be sent: whether it carries CWR. Asked once for each segment.
  bool take_cwr();

 private:
  int retries_left_;
  bool offers_;
  bool agreed_ = false;
  bool echoes_ = false;
  bool cwr_due_ = false;
};

}  // namespace inflight::tcp
