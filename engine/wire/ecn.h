// The ECN field of a finished IP packet (RFC 3168 §5): read and changed in place by queues that
// mark instead of dropping, and by tunnels that carry the marks of the outer header in (RFC 6040).
#pragma once

#include <optional>

#include "base/bytes.h"
#include "wire/ip.h"

namespace inflight::wire {

// NotEct for what is no IP packet.
Ecn ecn_of(Bytes packet);
// Changes the field, and the header checksum with it (RFC 1624 eqn. 3); ignores what is no IP
// packet.
void set_ecn(MutableBytes packet, Ecn ecn);

// RFC 6040 §4.2, figure 4: what becomes of the inner header's field when the outer header comes
// off. Nothing: the packet must be dropped, as it was marked and its transport does not know marks.
std::optional<Ecn> decapsulated_ecn(Ecn inner, Ecn outer);

}  // namespace inflight::wire
