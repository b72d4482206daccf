// Lines of the control protocol: whatever a peer says, it is refused with a sentence, or it is a
// message that goes into a line of ours and comes back as the same.
#include <string>

#include "base/check.h"
#include "live/message.h"

using namespace inflight;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string line(data, data + size);
  const auto message = live::parse_line(line);
  if (!message) {
    CHECK(!message.error().text.empty());
    return 0;
  }
  // Numbers are rounded to what is worth sending, so the first line of our own may differ from the
  // next.
  std::string own = live::to_line(*message);
  for (int trip = 0; trip < 2; ++trip) {
    CHECK(own.find('\n') == std::string::npos);
    const auto again = live::parse_line(own);
    CHECK(again.has_value());
    CHECK(again->index() == message->index());
    const std::string next = live::to_line(*again);
    CHECK(trip == 0 || next == own);
    own = next;
  }
  return 0;
}
