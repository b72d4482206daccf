// A tunnel to a server and one TCP connection inside it, driven by hand: for what a client of ours
// would never say.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "live/peer_url.h"
#include "tunnel/key_source.h"

namespace inflight::live {

class RawClient {
 public:
  RawClient(const Target& target, std::uint16_t port,
            const tunnel::PrivateKey& key = tunnel::SystemKeySource().private_key());
  ~RawClient();

  void send(std::string_view line);
  // The next line, or nothing when the connection ended or 5 s went by.
  std::optional<std::string> receive();
  // Reads on until the connection ends; false if it does not within 5 s.
  bool ends();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace inflight::live
