// Fast Open at a stack (RFC 7413 §4.2): which SYN asks for a cookie or brings one, whose data is
// taken, and what is learned from how it ended.
#include "stack/stack.h"

namespace inflight::stack {

// A connection of ours is about to send its SYN.
void Stack::offer_fast_open(Entry& entry, Instant now) {
  const auto offer = fast_open_cache_.offer(entry.tuple.remote.address, now);
  if (!offer) return;
  entry.connection.offer_fast_open(offer->cookie, offer->mss);
  entry.fast_opening = true;
}

// A listener that knows Fast Open made this connection of a SYN with the option.
void Stack::answer_fast_open(Entry& entry, const tcp::Segment& syn, Instant now) {
  const wire::FastOpenCookie& asked = *syn.header.options.fast_open;
  const wire::IpAddress& client = entry.tuple.remote.address;
  const auto verdict = asked.is_request() ? FastOpenKeys::Verdict::Unknown
                                          : fast_open_keys_.check(asked, client, now);
  const bool known = verdict != FastOpenKeys::Verdict::Unknown;
  if (known && fast_opening_ >= config_.max_fast_opens) {
    // RFC 7413 §5.1: beyond the limit they are connections like others.
    ++counters_.fast_open_refused;
    return;
  }
  std::optional<wire::FastOpenCookie> given;
  if (verdict != FastOpenKeys::Verdict::Good) {
    given = fast_open_keys_.make(client, now);
    given->experimental = asked.experimental;
    ++counters_.fast_open_cookies;
  }
  if (known) {
    ++counters_.fast_open_taken;
    ++fast_opening_;
    entry.fast_opening = true;
  } else if (!asked.is_request()) {
    ++counters_.fast_open_refused;
  }
  entry.connection.answer_fast_open(given, known, syn, now);
}

// Something happened to a connection whose Fast Open is not decided: what was learned is kept.
void Stack::conclude_fast_open(Entry& entry, Instant now) {
  const tcp::State state = entry.connection.state();
  const wire::IpAddress& remote = entry.tuple.remote.address;
  const tcp::FastOpen& fast_open = entry.connection.fast_open();
  if (fast_open.use == tcp::FastOpenUse::TimedOut) {
    fast_open_cache_.fail(remote, now);
  } else if (state == tcp::State::SynSent || state == tcp::State::SynReceived) {
    return;
  } else if (fast_open.learned) {
    fast_open_cache_.learn(remote, *fast_open.learned, fast_open.peer_mss, now);
  } else if (config_.remembers_fast_open_refusals && fast_open.was_refused()) {
    fast_open_cache_.fail(remote, now);
  }
  entry.fast_opening = false;
  if (entry.passive) --fast_opening_;
}

}  // namespace inflight::stack
