// What limited the run, as a bar of shares and a list below it: colour, name, percent.
#pragma once

#include <QWidget>
#include <utility>
#include <vector>

#include "trace/limit.h"
#include "ui/theme/theme.h"

namespace inflight::ui {

class LimitShares : public QWidget {
  Q_OBJECT

 public:
  explicit LimitShares(QWidget* parent = nullptr);

  // Largest first; their sum is at most 1.
  void setShares(std::vector<std::pair<trace::Limit, double>> shares);
  void setTheme(const Theme& theme);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void paintBar(QPainter& painter) const;
  int rowHeight() const;

  std::vector<std::pair<trace::Limit, double>> m_shares;
  Theme m_theme = Theme::light();
};

}  // namespace inflight::ui
