// The momentary limit, row by row (ANALYSIS section 2): what kept the sender from sending more.
#include <QTest>

#include "host/connection_recorder.h"
#include "support/registry.h"

using namespace inflight;
using tcp::SendLimit;

Q_DECLARE_METATYPE(inflight::tcp::Snapshot)
Q_DECLARE_METATYPE(inflight::host::Surroundings)
Q_DECLARE_METATYPE(inflight::trace::Limit)

namespace {

tcp::Snapshot state(SendLimit limit,
                    congestion::Phase phase = congestion::Phase::CongestionAvoidance) {
  tcp::Snapshot snapshot;
  snapshot.limit = limit;
  snapshot.congestion.phase = phase;
  snapshot.send_window = ByteCount{50'000};
  snapshot.bytes_in_flight = ByteCount{10'000};
  return snapshot;
}

tcp::Snapshot recovering(SendLimit limit) {
  tcp::Snapshot snapshot = state(limit);
  snapshot.in_recovery = true;
  return snapshot;
}

tcp::Snapshot with_window(std::int64_t window) {
  tcp::Snapshot snapshot = state(SendLimit::Window);
  snapshot.send_window = ByteCount{window};
  return snapshot;
}

tcp::Snapshot all_acknowledged() {
  tcp::Snapshot snapshot = state(SendLimit::NothingToSend);
  snapshot.bytes_in_flight = ByteCount{0};
  return snapshot;
}

}  // namespace

class LimitTest : public QObject {
  Q_OBJECT

 private slots:
  void rows_data() {
    using host::Surroundings;
    using trace::Limit;
    QTest::addColumn<tcp::Snapshot>("sender");
    QTest::addColumn<Surroundings>("around");
    QTest::addColumn<Limit>("limit");
    const Surroundings none{};
    const Surroundings blocked_writer{.writer_blocked = true};
    const Surroundings more{.writer_has_more = true};
    const Surroundings queue{.outbound_blocked = true};
    const auto unread = [](std::int64_t bytes) {
      return Surroundings{.peer_unread = ByteCount{bytes}};
    };
    QTest::newRow("handshake") << state(SendLimit::Handshake) << none << Limit::Handshake;
    QTest::newRow("window") << state(SendLimit::Window) << unread(0) << Limit::ReceiveWindow;
    QTest::newRow("window, peer unknown")
        << state(SendLimit::Window) << none << Limit::ReceiveWindow;
    QTest::newRow("window of an unread buffer")
        << state(SendLimit::Window) << unread(60'000) << Limit::ReceiverApplication;
    QTest::newRow("closed window") << with_window(0) << none << Limit::ReceiverApplication;
    QTest::newRow("slow start") << state(SendLimit::Congestion, congestion::Phase::SlowStart)
                                << none << Limit::SlowStart;
    QTest::newRow("conservative slow start")
        << state(SendLimit::Congestion, congestion::Phase::ConservativeSlowStart) << none
        << Limit::SlowStart;
    QTest::newRow("cwnd") << state(SendLimit::Congestion) << none << Limit::CongestionWindow;
    QTest::newRow("recovery") << state(SendLimit::Recovery) << none << Limit::Recovery;
    QTest::newRow("cwnd in recovery")
        << recovering(SendLimit::Congestion) << none << Limit::Recovery;
    QTest::newRow("nothing new in recovery")
        << recovering(SendLimit::NoData) << none << Limit::Recovery;
    QTest::newRow("send buffer") << state(SendLimit::NoData) << blocked_writer << Limit::SendBuffer;
    QTest::newRow("writer between writes")
        << state(SendLimit::NoData) << more << Limit::SenderApplication;
    QTest::newRow("last bytes in flight")
        << state(SendLimit::NoData) << none << Limit::SenderApplication;
    QTest::newRow("idle") << all_acknowledged() << none << Limit::Idle;
    QTest::newRow("nagle") << state(SendLimit::Nagle) << none << Limit::SenderApplication;
    QTest::newRow("held back by the queue")
        << state(SendLimit::Congestion) << queue << Limit::OutboundQueue;
  }
  void rows() {
    QFETCH(tcp::Snapshot, sender);
    QFETCH(host::Surroundings, around);
    QFETCH(trace::Limit, limit);
    const auto got = host::momentary_limit(sender, around);
    QVERIFY2(got == limit, std::string(to_string(got)).c_str());
  }
};

namespace {
const inflight::testing::Register<LimitTest> registered;
}
#include "limit_test.moc"
