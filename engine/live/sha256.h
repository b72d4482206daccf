// SHA-256 (FIPS 180-4) of a stream, piece by piece, so that two ends can compare what was carried.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"

namespace inflight::live {

class Sha256 {
 public:
  Sha256();
  ~Sha256();

  void update(Bytes bytes);
  // Of all so far, 64 hexadecimal digits as sha256sum prints them. More may follow.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inflight::live
