// TCP Fast Open (RFC 7413) at a connection: data in the SYN, taken before the handshake is over.
// Who has which cookie is the stack's business.
#include <algorithm>

#include "tcp/connection.h"

namespace inflight::tcp {

void Connection::offer_fast_open(const wire::FastOpenCookie& cookie,
                                 std::optional<ByteCount> peer_mss) {
  const bool bare = config_.fast_open_without_cookie;
  if (!bare) fast_open_.cookie = cookie;
  fast_open_.use = FastOpenUse::CookieAsked;
  if (!bare && cookie.is_request()) return;
  // What the options of a SYN can take is left free.
  constexpr ByteCount kOptions{wire::kMaxTcpOptionsSize};
  const ByteCount mss =
      std::min({config_.mss, peer_mss.value_or(config_.mss), path_mss_.value_or(config_.mss)});
  fast_open_.syn_data = std::max(ByteCount{0}, mss - kOptions);
  sender_.set_syn_data_limit(fast_open_.syn_data);
}

void Connection::answer_fast_open(const std::optional<wire::FastOpenCookie>& cookie, bool take_data,
                                  const Segment& syn, Instant now) {
  fast_open_.cookie = cookie;
  if (!take_data) return;
  fast_open_.use = FastOpenUse::DataTaken;
  // No window was announced yet: what came is taken as far as the first one will reach.
  static_cast<void>(receiver_.announce_window());
  receiver_.handle_text(StreamOffset{1}, syn.payload, false, std::nullopt, now);
  receiver_.forget_announced_window();
  sender_.begin_early();
}

// The SYN, ACK came: what became of what our SYN asked for.
void Connection::conclude_fast_open(const Segment& segment, StreamOffset ack) {
  if (fast_open_.use == FastOpenUse::None) return;
  fast_open_.peer_mss = peer_mss_;
  fast_open_.answered = true;
  const auto& cookie = segment.header.options.fast_open;
  // A cookie that nobody asked for is not kept.
  if (fast_open_.cookie && cookie && !cookie->is_request()) fast_open_.learned = cookie;
  if (ack < sender_.snd_nxt()) {
    // RFC 7413 §4.2.1: the data goes again at once, as if it had not been sent.
    if (fast_open_.use == FastOpenUse::DataSent) fast_open_.use = FastOpenUse::DataRefused;
    sender_.on_syn_data_refused();
  } else if (fast_open_.use == FastOpenUse::DataSent) {
    fast_open_.use = FastOpenUse::DataTaken;
  }
}

}  // namespace inflight::tcp
