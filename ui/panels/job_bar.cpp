// Shown and hidden by the job's signals.
#include "ui/panels/job_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include "ui/bridge/background_job.h"

namespace inflight::ui {

namespace {
constexpr int kSteps = 1000;
}

JobBar::JobBar(BackgroundJob& job, QWidget* parent)
    : QFrame(parent), m_text(new QLabel(this)), m_progress(new QProgressBar(this)) {
  setObjectName(QStringLiteral("banner"));
  m_progress->setRange(0, kSteps);
  m_progress->setToolTip(tr("How far it has come"));
  m_progress->setTextVisible(false);
  auto* cancel = new QPushButton(tr("Cancel"), this);
  cancel->setToolTip(tr("Stop this; what was done so far is kept where that makes sense"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 6, 10, 6);
  row->setSpacing(12);
  row->addWidget(m_text);
  row->addWidget(m_progress, 1);
  row->addWidget(cancel);
  hide();
  connect(cancel, &QPushButton::clicked, &job, &BackgroundJob::cancel);
  connect(&job, &BackgroundJob::started, this, [this](const QString& title) {
    m_text->setText(title);
    m_progress->setValue(0);
    show();
  });
  connect(&job, &BackgroundJob::progressed, this,
          [this](double share) { m_progress->setValue(static_cast<int>(share * kSteps)); });
  connect(&job, &BackgroundJob::finished, this, &QWidget::hide);
}

}  // namespace inflight::ui
