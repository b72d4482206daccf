#include "tcp/ecn.h"

#include <utility>

namespace inflight::tcp {

void Ecn::put_offer(wire::TcpFlags& flags) const {
  // RFC 3168 §6.1.1: ECE and CWR in a SYN, ECE alone in the answer.
  flags.ece = flags.ack ? agreed_ : offers_;
  flags.cwr = !flags.ack && offers_;
}

void Ecn::on_peer_syn(const wire::TcpFlags& flags) {
  // RFC 3168 §6.1.1.1: an answer with both set only reflects what it does not know.
  agreed_ = offers_ && flags.ece && flags.cwr != flags.ack;
}

bool Ecn::on_data(wire::Ecn field, bool cwr) {
  if (!agreed_) return false;
  // RFC 3168 §6.1.3: CWR ends the echo of what was marked before it.
  if (cwr) echoes_ = false;
  if (field != wire::Ecn::Ce) return false;
  return !std::exchange(echoes_, true);
}

bool Ecn::take_cwr() { return std::exchange(cwr_due_, false); }

}  // namespace inflight::tcp
