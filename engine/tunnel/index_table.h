// The indices this end has given to sessions and pending handshakes, each belonging to one peer. A
// lease takes an index and gives it back when it goes, so no message can reach a session that is no
// more. The table outlives its leases.
#pragma once

#include <optional>
#include <unordered_map>

#include "tunnel/key_source.h"
#include "tunnel/messages.h"
#include "tunnel/report.h"

namespace inflight::tunnel {

class IndexTable;

class IndexLease {
 public:
  // Holds nothing.
  IndexLease() = default;
  IndexLease(IndexLease&& other) noexcept;
  IndexLease& operator=(IndexLease&& other) noexcept;
  IndexLease(const IndexLease&) = delete;
  IndexLease& operator=(const IndexLease&) = delete;
  ~IndexLease();

  Index index() const { return index_; }

 private:
  friend class IndexTable;
  IndexLease(IndexTable& table, Index index) : table_(&table), index_(index) {}

  IndexTable* table_ = nullptr;
  Index index_ = 0;
};

class IndexTable {
 public:
  IndexTable() = default;
  IndexTable(const IndexTable&) = delete;
  IndexTable& operator=(const IndexTable&) = delete;

  // A free index drawn from `keys`. The table is small (four per peer), so few draws are in vain.
  IndexLease take(PeerId peer, KeySource& keys);
  std::optional<PeerId> find(Index index) const;
  std::size_t size() const { return owners_.size(); }

 private:
  friend class IndexLease;
  std::unordered_map<Index, PeerId> owners_;
};

}  // namespace inflight::tunnel
