// The command line program as a process: run to its end, or a server for as long as this lives.
#pragma once

#include <sys/resource.h>

#include <QProcess>
#include <QTest>

namespace inflight::testing {

struct Outcome {
  int code = -1;
  QString out;
  QString err;
};

struct Invocation {
  QStringList arguments;
  QByteArray input;
  // No file may grow beyond this; 0: no limit. Stands for a full disk.
  rlim_t largest_file = 0;
  // Of the process; empty: as it is.
  QString folder;
};

// A process that crashed or took longer than 30 s has the code -1.
inline Outcome run(const Invocation& invocation) {
  QProcess process;
  if (!invocation.folder.isEmpty()) process.setWorkingDirectory(invocation.folder);
  if (invocation.largest_file > 0) {
    process.setChildProcessModifier([size = invocation.largest_file] {
      const rlimit limit{size, size};
      setrlimit(RLIMIT_FSIZE, &limit);
    });
  }
  process.start(INFLIGHT_CLI, invocation.arguments);
  process.write(invocation.input);
  process.closeWriteChannel();
  if (!process.waitForFinished() || process.exitStatus() != QProcess::NormalExit) {
    process.kill();
    process.waitForFinished();
    return {-1, {}, process.readAllStandardError()};
  }
  return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}
inline Outcome run_cli(const QStringList& arguments) {
  return run({.arguments = arguments, .input = {}, .largest_file = 0, .folder = {}});
}

// `serve` on a free port of the loopback.
class ServeProcess {
 public:
  explicit ServeProcess(const QStringList& options = {}) {
    process_.start(INFLIGHT_CLI, QStringList{"serve", "--listen", "127.0.0.1:0"} + options);
    while (!process_.canReadLine() && process_.waitForReadyRead()) {
    }
    url_ = QString::fromUtf8(process_.readLine()).trimmed();
  }
  ~ServeProcess() {
    process_.terminate();
    process_.waitForFinished();
  }

  // The line it printed: inflight://127.0.0.1:PORT#KEY.
  QString url() const { return url_; }
  // "127.0.0.1:PORT"
  QString endpoint() const { return url_.section("//", 1).section('#', 0, 0); }
  // Until it ends by itself; its code.
  int wait() { return process_.waitForFinished() ? process_.exitCode() : -1; }
  QString said() { return process_.readAllStandardError(); }
  QString printed() { return process_.readAllStandardOutput(); }

 private:
  QProcess process_;
  QString url_;
};

}  // namespace inflight::testing
