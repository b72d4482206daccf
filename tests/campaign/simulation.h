// One run of a plan: two stacks, the network between them, the applications, a witness at each end
// of each connection and an adversary, in virtual time. Ends when every connection is over and
// forgotten, or with the first broken rule.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "base/ring_queue.h"
#include "campaign/adversary.h"
#include "campaign/application.h"
#include "campaign/network.h"
#include "campaign/plan.h"
#include "campaign/witness.h"
#include "stack/stack.h"

namespace inflight::campaign {

struct Result {
  // Of every packet sent, with its time.
  std::uint64_t hash = 0;
  // The hash after each packet, so that two runs can be told apart where they part.
  std::vector<std::pair<Instant, std::uint64_t>> trace;
  std::int64_t packets = 0;
  std::int64_t attacks = 0;
  int resets = 0;
  // Until the last connection was over, and until the last was forgotten.
  Duration transfer_time{};
  Duration virtual_time{};
};

class Simulation {
 public:
  // With `pokes` the stacks are asked between their deadlines as well, where nothing may happen.
  Simulation(const Plan& plan, bool pokes);

  Result run();
  const Findings& findings() const { return findings_; }
  // Where each connection stands and the last segments, for a failure.
  QString describe() const;

 private:
  struct End {
    std::optional<stack::Handle> handle;
    Application application;
    Witness witness;
  };
  struct Flow {
    const FlowPlan* plan;
    wire::Endpoint client;
    wire::Endpoint server;
    std::array<End, 2> ends;
    std::size_t next_change = 0;
    bool opened = false;
    bool over = false;
    // Since when one end waits for another that is gone.
    std::optional<Instant> widowed;

    End& end(Side side) { return ends[index(side)]; }
  };

  // A segment as it was sent or as it arrived.
  struct Record {
    Instant time;
    Side sender = Side::Client;
    bool arrived = false;
    wire::TcpHeader header;
    std::size_t payload = 0;
  };

  void step();
  void make_weather();
  void open(Flow& flow);
  void change_settings(Flow& flow);
  void attack();
  void deliver(Side to);
  void accept();
  bool outlived_time_wait(Flow& flow, Side side);
  void run_applications(Flow& flow);
  void finish(Flow& flow);
  void send(Side from);
  void check(Flow& flow, Side side);
  void poke(Instant until);
  Instant next_event() const;
  bool finished() const;
  void record(Side sender, bool arrived, const wire::TcpSegmentView& segment);
  void add_to_hash(Side from, Bytes packet);
  // The connection that a packet belongs to; null for one of another host's.
  Flow* flow_of(Side sender, const wire::IpHeader& ip, const wire::TcpHeader& header);
  std::optional<tcp::Snapshot> snapshot_of(const End& end, Side side) const;
  stack::Stack& stack(Side side) { return *stacks_[index(side)]; }
  const stack::Stack& stack(Side side) const { return *stacks_[index(side)]; }

  const Plan& plan_;
  bool pokes_;
  wire::PacketPool pool_;
  Random random_;
  // Of its own: what is drawn for pokes changes nothing else.
  Random poke_random_;
  Network network_;
  std::array<std::unique_ptr<stack::Stack>, 2> stacks_;
  std::vector<Flow> flows_;
  Adversary adversary_;
  Findings findings_;
  // The last ones only.
  RingQueue<Record> records_;
  Result result_;
  Instant start_ = Instant{} + 1s;
  Instant now_ = start_;
  std::size_t next_weather_ = 1;
  Instant next_attack_ = kNever;
};

}  // namespace inflight::campaign
