// Placing the boxes and drawing the arrows between them.
#include "ui/panels/pipeline_panel.h"

#include <QPainter>
#include <algorithm>

#include "ui/panels/pipeline_box.h"

namespace inflight::ui {

namespace {

constexpr int kGap = 12;
constexpr int kNarrowMargin = 12;
constexpr int kTop = 4;
constexpr int kBottom = 10;
// Below this the first box (the application, which holds nothing back) makes room.
constexpr int kLeastBoxWidth = 94;

}  // namespace

PipelinePanel::PipelinePanel(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void PipelinePanel::setStages(const std::vector<PipelineStage>& stages) {
  const bool isNew = m_boxes.size() != stages.size();
  while (m_boxes.size() > stages.size()) {
    delete m_boxes.back();
    m_boxes.pop_back();
  }
  while (m_boxes.size() < stages.size()) {
    auto* box = new PipelineBox(this);
    box->setTheme(m_theme);
    connect(box, &PipelineBox::clicked, this, [this, box] { Q_EMIT depthAsked(box->series()); });
    box->show();
    m_boxes.push_back(box);
  }
  for (std::size_t i = 0; i < stages.size(); ++i) m_boxes[i]->setStage(stages[i]);
  if (isNew) layOut();
}

void PipelinePanel::setTheme(const Theme& theme) {
  m_theme = theme;
  for (auto* box : m_boxes) box->setTheme(theme);
  update();
}

void PipelinePanel::setSideMargins(int left, int right) {
  if (m_left == left && m_right == right) return;
  m_left = left;
  m_right = right;
  layOut();
}

QSize PipelinePanel::sizeHint() const {
  return {8 * kLeastBoxWidth, PipelineBox::heightFor(font()) + kTop + kBottom};
}

QSize PipelinePanel::minimumSizeHint() const { return {320, sizeHint().height()}; }

void PipelinePanel::resizeEvent(QResizeEvent*) { layOut(); }

void PipelinePanel::layOut() {
  if (m_boxes.empty()) return;
  auto visible = static_cast<int>(m_boxes.size());
  const int aligned = width() - m_left - m_right;
  const bool isNarrow = (aligned - (visible - 1) * kGap) / visible < kLeastBoxWidth;
  // Room for the texts comes before alignment.
  const int left0 = isNarrow ? std::min(m_left, kNarrowMargin) : m_left;
  const int room = isNarrow ? width() - left0 - std::min(m_right, kNarrowMargin) : aligned;
  m_boxes.front()->setVisible(!isNarrow);
  if (isNarrow) --visible;
  const int height = PipelineBox::heightFor(font());
  int index = 0;
  for (auto* box : m_boxes) {
    if (box == m_boxes.front() && isNarrow) continue;
    // Computed from the whole room each time, so that rounding does not add up to the right.
    const int left = left0 + index * (room + kGap) / visible;
    const int right = left0 + (index + 1) * (room + kGap) / visible - kGap;
    box->setGeometry(left, kTop, right - left, height);
    ++index;
  }
  update();
}

void PipelinePanel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(m_theme.secondary, 1.2));
  const PipelineBox* before = nullptr;
  for (const auto* box : m_boxes) {
    if (box->isHidden()) continue;
    if (before) {
      const qreal y = box->geometry().center().y() + 0.5;
      const qreal from = before->geometry().right() + 3.5;
      const qreal to = box->geometry().left() - 2.5;
      painter.drawLine(QPointF(from, y), QPointF(to, y));
      painter.drawLine(QPointF(to - 3, y - 3), QPointF(to, y));
      painter.drawLine(QPointF(to - 3, y + 3), QPointF(to, y));
    }
    before = box;
  }
}

}  // namespace inflight::ui
