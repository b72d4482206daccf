// How every table of the window looks and behaves: rows chosen as a whole, no grid, columns as wide
// as their figures with the last one taking the rest, Ctrl+C copies the chosen rows as
// tab-separated text with headings.
#pragma once

#include <QTreeView>

namespace inflight::ui {

class Table : public QTreeView {
  Q_OBJECT

 public:
  explicit Table(QWidget* parent = nullptr);

  // Widths in pixels, column by column; the last column stretches.
  void setColumnWidths(const QList<int>& widths);
  // Chosen rows, or all if none is chosen.
  void copy() const;

 Q_SIGNALS:
  void activatedRow(int row);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
};

}  // namespace inflight::ui
