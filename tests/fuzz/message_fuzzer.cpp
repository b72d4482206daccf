// Lines of the control protocol: whatever a peer says, it is refused with a sentence, or it is a
// message that goes into a line of its own and comes back the same.
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
  const std::string own = live::to_line(*message);
  CHECK(own.find('\n') == std::string::npos);
  const auto again = live::parse_line(own);
  CHECK(again.has_value());
  CHECK(again->index() == message->index());
  CHECK(live::to_line(*again) == own);
  return 0;
}
