// The folding of section.h.
#include "ui/panels/section.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace inflight::ui {

namespace {
constexpr int kMargin = 8;
// Settings bring this themselves, as room for their highlight.
constexpr int kIndent = 6;
}  // namespace

Section::Section(const QString& title, QWidget* parent)
    : QWidget(parent),
      m_title(title),
      m_heading(new QToolButton(this)),
      m_content(new QWidget(this)),
      m_body(new QVBoxLayout(m_content)) {
  m_heading->setProperty("heading", true);
  m_heading->setCheckable(true);
  m_heading->setChecked(true);
  m_heading->setToolTip(tr("Fold or unfold “%1”").arg(title));
  m_body->setContentsMargins(0, 4, 0, 0);
  m_body->setSpacing(2);

  m_top = new QHBoxLayout;
  m_top->setContentsMargins(kIndent, 0, 0, 0);
  m_top->addWidget(m_heading);
  m_top->addStretch();
  auto* inner = new QVBoxLayout;
  inner->setContentsMargins(kMargin, 10, kMargin, 12);
  inner->setSpacing(0);
  inner->addLayout(m_top);
  inner->addWidget(m_content);
  auto* line = new QFrame(this);
  line->setProperty("separator", true);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->setSpacing(0);
  outer->addLayout(inner);
  outer->addWidget(line);

  updateHeading(true);
  connect(m_heading, &QToolButton::toggled, this, [this](bool open) {
    m_content->setVisible(open);
    updateHeading(open);
  });
}

void Section::setAction(const QString& text, const QString& tip) {
  if (m_action == nullptr) {
    m_action = new QToolButton(this);
    m_action->setProperty("flat", true);
    m_action->hide();
    m_top->addWidget(m_action);
    connect(m_action, &QToolButton::clicked, this, &Section::actionTriggered);
  }
  m_action->setText(text);
  m_action->setToolTip(tip);
}

void Section::setActionVisible(bool visible) {
  if (m_action != nullptr) m_action->setVisible(visible);
}

bool Section::isOpen() const { return m_heading->isChecked(); }

void Section::setOpen(bool open) { m_heading->setChecked(open); }

void Section::updateHeading(bool open) {
  m_heading->setText((open ? QStringLiteral("▾ ") : QStringLiteral("▸ ")) + m_title);
  m_heading->setAccessibleName(m_title);
}

}  // namespace inflight::ui
