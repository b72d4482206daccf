// Makes and reads capture files in memory.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "capture/byte_sink.h"
#include "capture/reader.h"

namespace inflight::capture::testing {

// A sink that appends to `target`, which must outlive it.
inline ByteSink append_to(std::vector<std::uint8_t>& target) {
  return [&target](Bytes bytes) {
    target.insert(target.end(), bytes.begin(), bytes.end());
    return true;
  };
}

// A record with its bytes.
struct KeptRecord {
  PacketRecord record;
  std::vector<std::uint8_t> data;
};

inline std::vector<KeptRecord> read_all(Reader& reader) {
  std::vector<KeptRecord> records;
  while (auto record = reader.next()) {
    std::vector<std::uint8_t> data(record->data.begin(), record->data.end());
    record->data = {};
    records.push_back({*std::move(record), std::move(data)});
  }
  return records;
}

inline Timestamp at_ns(std::int64_t nanoseconds) {
  return Timestamp(std::chrono::nanoseconds(nanoseconds));
}

}  // namespace inflight::capture::testing
