// The adapter that the preloaded functions answer for: the one that was made last. Never destroyed,
// as packetdrill ends by exit() while a call may still sleep inside it.
#pragma once

#include "packetdrill/adapter.h"

namespace inflight::packetdrill {

// Null before packetdrill_interface_init.
Adapter* current_adapter();

}  // namespace inflight::packetdrill
