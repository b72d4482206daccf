// The common body of the pages with charts: a side panel at the left, the charts with the pipeline
// under them, the verdict at the right, tables below. Holds no data and decides nothing; the pages
// fill it.
#pragma once

#include <QWidget>

#include "ui/panels/pipeline_panel.h"
#include "ui/theme/theme.h"

class QSplitter;
class QTabWidget;

namespace inflight::ui {

class ChartStack;
class VerdictPanel;

class Workbench : public QWidget {
  Q_OBJECT

 public:
  // Takes the side panel. `settings`: under which name its sizes are remembered.
  Workbench(QWidget* side, const QString& settings, QWidget* parent = nullptr);
  ~Workbench() override;

  ChartStack* charts() const { return m_charts; }
  PipelinePanel* pipeline() const { return m_pipeline; }
  VerdictPanel* verdict() const { return m_verdict; }
  QTabWidget* tabs() const { return m_tabs; }

  void setTheme(const Theme& theme);
  // Brings this tab to the front with room for at least this height, as far as there is any. In a
  // low window it is the pipeline that makes room, not the charts.
  void openTab(QWidget* tab, int height);
  // Back to the first tab, and to the height before openTab() unless a person changed it since.
  void closeTab();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void restoreSizes();
  void fitSides();
  void fitPipeline();
  void alignPipeline();
  void hintAtLegends();

  QString m_settings;
  QWidget* m_side;
  ChartStack* m_charts;
  PipelinePanel* m_pipeline;
  VerdictPanel* m_verdict;
  QTabWidget* m_tabs;
  QSplitter* m_columns;
  QSplitter* m_rows;
  // What openTab() opened last.
  QWidget* m_opened = nullptr;
  // Of the tabs, before and after openTab() made room.
  int m_heightBefore = 0;
  int m_heightOpened = 0;
};

}  // namespace inflight::ui
