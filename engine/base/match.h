// Match: an overload set for std::visit, so that a closed set of alternatives is handled in one
// place.
#pragma once

namespace inflight {

template <class... Handlers>
struct Match : Handlers... {
  using Handlers::operator()...;
};

template <class... Handlers>
Match(Handlers...) -> Match<Handlers...>;

}  // namespace inflight
