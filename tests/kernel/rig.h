// The kernel's TCP and ours with a network between them:
//
//   kernel's sockets - kernel0 ~ relay ~ relay0 - (forwarding) - stack0 - inflight-cli stack
//   [  namespace of the kernel's side  ]        [  namespace of the stack's side           ]
//
// Ours is the program itself, as a process. One thread runs the sockets and the relay.
#pragma once

#include <QProcess>
#include <QStringList>
#include <functional>
#include <list>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "kernel/kernel_socket.h"
#include "kernel/namespace.h"
#include "kernel/relay.h"

namespace inflight::testing {

struct RigOptions {
  int mtu = 1500;
  bool ipv6 = false;
  // From the kernel's side to the stack's, and back.
  path::PathConfig there;
  path::PathConfig back;
  std::uint64_t seed = 1;
  // Of the kernel's side: key under /proc/sys, value.
  std::vector<std::pair<QString, QString>> settings;
  // A second kernel instead of our stack: the same sockets on the other side.
  bool kernel_at_both_ends = false;
};

class Rig {
 public:
  static constexpr std::uint16_t kPort = 5001;

  // The machine must allow it (missing_privilege).
  explicit Rig(const RigOptions& options);
  ~Rig();

  // `inflight-cli stack` with these options behind those that name device and address; returns when
  // it has the device.
  void start_stack(const QStringList& arguments);
  void interrupt_stack() { stack_.terminate(); }
  // Waits for its end, the network running, and gives its report; null if it failed.
  nlohmann::json stack_report(Duration limit = 30s);
  int stack_exit_code() const { return stack_.exitCode(); }
  QString stack_said() { return QString::fromUtf8(said_ + stack_.readAllStandardError()); }

  wire::Endpoint kernel_end() const;
  wire::Endpoint stack_end() const;
  KernelStream& connect(const KernelPlan& plan, const KernelOptions& options = {});
  void listen(const KernelOptions& options = {});
  // Whoever comes to the listener next does this.
  void on_accept(const KernelPlan& plan) { accept_plan_ = plan; }
  std::list<KernelStream>& streams() { return streams_; }

  // With a kernel at both ends: the same on the side where the stack would be.
  KernelStream& connect_from_far(const KernelPlan& plan, const KernelOptions& options);

  // Runs everything until `done` says so; false if the time was over first.
  bool run_until(const std::function<bool()>& done, Duration limit);
  const io::Clock& clock() const { return clock_; }
  QMap<QString, qint64> kernel_counters() const { return kernel_side_.counters(); }
  Relay& relay() { return *relay_; }
  const host::Payload& payload() const { return payload_; }

 private:
  void make_devices();
  void wait(Duration at_most);

  RigOptions options_;
  io::Clock clock_;
  Namespace kernel_side_;
  Namespace stack_side_;
  host::Payload payload_;
  std::unique_ptr<Relay> relay_;
  // Where the stack would be, with a kernel at both ends.
  std::optional<KernelListener> listener_;
  KernelPlan accept_plan_;
  std::list<KernelStream> streams_;
  QProcess stack_;
  QByteArray said_;
};

}  // namespace inflight::testing
