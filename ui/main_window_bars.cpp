// Tool bar, menu and status bar of the window: every action with its shortcut and tooltip.
#include <QActionGroup>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>

#include "ui/about.h"
#include "ui/charts/chart_stack.h"
#include "ui/main_window.h"
#include "ui/pages/capture_page.h"
#include "ui/pages/lab_page.h"
#include "ui/pages/recent_files.h"
#include "ui/panels/status_readout.h"
#include "ui/theme/segmented_control.h"

namespace inflight::ui {

namespace {

QToolButton* toolButton(const QString& text, const QString& tip, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setText(text);
  button->setToolTip(tip);
  button->setProperty("button", true);
  button->setFocusPolicy(Qt::StrongFocus);
  return button;
}

}  // namespace

void MainWindow::makeToolBar() {
  m_bar = addToolBar(tr("Tools"));
  m_bar->setMovable(false);
  m_bar->setFloatable(false);
  m_bar->setContextMenuPolicy(Qt::PreventContextMenu);
  m_sources = new SegmentedControl({tr("Lab"), tr("Live"), tr("Capture")}, m_bar);
  m_sources->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  m_sources->segment(0)->setToolTip(tr("Two of our own TCP stacks over an emulated path"));
  m_sources->segment(1)->setToolTip(tr("Our TCP over the real path to a server of yours"));
  m_sources->segment(2)->setToolTip(tr("The TCP flows of a saved capture"));
  // clicked(): also leads back from the start page to the source that is marked already.
  connect(m_sources->segment(0), &QToolButton::clicked, this, [this] { showLab(); });
  connect(m_sources->segment(1), &QToolButton::clicked, this, [this] { showLive(); });
  connect(m_sources->segment(2), &QToolButton::clicked, this, [this] { showCapture(); });
  auto* openButton =
      toolButton(tr("Open…"), tr("Open a capture, a saved run or a scenario (Ctrl+O)"), m_bar);
  connect(openButton, &QToolButton::clicked, this, &MainWindow::askAndOpen);
  auto* exportButton = toolButton(tr("Export"), tr("What is looked at as a file"), m_bar);
  auto* exportMenu = new QMenu(exportButton);
  m_exports->addTo(*exportMenu);
  exportButton->setMenu(exportMenu);
  exportButton->setPopupMode(QToolButton::InstantPopup);
  m_tools = new QStackedWidget(m_bar);
  m_tools->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  auto* spacer = new QWidget(m_bar);
  spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  m_compareButton = toolButton(tr("A/B"), tr("Two runs side by side"), m_bar);
  m_compareMenu = new QMenu(m_compareButton);
  m_compareButton->setMenu(m_compareMenu);
  m_compareButton->setPopupMode(QToolButton::InstantPopup);
  auto* menuButton = toolButton(tr("☰"), tr("Everything else (F10)"), m_bar);
  menuButton->setAccessibleName(tr("Menu"));
  menuButton->setShortcut(Qt::Key_F10);
  m_menu = new QMenu(menuButton);
  // Without setMenu(): the sign says already that it is a menu, an arrow beside it says nothing.
  connect(menuButton, &QToolButton::clicked, this, [this, menuButton] {
    m_menu->popup(menuButton->mapToGlobal(QPoint(0, menuButton->height() + 2)));
  });

  m_bar->addWidget(m_sources);
  m_bar->addSeparator();
  m_bar->addWidget(openButton);
  m_bar->addWidget(exportButton);
  m_bar->addSeparator();
  // The action of a widget in a tool bar decides whether it is shown.
  auto* toolsAction = m_bar->addWidget(m_tools);
  auto* spacerAction = m_bar->addWidget(spacer);
  auto* compareAction = m_bar->addWidget(m_compareButton);
  m_bar->addWidget(menuButton);
  connect(m_pages, &QStackedWidget::currentChanged, this,
          [this, toolsAction, spacerAction, compareAction] {
            auto* page = qobject_cast<Page*>(m_pages->currentWidget());
            toolsAction->setVisible(page && page->tools());
            spacerAction->setVisible(!page || !page->tools());
            compareAction->setVisible(page && page->canCompare());
          });
}

QAction* MainWindow::addCommand(QMenu& menu, const QString& text, const QString& tip,
                                const QKeySequence& shortcut, std::function<void()> act) {
  auto* action = menu.addAction(text);
  action->setToolTip(tip);
  action->setShortcut(shortcut);
  addAction(action);
  connect(action, &QAction::triggered, this, std::move(act));
  return action;
}

void MainWindow::makeMenu() {
  m_menu->setToolTipsVisible(true);
  addCommand(*m_menu, tr("Start page"), tr("Back to the tiles"), Qt::CTRL | Qt::Key_Home,
             [this] { showStart(); });
  addCommand(*m_menu, tr("Open…"), tr("A capture, a saved run or a scenario"), QKeySequence::Open,
             [this] { askAndOpen(); });
  m_recent = m_menu->addMenu(tr("Recent files"));
  m_recent->menuAction()->setToolTip(tr("The files opened last"));
  connect(m_recent, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
  auto* exports = m_menu->addMenu(tr("Export"));
  exports->menuAction()->setToolTip(tr("What is looked at as a file"));
  m_exports->addTo(*exports);
  addAction(m_exports->saveRun());
  m_compareMenu->setToolTipsVisible(true);
  auto* compare = addCommand(*m_compareMenu, tr("Compare the newest two"),
                             tr("The two newest runs over one another and side by side"),
                             Qt::CTRL | Qt::Key_B, [this] { compareNewest(); });
  auto* both = addCommand(*m_compareMenu, tr("Run A/B: without and with HyStart"),
                          tr("Run the Lab's settings both ways in turn, and compare"),
                          Qt::CTRL | Qt::SHIFT | Qt::Key_R, [this] { showLab().runBoth(); });
  m_menu->addActions({compare, both});
  m_menu->addSeparator();
  makeViewMenu();
  makeThemeMenu();
  m_menu->addSeparator();
  addCommand(*m_menu, tr("About Inflight"), tr("Version and build, to copy into a report"),
             QKeySequence::HelpContents, [this] { showAboutBox(this); });
  addCommand(*m_menu, tr("Quit"), tr("Close the window; a run that goes on ends"),
             QKeySequence::Quit, [this] { close(); });
}

void MainWindow::makeViewMenu() {
  auto* view = m_menu->addMenu(tr("View"));
  view->menuAction()->setToolTip(tr("Zoom and pan of the charts"));
  view->setToolTipsVisible(true);
  const auto add = [&](const QString& text, const QString& tip, const QKeySequence& key,
                       void (ChartStack::*act)()) {
    addCommand(*view, text, tip, key, [this, act] {
      auto* page = qobject_cast<Page*>(m_pages->currentWidget());
      if (page && page->charts()) (page->charts()->*act)();
    });
  };
  add(tr("Zoom in"), tr("Half the time span"), QKeySequence::ZoomIn, &ChartStack::zoomIn);
  add(tr("Zoom out"), tr("Twice the time span"), QKeySequence::ZoomOut, &ChartStack::zoomOut);
  add(tr("Show everything"), tr("The whole run"), Qt::CTRL | Qt::Key_0, &ChartStack::showAll);
  add(tr("Zoom back"), tr("The range before"), Qt::ALT | Qt::Key_Left, &ChartStack::undoZoom);
  add(tr("Zoom forward"), tr("The range after"), Qt::ALT | Qt::Key_Right, &ChartStack::redoZoom);
  add(tr("Follow the run"), tr("Keep the newest moment in sight, or let it run on"),
      Qt::CTRL | Qt::Key_Space, &ChartStack::toggleFollowing);
  add(tr("Copy values"), tr("The values at the crosshair as text"),
      Qt::CTRL | Qt::SHIFT | Qt::Key_V, &ChartStack::copyValues);
}

void MainWindow::makeThemeMenu() {
  auto* menu = m_menu->addMenu(tr("Theme"));
  menu->menuAction()->setToolTip(tr("Light or dark"));
  menu->setToolTipsVisible(true);
  auto* group = new QActionGroup(menu);
  const auto add = [&](const QString& text, const QString& tip, Appearance appearance) {
    auto* action = addCommand(*menu, text, tip, {}, [this, appearance] {
      QSettings().setValue(kAppearanceKey, static_cast<int>(appearance));
      setAppearance(appearance);
    });
    action->setCheckable(true);
    action->setChecked(m_appearance == appearance);
    group->addAction(action);
  };
  add(tr("System"), tr("As the desktop is"), Appearance::System);
  add(tr("Light"), tr("Dark text on a light ground"), Appearance::Light);
  add(tr("Dark"), tr("Light text on a dark ground"), Appearance::Dark);
}

void MainWindow::fillRecent() {
  m_recent->clear();
  m_recent->setToolTipsVisible(true);
  for (const auto& file : RecentFiles::list()) {
    const QString name = QFileInfo(file.path).fileName();
    auto* action =
        m_recent->addAction(file.missing.isEmpty() ? name : tr("%1 (%2)").arg(name, file.missing));
    action->setToolTip(file.path);
    action->setEnabled(file.missing.isEmpty());
    connect(action, &QAction::triggered, this, [this, path = file.path] { openFiles({path}); });
  }
  if (m_recent->isEmpty()) m_recent->addAction(tr("none yet"))->setEnabled(false);
}

void MainWindow::makeStatusBar() {
  m_readout = new StatusReadout(this);
  m_note = new QLabel(this);
  m_note->setProperty("role", "secondary");
  m_note->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_note->setToolTip(tr("What the run was made from, and how fast the engine ran"));
  auto* bar = statusBar();
  bar->setSizeGripEnabled(false);
  bar->setContentsMargins(10, 0, 10, 0);
  bar->addWidget(m_readout, 1);
  bar->addPermanentWidget(m_note);
}

}  // namespace inflight::ui
