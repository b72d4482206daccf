// Splitters and margins of workbench.h.
#include "ui/pages/workbench.h"

#include <QEvent>
#include <QSettings>
#include <QSplitter>
#include <QTabWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/charts/chart_stack.h"
#include "ui/panels/verdict_panel.h"

namespace inflight::ui {

namespace {

// Raised whenever the arrangement changes, so that remembered sizes of an older one are dropped.
constexpr int kLayoutVersion = 1;
// True once a person has clicked a legend.
constexpr const char* kLegendsKnown = "charts/legends_known";
constexpr int kWideWindow = 1440;
constexpr int kSideWide = 292;
constexpr int kSideNarrow = 280;
constexpr int kVerdictWide = 330;
constexpr int kVerdictNarrow = 270;
constexpr int kTabsHeight = 178;
constexpr int kLowWindow = 700;
constexpr int kTabsHeightLow = 128;

}  // namespace

Workbench::Workbench(QWidget* side, const QString& settings, QWidget* parent)
    : QWidget(parent),
      m_settings(settings),
      m_side(side),
      m_charts(new ChartStack(this)),
      m_pipeline(new PipelinePanel(this)),
      m_verdict(new VerdictPanel(this)),
      m_tabs(new QTabWidget(this)),
      m_columns(new QSplitter(Qt::Horizontal, this)),
      m_rows(new QSplitter(Qt::Vertical, this)) {
  auto* center = new QWidget(this);
  auto* column = new QVBoxLayout(center);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(m_charts, 1);
  column->addWidget(m_pipeline);
  m_columns->addWidget(side);
  m_columns->addWidget(center);
  m_columns->addWidget(m_verdict);
  m_columns->setStretchFactor(1, 1);
  m_columns->setHandleWidth(1);
  m_columns->setChildrenCollapsible(false);
  m_tabs->setDocumentMode(true);
  m_rows->addWidget(m_columns);
  m_rows->addWidget(m_tabs);
  m_rows->setStretchFactor(0, 1);
  m_rows->setHandleWidth(1);
  m_rows->setCollapsible(0, false);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(m_rows);
  m_charts->installEventFilter(this);
  connect(m_tabs, &QTabWidget::currentChanged, this, &Workbench::fitPipeline);
  hintAtLegends();
  restoreSizes();
}

Workbench::~Workbench() {
  QSettings settings;
  settings.beginGroup(QStringLiteral("layout%1/%2").arg(kLayoutVersion).arg(m_settings));
  settings.setValue(QStringLiteral("rows"), m_rows->saveState());
}

void Workbench::restoreSizes() {
  m_rows->setSizes({10000, kTabsHeight});
  QSettings settings;
  settings.beginGroup(QStringLiteral("layout%1/%2").arg(kLayoutVersion).arg(m_settings));
  const auto rows = settings.value(QStringLiteral("rows")).toByteArray();
  if (!rows.isEmpty()) m_rows->restoreState(rows);
}

void Workbench::hintAtLegends() {
  if (QSettings().value(kLegendsKnown, false).toBool()) return;
  m_charts->setLegendHint(tr("click a name to hide or show its line"));
  connect(m_charts, &ChartStack::legendClicked, this, [this] {
    QSettings().setValue(kLegendsKnown, true);
    m_charts->setLegendHint({});
  });
}

void Workbench::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fitSides();
}

void Workbench::fitSides() {
  const bool isOpened = m_opened && m_tabs->currentWidget() == m_opened;
  if (height() < kLowWindow && m_tabs->height() > kTabsHeightLow && !isOpened) {
    m_rows->setSizes({height() - kTabsHeightLow, kTabsHeightLow});
  }
  fitPipeline();
  const bool isWide = width() >= kWideWindow;
  m_side->setMinimumWidth(kSideNarrow);
  const int side = isWide ? kSideWide : kSideNarrow;
  const int verdict = isWide ? kVerdictWide : kVerdictNarrow;
  m_verdict->setMinimumWidth(kVerdictNarrow - 30);
  m_columns->setSizes({side, width() - side - verdict - 2, verdict});
}

void Workbench::fitPipeline() {
  // Whoever never opens a tab may have hidden it for good.
  if (!m_opened) return;
  m_pipeline->setVisible(m_tabs->currentWidget() != m_opened || height() >= kLowWindow);
}

bool Workbench::eventFilter(QObject* watched, QEvent* event) {
  // Sent to the charts before they lay themselves out, so the boxes follow a moment later.
  if (event->type() == QEvent::Resize) QTimer::singleShot(0, this, &Workbench::alignPipeline);
  return QWidget::eventFilter(watched, event);
}

void Workbench::alignPipeline() {
  m_pipeline->setSideMargins(m_charts->plotLeft(), m_charts->width() - m_charts->plotRight());
}

void Workbench::openTab(QWidget* tab, int height) {
  m_opened = tab;
  m_tabs->setCurrentWidget(tab);
  fitPipeline();
  // The charts stay readable.
  const int wanted = std::min(height, this->height() * 7 / 20);
  if (m_tabs->height() >= wanted) return;
  m_heightBefore = m_tabs->height();
  m_rows->setSizes({this->height() - wanted, wanted});
  m_heightOpened = m_rows->sizes().back();
}

void Workbench::closeTab() {
  m_tabs->setCurrentIndex(0);
  const int before = std::exchange(m_heightBefore, 0);
  if (before == 0 || m_rows->sizes().back() != m_heightOpened) return;
  m_rows->setSizes({height() - before, before});
}

void Workbench::setTheme(const Theme& theme) {
  m_charts->setTheme(theme);
  m_pipeline->setTheme(theme);
  m_verdict->setTheme(theme);
}

}  // namespace inflight::ui
