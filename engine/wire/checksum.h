// The Internet checksum (RFC 1071) as a running 64-bit sum, and the transport checksum over the
// pseudo-header (RFC 9293 §3.1, RFC 8200 §8.1).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "wire/address.h"

namespace inflight::wire {

// Adds bytes to a running sum. Every part but the last must have an even length.
std::uint64_t checksum_add(std::uint64_t sum, Bytes bytes);
// The same while copying `source` to `target` (of the same size): one pass over the payload.
std::uint64_t checksum_copy(std::uint64_t sum, Bytes source, MutableBytes target);
// The folded, complemented sum, as it stands in a header.
std::uint16_t checksum_finish(std::uint64_t sum);

// Sum over the pseudo-header of a segment of `length` bytes.
std::uint64_t pseudo_header_sum(const IpAddress& source, const IpAddress& destination,
                                std::uint8_t protocol, std::size_t length);
// Over a whole segment: its checksum field if that field is zero, or 0 if the field is right.
std::uint16_t transport_checksum(const IpAddress& source, const IpAddress& destination,
                                 std::uint8_t protocol, Bytes segment);

}  // namespace inflight::wire
