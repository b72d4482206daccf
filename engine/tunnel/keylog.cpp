// One "NAME=base64" per line.
#include "tunnel/keylog.h"

namespace inflight::tunnel {

std::string keylog_lines(const PrivateKey& own_static, const EphemeralRevealed& revealed) {
  return "LOCAL_STATIC_PRIVATE_KEY=" + to_base64(own_static) +
         "\nREMOTE_STATIC_PUBLIC_KEY=" + to_base64(revealed.peer) +
         "\nLOCAL_EPHEMERAL_PRIVATE_KEY=" + to_base64(revealed.ephemeral) +
         "\nPRESHARED_KEY=" + to_base64(revealed.preshared) + "\n";
}

}  // namespace inflight::tunnel
