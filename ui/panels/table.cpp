// The common table.
#include "ui/panels/table.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>

namespace inflight::ui {

Table::Table(QWidget* parent) : QTreeView(parent) {
  setRootIsDecorated(false);
  setItemsExpandable(false);
  setUniformRowHeights(true);
  setSelectionBehavior(QAbstractItemView::SelectRows);
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setAllColumnsShowFocus(true);
  setFrameShape(QFrame::NoFrame);
  setIndentation(0);
  header()->setSectionsMovable(false);
  header()->setHighlightSections(false);
  header()->setStretchLastSection(true);
}

void Table::setColumnWidths(const QList<int>& widths) {
  for (int i = 0; i < widths.size(); ++i) header()->resizeSection(i, widths[i]);
}

void Table::copy() const {
  const auto* source = model();
  if (!source) return;
  QStringList lines;
  QStringList cells;
  for (int column = 0; column < source->columnCount(); ++column) {
    cells << source->headerData(column, Qt::Horizontal).toString();
  }
  lines << cells.join(QLatin1Char('\t'));
  const bool all = !selectionModel()->hasSelection();
  for (int row = 0; row < source->rowCount(); ++row) {
    if (!all && !selectionModel()->isRowSelected(row, {})) continue;
    cells.clear();
    for (int column = 0; column < source->columnCount(); ++column) {
      cells << source->index(row, column).data().toString();
    }
    lines << cells.join(QLatin1Char('\t'));
  }
  QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')) + QLatin1Char('\n'));
}

void Table::keyPressEvent(QKeyEvent* event) {
  if (event == QKeySequence::Copy) {
    copy();
  } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
    if (currentIndex().isValid()) Q_EMIT activatedRow(currentIndex().row());
  } else {
    QTreeView::keyPressEvent(event);
  }
}

}  // namespace inflight::ui
