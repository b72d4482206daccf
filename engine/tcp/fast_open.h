// What a connection keeps of Fast Open (RFC 7413), and what it did for it.
#pragma once

#include <optional>

#include "base/units.h"
#include "tcp/report.h"
#include "wire/tcp.h"

namespace inflight::tcp {

struct FastOpen {
  FastOpenUse use = FastOpenUse::None;
  // What our SYN, or SYN and ACK, carries.
  std::optional<wire::FastOpenCookie> cookie;
  // What the peer gave us for another time, and the MSS that its SYN announced.
  std::optional<wire::FastOpenCookie> learned;
  ByteCount peer_mss;
  // A SYN, ACK came for our SYN.
  bool answered = false;
  // How much of what was written our SYN can take.
  ByteCount syn_data;

  // The server had no use for what our SYN said. Once it was answered.
  bool was_refused() const {
    return use == FastOpenUse::DataRefused ||
           (use == FastOpenUse::CookieAsked && cookie && cookie->is_request() && !learned);
  }
};

}  // namespace inflight::tcp
