// struct tcp_info as Linux's user interface has it, 280 bytes: windows in segments, times in
// microseconds (last_* in milliseconds). Spelled out here, as the system's headers end earlier.
#pragma once

#include <cstdint>

namespace inflight::packetdrill {

struct TcpInfo {
  std::uint8_t state, ca_state, retransmits, probes, backoff, options;
  // Four bits each: ours of the peer's window, the peer's of ours.
  std::uint8_t window_scales;
  std::uint8_t app_limited_and_fastopen_failure;
  std::uint32_t rto, ato, snd_mss, rcv_mss;
  std::uint32_t unacked, sacked, lost, retrans, fackets;
  std::uint32_t last_data_sent, last_ack_sent, last_data_recv, last_ack_recv;
  std::uint32_t pmtu, rcv_ssthresh, rtt, rttvar, snd_ssthresh, snd_cwnd, advmss, reordering;
  std::uint32_t rcv_rtt, rcv_space, total_retrans;
  std::uint64_t pacing_rate, max_pacing_rate, bytes_acked, bytes_received;
  std::uint32_t segs_out, segs_in, notsent_bytes, min_rtt, data_segs_in, data_segs_out;
  std::uint64_t delivery_rate, busy_time, rwnd_limited, sndbuf_limited;
  std::uint32_t delivered, delivered_ce;
  std::uint64_t bytes_sent, bytes_retrans;
  std::uint32_t dsack_dups, reord_seen, rcv_ooopack, snd_wnd, rcv_wnd, rehash;
  std::uint16_t total_rto, total_rto_recoveries;
  std::uint32_t total_rto_time;
  std::uint32_t received_ce, delivered_e1_bytes, delivered_e0_bytes, delivered_ce_bytes;
  std::uint32_t received_e1_bytes, received_e0_bytes, received_ce_bytes;
  std::uint16_t accecn_fail_mode, accecn_opt_seen;
};
static_assert(sizeof(TcpInfo) == 280);

}  // namespace inflight::packetdrill
