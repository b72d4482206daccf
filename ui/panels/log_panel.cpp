// The filter of log_panel.h works on the level's number.
#include "ui/panels/log_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QRegularExpression>
#include <QSortFilterProxyModel>
#include <QVBoxLayout>

#include "ui/models/log_model.h"
#include "ui/panels/table.h"

namespace inflight::ui {

LogPanel::LogPanel(LogModel& model, QWidget* parent)
    : QWidget(parent), m_filter(new QSortFilterProxyModel(this)), m_table(new Table(this)) {
  m_filter->setSourceModel(&model);
  m_filter->setFilterRole(LogModel::kLevelRole);
  m_filter->setFilterKeyColumn(LogModel::Level);
  m_table->setModel(m_filter);
  m_table->setColumnWidths({110, 80});
  m_table->setToolTip(tr("What happened in this sitting, newest last"));
  m_table->setAccessibleName(tr("Log"));

  auto* level = new QComboBox(this);
  level->addItems({tr("All messages"), tr("Warnings and errors"), tr("Errors")});
  level->setToolTip(tr("Which messages to show"));
  auto* copy = new QPushButton(tr("Copy"), this);
  copy->setToolTip(tr("Copy the messages shown (or those chosen) as text"));
  auto* row = new QHBoxLayout;
  row->setContentsMargins(12, 6, 12, 6);
  row->addWidget(level);
  row->addWidget(copy);
  row->addStretch();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(row);
  column->addWidget(m_table);
  connect(level, &QComboBox::activated, this, &LogPanel::setLeastLevel);
  connect(copy, &QPushButton::clicked, m_table, &Table::copy);
  connect(m_filter, &QAbstractItemModel::rowsInserted, m_table, &QTreeView::scrollToBottom);
}

void LogPanel::setLeastLevel(int level) {
  // Levels are the digits 0 to 2.
  m_filter->setFilterRegularExpression(QStringLiteral("[%1-2]").arg(level));
}

}  // namespace inflight::ui
