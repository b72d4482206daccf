// The order matters: what costs least is asked first, and nothing is answered before mac1 is right.
#include "tunnel/gate.h"

namespace inflight::tunnel {

Verdict Gate::admit(Bytes message, const wire::Endpoint& from, KeySource& keys, Instant now) {
  if (!minter_.mac1_is_valid(message)) return Verdict::BadMac1;
  count(now);
  if (!under_load(now)) return Verdict::Admit;
  if (!minter_.mac2_is_valid(message, from, keys, now)) return Verdict::NeedsCookie;
  return limiter_.allow(from.address, now) ? Verdict::Admit : Verdict::RateLimited;
}

void Gate::count(Instant now) {
  if (now >= window_ends_) {
    window_ends_ = now + limits_.window;
    counted_ = 0;
  }
  if (++counted_ > limits_.messages) loaded_until_ = now + limits_.hold;
}

}  // namespace inflight::tunnel
