// The window: tool bar, one page at a time, messages, status bar. It owns what the pages share
// (runs, log, theme, the background job) and sends files to the page that shows them. Pages are
// made when they are first shown.
#pragma once

#include <QMainWindow>
#include <functional>
#include <memory>

#include "ui/export_actions.h"
#include "ui/models/log_model.h"
#include "ui/models/run_store.h"
#include "ui/pages/lab_runs.h"
#include "ui/panels/banner.h"
#include "ui/theme/theme.h"

class QLabel;
class QMenu;
class QStackedWidget;
class QToolBar;
class QToolButton;

namespace inflight::ui {

class CapturePage;
class JobBar;
class LabPage;
class LivePage;
class SegmentedControl;
class StartPage;
class StatusReadout;

// What the window runs on, handed in by the program (and by tests).
struct WindowEngine {
  LabEngine lab;
  PacketExport packets;
};

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(WindowEngine engine, QWidget* parent = nullptr);
  ~MainWindow() override;

  void showStart();
  LabPage& showLab();
  LivePage& showLive();
  CapturePage& showCapture();
  // Captures, saved runs and scenarios, each where it belongs.
  void openFiles(const QStringList& files);
  // The two newest runs side by side.
  void compareNewest();
  // The flow that the Capture page shows becomes one of the Lab's runs, to be compared with others.
  // False if there is none.
  bool keepFlow();
  // For this window; the menu also remembers it.
  void setAppearance(Appearance appearance);
  // The window as a picture, at its own scale.
  QImage picture();
  // True while a run, an import or an export goes on.
  bool isBusy() const;
  void showMessage(Banner::Kind kind, const QString& sentence);
  QString message() const { return m_banner->text(); }
  bool isMessageVisible() const { return m_banner->isVisible(); }
  // How a question is asked; tests answer themselves.
  void setAsk(std::function<bool(const QString& question)> ask) { m_ask = std::move(ask); }
  ExportActions& exports() { return *m_exports; }

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  static constexpr const char* kAppearanceKey = "window/appearance";

  void makeToolBar();
  void makeMenu();
  void makeThemeMenu();
  void makeViewMenu();
  void makeStatusBar();
  QAction* addCommand(QMenu& menu, const QString& text, const QString& tip,
                      const QKeySequence& shortcut, std::function<void()> act);
  void connectPage(Page& page);
  void showPage(Page& page, int source);
  void fillRecent();
  void askAndOpen();
  void open(const QString& file);
  void openRun(const QString& file);
  void showRun(const QString& file, std::shared_ptr<const trace::Trace> trace);
  void openScenario(const QString& file);
  bool isMeasuring() const;
  void stopRuns();
  bool mayDisturb(const QString& what);
  void applyTheme();
  void updateStatus();

  WindowEngine m_engine;
  RunStore m_store;
  LogModel m_log;
  BackgroundJob m_job;
  std::function<bool(const QString&)> m_ask;
  Theme m_theme = Theme::light();
  Appearance m_appearance = Appearance::System;
  QPalette m_systemPalette;

  QToolBar* m_bar = nullptr;
  SegmentedControl* m_sources = nullptr;
  QStackedWidget* m_tools = nullptr;
  QToolButton* m_compareButton = nullptr;
  QMenu* m_compareMenu = nullptr;
  QMenu* m_menu = nullptr;
  QMenu* m_recent = nullptr;
  Banner* m_banner = nullptr;
  JobBar* m_jobBar = nullptr;
  QStackedWidget* m_pages = nullptr;
  StatusReadout* m_readout = nullptr;
  QLabel* m_note = nullptr;
  ExportActions* m_exports = nullptr;

  StartPage* m_start = nullptr;
  LabPage* m_lab = nullptr;
  LivePage* m_live = nullptr;
  CapturePage* m_capture = nullptr;
};

}  // namespace inflight::ui
