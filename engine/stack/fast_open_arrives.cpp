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

bool Stack::can_fast_open(const tcp::Config& config, const wire::IpAddress& server,
                          Instant now) const {
  const auto offer = fast_open_cache_.offer(server, now);
  return offer && (config.fast_open_without_cookie || !offer->cookie.is_request());
}

CookieVerdict Stack::check_cookie(const Entry& entry, const wire::FastOpenCookie& cookie,
                                  Instant now) const {
  const Listener& listener = listeners_.at(*entry.listener);
  if (listener.config.fast_open_without_cookie) return CookieVerdict::Good;
  if (cookie.is_request()) return CookieVerdict::Unknown;
  const auto& keys = listener.options.fast_open_keys;
  const wire::IpAddress& client = entry.tuple.remote.address;
  if (keys.empty()) return fast_open_keys_.check(cookie, client, now);
  return check_shared_cookie(keys, cookie, client, entry.tuple.local.address);
}

wire::FastOpenCookie Stack::make_cookie(const Entry& entry, Instant now) const {
  const auto& keys = listeners_.at(*entry.listener).options.fast_open_keys;
  const wire::IpAddress& client = entry.tuple.remote.address;
  return keys.empty() ? fast_open_keys_.make(client, now)
                      : make_shared_cookie(keys, client, entry.tuple.local.address);
}

// A listener that knows Fast Open made this connection of a SYN with the option.
void Stack::answer_fast_open(Entry& entry, const tcp::Segment& syn, Instant now) {
  const auto asked = syn.header.options.fast_open.value_or(wire::FastOpenCookie{});
  const CookieVerdict verdict = check_cookie(entry, asked, now);
  const bool known = verdict != CookieVerdict::Unknown;
  if (known && fast_opening_ >= config_.max_fast_opens) {
    // RFC 7413 §5.1: beyond the limit they are connections like others.
    ++counters_.fast_open_refused;
    return;
  }
  std::optional<wire::FastOpenCookie> given;
  if (verdict != CookieVerdict::Good) {
    given = make_cookie(entry, now);
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
  const bool lost = fast_open.use == tcp::FastOpenUse::TimedOut;
  if (lost && config_.spares_fast_open) {
    fast_open_cache_.fail(remote, now);
  } else if (state == tcp::State::SynSent || state == tcp::State::SynReceived) {
    return;
  } else if (!entry.passive && fast_open.answered) {
    const bool refused = !fast_open.learned && fast_open.was_refused();
    if (refused && config_.remembers_fast_open_refusals) {
      fast_open_cache_.fail(remote, now);
    } else {
      fast_open_cache_.learn(remote, fast_open.learned, fast_open.peer_mss, now);
    }
    const bool in_vain = refused && fast_open.use == tcp::FastOpenUse::CookieAsked;
    if (in_vain && config_.asks_experimentally) fast_open_cache_.try_experimental(remote, now);
  }
  entry.fast_opening = false;
  if (entry.passive) --fast_opening_;
}

}  // namespace inflight::stack
