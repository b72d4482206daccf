// A lease is a move-only token; the table is a map from index to peer.
#include "tunnel/index_table.h"

#include <utility>

namespace inflight::tunnel {

IndexLease::IndexLease(IndexLease&& other) noexcept
    : table_(std::exchange(other.table_, nullptr)), index_(other.index_) {}

IndexLease& IndexLease::operator=(IndexLease&& other) noexcept {
  std::swap(table_, other.table_);
  std::swap(index_, other.index_);
  return *this;
}

IndexLease::~IndexLease() {
  if (table_ != nullptr) table_->owners_.erase(index_);
}

IndexLease IndexTable::take(PeerId peer, KeySource& keys) {
  Index index = keys.index();
  while (!owners_.try_emplace(index, peer).second) index = keys.index();
  return {*this, index};
}

std::optional<PeerId> IndexTable::find(Index index) const {
  const auto found = owners_.find(index);
  if (found == owners_.end()) return std::nullopt;
  return found->second;
}

}  // namespace inflight::tunnel
