// What the main window asks of each of its pages.
#pragma once

#include <QWidget>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "trace/trace.h"
#include "trace/verdict.h"
#include "ui/bridge/background_job.h"
#include "ui/charts/time_axis.h"
#include "ui/models/log_model.h"
#include "ui/panels/banner.h"
#include "ui/theme/theme.h"

namespace inflight::ui {

class ChartStack;

// What an export takes; null trace: nothing to export.
struct Exportable {
  std::shared_ptr<const trace::Trace> trace;
  trace::Verdict verdict;
  // For file names: "coder-2.10".
  QString name;
  // The part of it that the charts show.
  TimeRange visible{};
  // The settings shown, as JSON; empty where there are none.
  std::string settings;
  // Where packets were kept: writes them into this file (pcapng or pcap, by its name). A sentence
  // if that failed.
  std::function<QString(const QString& file, JobControl& control)> savePackets;
};

class Page : public QWidget {
  Q_OBJECT

 public:
  using QWidget::QWidget;

  // The page's own part of the tool bar; null if it has none.
  virtual QWidget* tools() { return nullptr; }
  // Null if it has no charts.
  virtual ChartStack* charts() { return nullptr; }
  virtual Exportable exportable() { return {}; }
  virtual void setTheme(const Theme& theme) = 0;
  // Puts the two newest runs side by side, or says why it cannot.
  virtual bool canCompare() const { return false; }
  virtual void compareNewest() {}
  // The right part of the status bar.
  virtual QString statusNote() { return {}; }

 Q_SIGNALS:
  void messageShown(inflight::ui::Banner::Kind kind, const QString& sentence);
  // What was said before is no longer so.
  void messageWithdrawn();
  void logged(inflight::ui::LogLevel level, const QString& sentence);
  void statusChanged();
};

}  // namespace inflight::ui
