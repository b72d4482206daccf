// One place of the pipeline as a button: name, what it holds, what is to be said, and a bar of how
// full it is.
#pragma once

#include <QAbstractButton>

#include "ui/models/pipeline.h"
#include "ui/theme/theme.h"

namespace inflight::ui {

class PipelineBox : public QAbstractButton {
  Q_OBJECT

 public:
  explicit PipelineBox(QWidget* parent = nullptr);

  void setStage(const PipelineStage& stage);
  void setTheme(const Theme& theme);
  trace::SeriesId series() const { return m_stage.series; }

  static int heightFor(const QFont& font);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void enterEvent(QEnterEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  void paintFrame(QPainter& painter) const;
  void paintText(QPainter& painter) const;
  void paintBar(QPainter& painter) const;

  PipelineStage m_stage;
  Theme m_theme = Theme::light();
};

}  // namespace inflight::ui
