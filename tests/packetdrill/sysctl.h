// Sysctls in the shell lines of scripts, applied to our own configuration instead of the host's.
// Any word of the form net.ipv4.NAME=VALUE or /proc/sys/net/ipv4/NAME=VALUE counts, quoted values
// and `echo VALUE > /proc/...` too; a line that runs a shell file of settings stands for what is in
// that file. The queue that a `tc` line gives the device is found as a setting "qdisc".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "packetdrill/profile.h"

namespace inflight::packetdrill {

struct Sysctl {
  // Without "net.ipv4.".
  std::string name;
  std::string value;

  bool operator==(const Sysctl&) const = default;
};

// All settings in a text, in order.
std::vector<Sysctl> find_sysctls(std::string_view text);
// The text that a command stands for: the file's, if it runs one that can be read, else its own.
std::string text_of_command(std::string_view command);
// It makes the host forget what it knows of others: `ip tcp_metrics flush`, or the sysctl from
// before that.
bool flushes_metrics(std::string_view command);
// False if it means nothing to us: such settings are ignored.
bool apply(const Sysctl& sysctl, Profile& profile);

}  // namespace inflight::packetdrill
