// From a name to addresses without making anybody wait: the system's resolver runs on a thread of
// its own, and whoever no longer wants the answer drops the request. The thread then ends by
// itself.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/event_loop.h"
#include "wire/address.h"

namespace inflight::io {

struct ResolveError {
  // The system's own words: "Name or service not known".
  std::string reason;
};
// In the system's order of preference; never empty.
using Resolved = std::expected<std::vector<wire::IpAddress>, ResolveError>;

class Resolution {
 public:
  // Begins at once; an address in text form is answered without asking the system. `waker` is woken
  // when the answer is there.
  Resolution(const std::string& name, const Waker& waker);

  // Nothing while the answer is not there yet.
  std::optional<Resolved> poll() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace inflight::io
