// The field and the slider of quantity_editor.h.
#include "ui/panels/quantity_editor.h"

#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>
#include <bit>

#include "base/quantity.h"
#include "ui/models/quantity_text.h"
#include "ui/theme/unit_field.h"

namespace inflight::ui {

namespace {

// Exponents of two: 4 KiB to 64 MiB.
constexpr int kSmallestBufferLog = 12;
constexpr int kLargestBufferLog = 26;

bool isBuffer(const lab::SettingInfo& info) {
  return info.kind == lab::SettingKind::Bytes &&
         (info.group == "sender" || info.group == "receiver");
}

}  // namespace

QuantityEditor::QuantityEditor(const lab::SettingInfo& info, QWidget* parent)
    : SettingEditor(parent), m_info(info), m_field(new UnitField({}, this)) {
  m_field->setToolTip(toQString(info.help));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  column->addWidget(m_field);
  connect(m_field, &QLineEdit::editingFinished, this, [this] {
    if (!m_field->isModified()) return;
    m_field->setModified(false);
    Q_EMIT edited(completeQuantity(m_info, m_field->text(), m_unit));
  });
  if (isBuffer(info)) addSlider(info);
}

void QuantityEditor::addSlider(const lab::SettingInfo& info) {
  m_slider = new QSlider(Qt::Horizontal, this);
  m_slider->setRange(kSmallestBufferLog, kLargestBufferLog);
  m_slider->setPageStep(2);
  m_slider->setToolTip(tr("%1, in steps of a factor of two").arg(toQString(info.label)));
  m_slider->setAccessibleName(toQString(info.label));
  layout()->addWidget(m_slider);
  connect(m_slider, &QSlider::valueChanged, this, [this](int log) {
    Q_EMIT edited(QString::fromStdString(format_bytes(ByteCount{std::int64_t{1} << log})));
  });
}

void QuantityEditor::showValue(const QString& value) {
  const auto text = splitQuantity(value);
  m_unit = text.unit;
  m_field->setUnit(unitLabel(text.unit));
  m_field->setText(text.number);
  m_field->setModified(false);
  setInvalid(false);
  if (!m_slider) return;
  const auto bytes = parse_bytes(value.toStdString());
  if (!bytes || bytes->value() <= 0) return;
  const QSignalBlocker blocker(m_slider);
  m_slider->setValue(static_cast<int>(std::bit_width(static_cast<std::uint64_t>(bytes->value()))) -
                     1);
}

void QuantityEditor::setInvalid(bool invalid) { m_field->setInvalid(invalid); }

QWidget* QuantityEditor::control() const { return m_field; }

bool QuantityEditor::isWide() const { return m_info.kind == lab::SettingKind::Timetable; }

}  // namespace inflight::ui
