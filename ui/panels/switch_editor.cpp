// The check box of switch_editor.h.
#include "ui/panels/switch_editor.h"

#include <QCheckBox>
#include <QHBoxLayout>

#include "ui/models/quantity_text.h"

namespace inflight::ui {

SwitchEditor::SwitchEditor(const lab::SettingInfo& info, QWidget* parent)
    : SettingEditor(parent), m_box(new QCheckBox(this)) {
  m_box->setToolTip(toQString(info.help));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 4, 0, 4);
  row->addStretch();
  row->addWidget(m_box);
  // clicked() is the person's doing only, toggled() would also tell of showValue().
  connect(m_box, &QCheckBox::clicked, this,
          [this](bool on) { Q_EMIT edited(on ? QStringLiteral("on") : QStringLiteral("off")); });
}

void SwitchEditor::showValue(const QString& value) {
  m_box->setChecked(value == QLatin1String("on"));
}

QWidget* SwitchEditor::control() const { return m_box; }

}  // namespace inflight::ui
