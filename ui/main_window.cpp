// Pages, files and messages of main_window.h; bars and menus stand in main_window_bars.cpp.
#include "ui/main_window.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "trace/run_file.h"
#include "ui/charts/chart_stack.h"
#include "ui/pages/capture_page.h"
#include "ui/pages/lab_page.h"
#include "ui/pages/live_page.h"
#include "ui/pages/recent_files.h"
#include "ui/pages/start_page.h"
#include "ui/panels/job_bar.h"
#include "ui/panels/status_readout.h"
#include "ui/theme/segmented_control.h"

namespace inflight::ui {

namespace {

constexpr int kLabSource = 0;
constexpr int kLiveSource = 1;
constexpr int kCaptureSource = 2;

TraceFiles runFiles() {
  return {[](const trace::Trace& trace, const QString& file) {
            return trace::save_run(trace, file.toStdString()).has_value();
          },
          [](const QString& file) -> std::shared_ptr<const trace::Trace> {
            auto loaded = trace::load_run(file.toStdString());
            if (!loaded) return nullptr;
            return std::make_shared<const trace::Trace>(std::move(*loaded));
          }};
}

}  // namespace

MainWindow::MainWindow(WindowEngine engine, QWidget* parent)
    : QMainWindow(parent), m_engine(std::move(engine)), m_store(runFiles()) {
  setWindowTitle(tr("Inflight"));
  setAcceptDrops(true);
  resize(1400, 880);
  m_systemPalette = QApplication::palette();
  m_appearance = static_cast<Appearance>(QSettings().value(kAppearanceKey, 0).toInt());
  m_ask = [this](const QString& question) {
    QMessageBox box(QMessageBox::Question, tr("Inflight"), question, QMessageBox::NoButton, this);
    QAbstractButton* stop = box.addButton(tr("Stop the run and open"), QMessageBox::AcceptRole);
    box.setDefaultButton(box.addButton(tr("Keep running"), QMessageBox::RejectRole));
    box.exec();
    return box.clickedButton() == stop;
  };
  m_banner = new Banner(this);
  m_jobBar = new JobBar(m_job, this);
  m_pages = new QStackedWidget(this);
  auto* center = new QWidget(this);
  auto* column = new QVBoxLayout(center);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(m_banner);
  column->addWidget(m_jobBar);
  column->addWidget(m_pages, 1);
  setCentralWidget(center);
  const auto page = [this] { return qobject_cast<Page*>(m_pages->currentWidget()); };
  m_exports = new ExportActions(*this, page, m_job, m_engine.packets, this);
  connect(m_exports, &ExportActions::message, this, &MainWindow::showMessage);
  makeStatusBar();
  makeToolBar();
  makeMenu();
  applyTheme();
  showStart();
}

MainWindow::~MainWindow() {
  // The pages refer to the runs and the log, which are members: the pages go first.
  delete takeCentralWidget();
}

void MainWindow::showStart() {
  if (!m_start) {
    m_start = new StartPage(this);
    m_pages->addWidget(m_start);
    connectPage(*m_start);
    connect(m_start, &StartPage::demoAsked, this, [this] { showLab().startDemo(); });
    connect(m_start, &StartPage::labAsked, this, [this] { showLab(); });
    connect(m_start, &StartPage::openAsked, this, &MainWindow::askAndOpen);
    connect(m_start, &StartPage::fileAsked, this,
            [this](const QString& file) { openFiles({file}); });
    connect(m_start, &StartPage::measureAsked, this, [this] { showLive(); });
    connect(m_start, &StartPage::thisMachineAsked, this, [this] { showLive().tryThisMachine(); });
  }
  showPage(*m_start, m_sources->current());
}

LabPage& MainWindow::showLab() {
  if (!m_lab) {
    m_lab = new LabPage(m_engine.lab, m_store, m_log, *m_readout, this);
    m_pages->addWidget(m_lab);
    connectPage(*m_lab);
  }
  showPage(*m_lab, kLabSource);
  return *m_lab;
}

LivePage& MainWindow::showLive() {
  if (!m_live) {
    m_live = new LivePage(m_engine.lab.judge, m_store, m_log, *m_readout, this);
    m_pages->addWidget(m_live);
    connectPage(*m_live);
    connect(m_live, &LivePage::packetsAsked, this, [this] { m_exports->ask(ExportKind::Pcapng); });
  }
  showPage(*m_live, kLiveSource);
  return *m_live;
}

CapturePage& MainWindow::showCapture() {
  if (!m_capture) {
    m_capture = new CapturePage(m_engine.lab.judge, m_log, *m_readout, this);
    m_pages->addWidget(m_capture);
    connectPage(*m_capture);
    connect(m_capture, &CapturePage::openAsked, this, &MainWindow::askAndOpen);
    connect(m_capture, &CapturePage::opened, this, &RecentFiles::add);
  }
  showPage(*m_capture, kCaptureSource);
  return *m_capture;
}

void MainWindow::connectPage(Page& page) {
  page.setTheme(m_theme);
  if (auto* tools = page.tools()) m_tools->addWidget(tools);
  connect(&page, &Page::messageShown, this, &MainWindow::showMessage);
  connect(&page, &Page::messageWithdrawn, m_banner, &QWidget::hide);
  connect(&page, &Page::statusChanged, this, &MainWindow::updateStatus);
  connect(&page, &Page::logged, this, [this](LogLevel level, const QString& sentence) {
    m_log.add(level, sentence, QDateTime::currentDateTime());
  });
}

void MainWindow::showPage(Page& page, int source) {
  m_pages->setCurrentWidget(&page);
  auto* tools = page.tools();
  m_tools->setVisible(tools != nullptr);
  if (tools) m_tools->setCurrentWidget(tools);
  statusBar()->setVisible(&page != m_start);
  m_sources->setCurrent(source);
  updateStatus();
}

void MainWindow::compareNewest() {
  auto* page = qobject_cast<Page*>(m_pages->currentWidget());
  if (!page || !page->canCompare()) page = &showLab();
  page->compareNewest();
}

bool MainWindow::keepFlow() {
  const auto flow = m_capture ? m_capture->exportable() : Exportable{};
  if (!flow.trace) return false;
  showLab().runs().open(flow.trace, flow.name);
  return true;
}

void MainWindow::askAndOpen() {
  const QString filter =
      tr("Captures, runs and scenarios (*.pcap *.pcapng *.cap *.gz *.zst "
         "*.inflight *.json);;All files (*)");
  const auto files = QFileDialog::getOpenFileNames(this, tr("Open"), {}, filter);
  if (!files.isEmpty()) openFiles(files);
}

void MainWindow::openFiles(const QStringList& files) {
  if (!mayDisturb(files.size() == 1 ? QFileInfo(files.front()).fileName()
                                    : tr("%1 files").arg(files.size()))) {
    return;
  }
  for (const auto& file : files) open(file);
}

void MainWindow::open(const QString& file) {
  const QFileInfo info(file);
  if (!info.exists()) {
    return showMessage(Banner::Kind::Error,
                       tr("%1 is not there. Was it moved or renamed?").arg(file));
  }
  const QString suffix = info.suffix().toLower();
  if (suffix == QLatin1String("inflight")) return openRun(file);
  if (suffix == QLatin1String("json")) return openScenario(file);
  showCapture().open(file);
}

void MainWindow::openRun(const QString& file) {
  // Filled on the job's thread, read when the job is done.
  const auto opened = std::make_shared<std::shared_ptr<const trace::Trace>>();
  m_job.start(
      tr("Opening %1").arg(QFileInfo(file).fileName()),
      [file, opened](JobControl& control) {
        auto loaded = trace::load_run(file.toStdString(), [&control](double share) {
          control.setProgress(share);
          return !control.cancelled();
        });
        if (!loaded) return QString::fromStdString(loaded.error().text);
        *opened = std::make_shared<const trace::Trace>(std::move(*loaded));
        return QString();
      },
      [this, file, opened](const QString& failure, bool cancelled) {
        if (cancelled) return;
        if (!failure.isEmpty()) return showMessage(Banner::Kind::Error, failure);
        showRun(file, *opened);
      });
}

void MainWindow::showRun(const QString& file, std::shared_ptr<const trace::Trace> trace) {
  RecentFiles::add(file);
  const QString title = QString::fromStdString(trace->info.title);
  showLab().runs().open(std::move(trace),
                        title.isEmpty() ? QFileInfo(file).completeBaseName() : title);
}

void MainWindow::openScenario(const QString& file) {
  const auto scenario = lab::load_scenario(file.toStdString());
  if (!scenario) {
    return showMessage(Banner::Kind::Error, QString::fromStdString(scenario.error().text));
  }
  RecentFiles::add(file);
  showLab().runs().editor().load(*scenario);
}

bool MainWindow::mayDisturb(const QString& what) {
  if (!isMeasuring()) return true;
  if (!m_ask(tr("A run is going on. It would be stopped, and what it recorded kept, to open %1.")
                 .arg(what))) {
    return false;
  }
  stopRuns();
  return true;
}

bool MainWindow::isMeasuring() const {
  return (m_lab && m_lab->runs().isRunning()) || (m_live && m_live->runs().isRunning());
}

void MainWindow::stopRuns() {
  if (m_lab) m_lab->stop();
  if (m_live) m_live->stop();
}

bool MainWindow::isBusy() const {
  return m_job.isRunning() || isMeasuring() || (m_capture && m_capture->isLoading());
}

void MainWindow::showMessage(Banner::Kind kind, const QString& sentence) {
  m_banner->showMessage(kind, sentence);
  const auto level = kind == Banner::Kind::Error     ? LogLevel::Error
                     : kind == Banner::Kind::Warning ? LogLevel::Warning
                                                     : LogLevel::Info;
  m_log.add(level, sentence, QDateTime::currentDateTime());
}

void MainWindow::setAppearance(Appearance appearance) {
  m_appearance = appearance;
  applyTheme();
}

void MainWindow::applyTheme() {
  m_theme = Theme::make(m_appearance, m_systemPalette);
  inflight::ui::applyTheme(*qApp, m_theme);
  for (int i = 0; i < m_pages->count(); ++i) {
    qobject_cast<Page*>(m_pages->widget(i))->setTheme(m_theme);
  }
}

void MainWindow::updateStatus() {
  auto* page = qobject_cast<Page*>(m_pages->currentWidget());
  if (page) m_note->setText(page->statusNote());
}

QImage MainWindow::picture() { return grab().toImage(); }

void MainWindow::closeEvent(QCloseEvent* event) {
  // The engine threads end with their owners; nothing has to be waited for here.
  m_job.cancelAll();
  stopRuns();
  event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  QStringList files;
  for (const auto& url : event->mimeData()->urls()) {
    if (url.isLocalFile()) files << url.toLocalFile();
  }
  event->acceptProposedAction();
  if (files.isEmpty()) return;
  // Later: a question asked in here would hold up the program from which the files come.
  QMetaObject::invokeMethod(this, [this, files] { openFiles(files); }, Qt::QueuedConnection);
}

}  // namespace inflight::ui
