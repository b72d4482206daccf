// Facts as rows, notes as text.
#include "ui/panels/capture_panel.h"

#include <QFormLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/panels/section.h"

namespace inflight::ui {

namespace {

// Long file names may be broken at their own separators.
QString breakable(QString text) {
  for (const char separator : {'-', '_', '.'}) {
    text.replace(QLatin1Char(separator), QLatin1Char(separator) + QString(QChar(0x200b)));
  }
  return text;
}

}  // namespace

CapturePanel::CapturePanel(QWidget* parent)
    : QScrollArea(parent), m_facts(new QFormLayout), m_notes(new QLabel(this)) {
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::NoFocus);
  auto* content = new QWidget(this);
  content->setProperty("surface", "panel");
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* file = new Section(tr("Capture"), content);
  m_facts->setContentsMargins(6, 4, 6, 4);
  m_facts->setVerticalSpacing(10);
  m_facts->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  file->body()->addLayout(m_facts);
  m_notesSection = new Section(tr("Notes"), content);
  m_notes->setProperty("role", "secondary");
  m_notes->setWordWrap(true);
  m_notes->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_notesSection->body()->addWidget(m_notes);
  m_notes->setContentsMargins(6, 0, 6, 0);
  m_notesSection->hide();
  column->addWidget(file);
  column->addWidget(m_notesSection);
  column->addStretch();
  setWidget(content);
}

void CapturePanel::clear() {
  while (m_facts->rowCount() > 0) m_facts->removeRow(0);
  setNotes({});
}

void CapturePanel::setFact(const QString& name, const QString& value) {
  for (int row = 0; row < m_facts->rowCount(); ++row) {
    auto* label = qobject_cast<QLabel*>(m_facts->itemAt(row, QFormLayout::LabelRole)->widget());
    if (label->text() != name) continue;
    qobject_cast<QLabel*>(m_facts->itemAt(row, QFormLayout::FieldRole)->widget())
        ->setText(breakable(value));
    return;
  }
  auto* shown = new QLabel(breakable(value), this);
  shown->setToolTip(value);
  shown->setProperty("role", "secondary");
  shown->setAlignment(Qt::AlignRight);
  shown->setWordWrap(true);
  shown->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_facts->addRow(new QLabel(name, this), shown);
}

void CapturePanel::setNotes(const QStringList& notes) {
  m_notes->setText(notes.join(QStringLiteral("\n\n")));
  m_notesSection->setVisible(!notes.isEmpty());
}

}  // namespace inflight::ui
