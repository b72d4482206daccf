// What names a connection on the wire: both ends' addresses and ports.
#pragma once

#include <cstddef>
#include <functional>

#include "wire/address.h"

namespace inflight::stack {

struct FourTuple {
  wire::Endpoint local;
  wire::Endpoint remote;

  bool operator==(const FourTuple&) const = default;
};

struct FourTupleHash {
  std::size_t operator()(const FourTuple& tuple) const noexcept {
    const std::hash<wire::Endpoint> hash;
    return hash(tuple.local) * 31 + hash(tuple.remote);
  }
};

}  // namespace inflight::stack
