// Fields and sums of picture_dialog.h.
#include "ui/panels/picture_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

#include "ui/theme/segmented_control.h"

namespace inflight::ui {

PictureDialog::PictureDialog(const PictureSize& proposal, QWidget* parent)
    : QDialog(parent),
      m_width(new QSpinBox(this)),
      m_height(new QSpinBox(this)),
      m_scale(new SegmentedControl({tr("1×"), tr("2×"), tr("3×")}, this)),
      m_pixels(new QLabel(this)) {
  setWindowTitle(tr("Picture of the charts"));
  const auto prepare = [this](QSpinBox& field, int least, int most, int value, const QString& tip) {
    field.setRange(least, most);
    field.setValue(value);
    field.setToolTip(tip);
    connect(&field, &QSpinBox::valueChanged, this, &PictureDialog::tellPixels);
  };
  prepare(*m_width, kLeast.width(), kMost.width(), proposal.size.width(),
          tr("Width in points; text keeps its size"));
  prepare(*m_height, kLeast.height(), kMost.height(), proposal.size.height(),
          tr("Height in points, the title included"));
  const QStringList tips{tr("As on a plain screen"), tr("For documents and fine screens"),
                         tr("For print")};
  for (int i = 0; i < tips.size(); ++i) m_scale->segment(i)->setToolTip(tips[i]);
  m_scale->setCurrent(proposal.scale - 1);
  connect(m_scale, &SegmentedControl::currentChanged, this, &PictureDialog::tellPixels);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
  auto* go = buttons->addButton(tr("Choose a file…"), QDialogButtonBox::AcceptRole);
  go->setDefault(true);
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* form = new QFormLayout(this);
  form->addRow(tr("Width"), m_width);
  form->addRow(tr("Height"), m_height);
  form->addRow(tr("Scale"), m_scale);
  form->addRow(QString(), m_pixels);
  form->addRow(buttons);
  tellPixels();
}

PictureSize PictureDialog::chosen() const {
  return {{m_width->value(), m_height->value()}, m_scale->current() + 1};
}

void PictureDialog::tellPixels() {
  const QSize pixels = chosen().pixels();
  m_pixels->setText(tr("%1 × %2 pixels").arg(pixels.width()).arg(pixels.height()));
}

}  // namespace inflight::ui
