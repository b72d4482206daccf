// A small drawing at the head of a start tile: a throughput line that dips and one that does not, a
// stack of packets, a path between two ends. Drawn in the theme's colours at any scale.
#pragma once

#include <QWidget>

#include "ui/theme/theme.h"

namespace inflight::ui {

class TilePicture : public QWidget {
  Q_OBJECT

 public:
  enum class Subject { Stutter, Capture, Path };

  explicit TilePicture(Subject subject, QWidget* parent = nullptr);

  void setTheme(const Theme& theme);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void paintStutter(QPainter& painter, const QRectF& area) const;
  void paintCapture(QPainter& painter, const QRectF& area) const;
  void paintPath(QPainter& painter, const QRectF& area) const;

  Subject m_subject;
  Theme m_theme = Theme::light();
};

}  // namespace inflight::ui
