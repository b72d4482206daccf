// The line of banner.h.
#include "ui/panels/banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

namespace inflight::ui {

Banner::Banner(QWidget* parent)
    : QFrame(parent),
      m_mark(new QLabel(this)),
      m_text(new QLabel(this)),
      m_action(new QPushButton(this)) {
  setObjectName(QStringLiteral("banner"));
  m_text->setWordWrap(true);
  m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_text->setTextFormat(Qt::PlainText);
  m_action->setProperty("flat", true);
  m_action->setToolTip(tr("What to do about it"));
  auto* close = new QToolButton(this);
  close->setProperty("flat", true);
  close->setText(QStringLiteral("×"));
  close->setToolTip(tr("Close this message"));
  close->setAccessibleName(tr("Close"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 6, 10, 6);
  row->setSpacing(10);
  row->addWidget(m_mark);
  row->addWidget(m_text, 1);
  row->addWidget(m_action);
  row->addWidget(close);
  hide();
  connect(close, &QToolButton::clicked, this, &QWidget::hide);
  connect(m_action, &QPushButton::clicked, this, [this] {
    hide();
    if (m_act) m_act();
  });
}

void Banner::showMessage(Kind kind, const QString& sentence) {
  showMessage(kind, sentence, {}, {});
}

void Banner::showMessage(Kind kind, const QString& sentence, const QString& action,
                         std::function<void()> act) {
  m_mark->setText(kind == Kind::Info ? QStringLiteral("ℹ") : QStringLiteral("⚠"));
  m_mark->setProperty("role", kind == Kind::Info ? "link" : "alert");
  m_mark->style()->unpolish(m_mark);
  m_mark->style()->polish(m_mark);
  m_text->setText(sentence);
  setAccessibleName(sentence);
  m_action->setText(action);
  m_action->setVisible(!action.isEmpty());
  m_act = std::move(act);
  show();
}

QString Banner::text() const { return m_text->text(); }

}  // namespace inflight::ui
