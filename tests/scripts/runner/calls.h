// Makes a script's system calls through the adapter's table and compares what they give.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "packetdrill/table.h"
#include "scripts/runner/peer.h"
#include "scripts/runner/script.h"

namespace inflight::scripts {

class Calls {
 public:
  Calls(const packetdrill::Table& table, Peer& peer) : table_(table), peer_(peer) {}

  // Times that calls give are measured from `start`, a time of day, and may be off by this.
  void begin(Duration start, Duration tolerance) {
    start_ = start;
    tolerance_ = tolerance;
  }
  // What is wrong with what it gave, if anything is.
  std::optional<std::string> run(const Call& call);
  // The descriptor, in the stack, of the socket that was connected or accepted last.
  std::optional<int> latest_connection() const { return latest_connection_; }
  // Closes what the script left open.
  void close_all();

 private:
  struct Outcome {
    long value = 0;
    int error = 0;
    // What else does not fit: an option's value, a peer's address.
    std::string complaint;
  };

  std::optional<Outcome> make(const Call& call);
  std::optional<Outcome> make_opening(const Call& call);
  std::optional<Outcome> make_transfer(const Call& call);
  std::optional<Outcome> make_option(const Call& call);
  // calls_messages.cpp
  std::optional<Outcome> make_message(const Call& call);
  std::optional<Outcome> make_vector(const Call& call);
  std::optional<Outcome> make_epoll(const Call& call);
  Outcome receive_message(const Call& call, int fd);
  Outcome wait_for_events(const Call& call, int set);
  Outcome outcome(long value) const;
  Outcome get_option(const Call& call, int fd);
  Outcome poll(const Call& call);
  int descriptor(const std::string& argument) const;
  void note_descriptor(const Call& call, long value);

  const packetdrill::Table& table_;
  Peer& peer_;
  // The script's descriptors -> the stack's.
  std::map<long, int> descriptors_;
  std::optional<int> latest_connection_;
  Duration start_{};
  Duration tolerance_{};
};

}  // namespace inflight::scripts
