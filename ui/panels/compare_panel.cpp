// Keeping the two combo boxes in step with the runs.
#include "ui/panels/compare_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/models/run_store.h"
#include "ui/panels/better_delegate.h"
#include "ui/panels/elided_combo.h"
#include "ui/panels/table.h"

namespace inflight::ui {

namespace {
constexpr int kLeastName = 64;
}  // namespace

ComparePanel::ComparePanel(RunStore& store, QWidget* parent)
    : QWidget(parent),
      m_store(store),
      m_table(new Table(this)),
      m_chooser(new QWidget(this)),
      m_boxes(new QWidget(m_chooser)),
      m_a(new ElidedCombo(m_boxes)),
      m_b(new ElidedCombo(m_boxes)) {
  m_table->setModel(&m_model);
  m_table->header()->setStretchLastSection(false);
  m_table->setItemDelegate(new BetterDelegate(m_table));
  m_table->setToolTip(tr("Figures of the two runs and by how much B differs from A"));
  m_table->setAccessibleName(tr("Comparison of two runs"));
  m_chooser->setObjectName(QStringLiteral("tabCorner"));
  m_chooser->setAttribute(Qt::WA_StyledBackground);
  auto policy = m_boxes->sizePolicy();
  policy.setRetainSizeWhenHidden(true);
  m_boxes->setSizePolicy(policy);
  auto* corner = new QHBoxLayout(m_chooser);
  corner->setContentsMargins(0, 0, 0, 0);
  corner->addWidget(m_boxes);
  m_boxes->hide();
  auto* row = new QHBoxLayout(m_boxes);
  row->setContentsMargins(12, 1, 12, 1);
  row->setSpacing(8);
  for (auto [combo, name] : {std::pair{m_a, tr("A")}, std::pair{m_b, tr("B")}}) {
    auto* label = new QLabel(name, m_boxes);
    label->setBuddy(combo);
    combo->setMinimumWidth(200);
    combo->setToolTip(tr("Run %1 of the comparison").arg(name));
    combo->setAccessibleName(tr("Run %1").arg(name));
    row->addWidget(label);
    row->addWidget(combo);
    connect(combo, &QComboBox::activated, this, [this] { update(); });
  }
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(m_table);
  connect(&store, &RunStore::added, this, [this] { refill(); });
  connect(&store, &RunStore::removed, this, [this] { refill(); });
  connect(&store, &RunStore::changed, this, [this] { refill(); });
}

void ComparePanel::setTheme(const Theme& theme) {
  static_cast<BetterDelegate*>(m_table->itemDelegate())->setTheme(theme);
}

int ComparePanel::a() const { return m_a->currentData().toInt(); }
int ComparePanel::b() const { return m_b->currentData().toInt(); }

void ComparePanel::compare(int idA, int idB) {
  m_a->setCurrentIndex(m_a->findData(idA));
  m_b->setCurrentIndex(m_b->findData(idB));
  update();
}

void ComparePanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  m_boxes->show();
}

void ComparePanel::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  m_boxes->hide();
}

void ComparePanel::refill() {
  for (auto* combo : {m_a, m_b}) {
    const QSignalBlocker blocker(combo);
    const int chosen = combo->currentData().toInt();
    combo->clear();
    for (int row = 0; row < m_store.count(); ++row) {
      const Run& run = m_store.at(row);
      if (!run.running) combo->addItem(run.name, run.id);
    }
    const int fallback = combo == m_a ? combo->count() - 2 : combo->count() - 1;
    const int index = combo->findData(chosen);
    combo->setCurrentIndex(index >= 0 ? index : std::max(fallback, 0));
  }
  update();
}

void ComparePanel::update() {
  const Run* first = m_store.find(a());
  const Run* second = m_store.find(b());
  if (first && second) {
    m_model.compare(*first, *second);
  } else {
    m_model.clear();
  }
  fitColumns();
}

void ComparePanel::fitColumns() {
  // Figures as wide as they are, the name takes what is left; with too little of that, the table
  // scrolls.
  auto* header = m_table->header();
  header->setMinimumSectionSize(kLeastName);
  for (int column = 0; column < m_model.columnCount(); ++column) {
    header->setSectionResizeMode(column, column == ComparisonModel::kName
                                             ? QHeaderView::Stretch
                                             : QHeaderView::ResizeToContents);
  }
}

}  // namespace inflight::ui
