// The three drawings. Points are shares of the area, y upwards.
#include "ui/pages/tile_picture.h"

#include <QPainter>
#include <QPainterPath>
#include <array>

namespace inflight::ui {

namespace {

constexpr int kHeight = 104;

template <std::size_t N>
QPolygonF placed(const std::array<QPointF, N>& points, const QRectF& area) {
  QPolygonF polygon;
  for (const auto& point : points) {
    polygon << QPointF(area.left() + point.x() * area.width(),
                       area.bottom() - point.y() * area.height());
  }
  return polygon;
}

}  // namespace

TilePicture::TilePicture(Subject subject, QWidget* parent) : QWidget(parent), m_subject(subject) {
  setFixedHeight(kHeight);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void TilePicture::setTheme(const Theme& theme) {
  m_theme = theme;
  update();
}

void TilePicture::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
  painter.setPen(Qt::NoPen);
  painter.setBrush(m_theme.window);
  painter.drawRoundedRect(frame, 5, 5);
  painter.setPen(QPen(m_theme.grid, 1));
  for (int i = 1; i < 4; ++i) {
    const qreal y = frame.top() + i * frame.height() / 4;
    painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y));
  }
  const QRectF area = frame.adjusted(14, 14, -14, -14);
  switch (m_subject) {
    case Subject::Stutter:
      return paintStutter(painter, area);
    case Subject::Capture:
      return paintCapture(painter, area);
    case Subject::Path:
      return paintPath(painter, area);
  }
}

void TilePicture::paintStutter(QPainter& painter, const QRectF& area) const {
  constexpr std::array<QPointF, 7> kSmooth{
      {{0, 0}, {0.08, 0.1}, {0.16, 0.5}, {0.22, 0.88}, {0.4, 0.9}, {0.7, 0.88}, {1, 0.9}}};
  constexpr std::array<QPointF, 10> kDip{{{0, 0},
                                          {0.08, 0.1},
                                          {0.16, 0.5},
                                          {0.22, 0.97},
                                          {0.28, 0.95},
                                          {0.33, 0.12},
                                          {0.43, 0.03},
                                          {0.5, 0.45},
                                          {0.7, 0.66},
                                          {1, 0.8}}};
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(m_theme.series(trace::SeriesId::ReceiveWindow), 1.5, Qt::DashLine));
  painter.drawPolyline(placed(kSmooth, area));
  QPolygonF fill = placed(kDip, area);
  fill << area.bottomRight() << area.bottomLeft();
  QColor tint = m_theme.series(trace::SeriesId::ReadBytes);
  tint.setAlphaF(0.12F);
  painter.setPen(Qt::NoPen);
  painter.setBrush(tint);
  painter.drawPolygon(fill);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(m_theme.series(trace::SeriesId::ReadBytes), 2));
  painter.drawPolyline(placed(kDip, area));
}

void TilePicture::paintCapture(QPainter& painter, const QRectF& area) const {
  // A sequence graph: segments above an acknowledgement line, one stretch of retransmissions.
  constexpr std::array<QPointF, 9> kAcks{{{0, 0},
                                          {0.15, 0},
                                          {0.15, 0.2},
                                          {0.35, 0.2},
                                          {0.35, 0.42},
                                          {0.7, 0.42},
                                          {0.7, 0.7},
                                          {0.9, 0.7},
                                          {1, 0.86}}};
  painter.setPen(QPen(m_theme.series(trace::SeriesId::Cwnd), 1.5));
  painter.drawPolyline(placed(kAcks, area));
  for (int i = 0; i < 12; ++i) {
    const bool again = i >= 7 && i <= 8;
    const double x = 0.03 + i * 0.08;
    const double y = again ? 0.44 + (i - 7) * 0.06 : 0.08 + i * 0.075;
    painter.setPen(
        QPen(again ? m_theme.alert : m_theme.series(trace::SeriesId::BytesInFlight), 2.5));
    painter.drawPolyline(placed(std::array<QPointF, 2>{{{x, y}, {x, y + 0.1}}}, area));
  }
}

void TilePicture::paintPath(QPainter& painter, const QRectF& area) const {
  const qreal y = area.center().y();
  painter.setPen(QPen(m_theme.secondary, 1.5, Qt::DashLine));
  painter.drawLine(QPointF(area.left() + 22, y), QPointF(area.right() - 22, y));
  painter.setPen(QPen(m_theme.accent, 2));
  painter.setBrush(m_theme.panel);
  for (const qreal x : {area.left() + 14, area.right() - 14}) {
    painter.drawEllipse(QPointF(x, y), 12, 12);
  }
  painter.setPen(Qt::NoPen);
  painter.setBrush(m_theme.series(trace::SeriesId::BytesInFlight));
  for (int i = 0; i < 5; ++i) {
    painter.drawRoundedRect(
        QRectF(area.left() + (0.2 + 0.13 * i) * area.width(), y - 5, 0.07 * area.width(), 10), 2,
        2);
  }
}

}  // namespace inflight::ui
