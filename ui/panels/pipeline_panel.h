// The packet's way under the charts: a row of boxes, one for each place where data can wait, with
// what it holds, what it lost and how full it is. A click on a box asks for its depth over time.
#pragma once

#include <QWidget>
#include <vector>

#include "trace/series.h"
#include "ui/models/pipeline.h"
#include "ui/theme/theme.h"

namespace inflight::ui {

class PipelineBox;

class PipelinePanel : public QWidget {
  Q_OBJECT

 public:
  explicit PipelinePanel(QWidget* parent = nullptr);

  void setStages(const std::vector<PipelineStage>& stages);
  void setTheme(const Theme& theme);
  // So that the row stands exactly under the plots.
  void setSideMargins(int left, int right);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void depthAsked(inflight::trace::SeriesId series);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void layOut();

  std::vector<PipelineBox*> m_boxes;
  Theme m_theme = Theme::light();
  int m_left = 0;
  int m_right = 0;
};

}  // namespace inflight::ui
