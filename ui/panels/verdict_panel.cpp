// Texts, links and cards of verdict_panel.h.
#include "ui/panels/verdict_panel.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "diagnosis/wording.h"
#include "ui/panels/limit_shares.h"

namespace inflight::ui {

namespace {

constexpr int kMargin = 16;

QString momentLink(Instant time, const QString& text) {
  return QStringLiteral("<a href=\"t:%1\" style=\"text-decoration:none\">%2</a>")
      .arg(time.time_since_epoch().count())
      .arg(text.toHtmlEscaped());
}

// As the engine's sentences have it, so that a moment in them is found.
QString secondsText(Instant time) { return QString::fromStdString(diagnosis::seconds_text(time)); }

// Lines may end at a slash; a unit is no place for it.
QString unbroken(QString text) {
  return text.replace(QStringLiteral("bit/s"), QStringLiteral("bit/\u2060s"));
}

}  // namespace

VerdictPanel::VerdictPanel(QWidget* parent) : QScrollArea(parent) {
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::NoFocus);
  auto* content = new QWidget(this);
  content->setProperty("surface", "panel");
  m_column = new QVBoxLayout(content);
  m_column->setContentsMargins(kMargin, 14, kMargin, 14);
  m_column->setSpacing(10);
  m_headline = addText(m_column, "title");
  m_sentence = addText(m_column, "");
  m_next = new QPushButton(content);
  m_next->setProperty("primary", true);
  m_next->setToolTip(tr("The next step"));
  m_next->hide();
  m_column->addWidget(m_next);
  m_shares = new LimitShares(content);
  m_shares->hide();
  m_column->addWidget(m_shares);
  m_column->addStretch();
  setWidget(content);
  connect(m_next, &QPushButton::clicked, this, &VerdictPanel::nextStepAsked);
}

QLabel* VerdictPanel::addText(QVBoxLayout* layout, const char* role) {
  auto* label = new QLabel(layout->parentWidget());
  if (*role) label->setProperty("role", role);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextBrowserInteraction);
  label->setMinimumWidth(1);
  layout->addWidget(label);
  connect(label, &QLabel::linkActivated, this, [this](const QString& link) {
    Q_EMIT momentAsked(Instant{Duration{link.mid(2).toLongLong()}});
  });
  return label;
}

void VerdictPanel::setTheme(const Theme& theme) {
  m_theme = theme;
  m_shares->setTheme(theme);
}

void VerdictPanel::setNextStep(const QString& text, const QString& tip) {
  m_next->setText(text);
  m_next->setToolTip(tip.isEmpty() ? tr("The next step") : tip);
  m_next->setVisible(!text.isEmpty());
}

void VerdictPanel::setProgress(const QString& headline, const QString& sentence,
                               std::vector<std::pair<trace::Limit, double>> shares) {
  clearDetails();
  m_headline->setText(headline);
  m_sentence->setText(sentence);
  m_sentence->setVisible(!sentence.isEmpty());
  m_shares->setShares(std::move(shares));
}

void VerdictPanel::setVerdict(const VerdictView& verdict) {
  clearDetails();
  m_headline->setText(verdict.headline);
  m_sentence->setText(unbroken(linked(verdict)));
  m_sentence->setVisible(!verdict.sentence.isEmpty());
  m_shares->setShares(verdict.shares);
  m_details = new QWidget(widget());
  auto* column = new QVBoxLayout(m_details);
  column->setContentsMargins(0, 4, 0, 0);
  column->setSpacing(6);
  m_column->insertWidget(m_column->count() - 1, m_details);
  addEvidence(verdict);
  addAdvice(verdict);
  addNotes(verdict);
}

void VerdictPanel::clearDetails() {
  // Deleted later: a click on one of its own cards may have led here.
  if (!m_details) return;
  m_details->hide();
  m_details->deleteLater();
  m_details = nullptr;
}

QString VerdictPanel::linked(const VerdictView& verdict) const {
  QString html = verdict.sentence.toHtmlEscaped();
  for (const auto& evidence : verdict.evidence) {
    if (!evidence.time) continue;
    const QString text = secondsText(*evidence.time);
    const auto at = html.indexOf(text);
    if (at >= 0 && !html.contains(QStringLiteral("\">%1</a>").arg(text))) {
      html.replace(at, text.size(), momentLink(*evidence.time, text));
    }
  }
  return html;
}

void VerdictPanel::addEvidence(const VerdictView& verdict) {
  if (verdict.evidence.empty()) return;
  auto* column = static_cast<QVBoxLayout*>(m_details->layout());
  addText(column, "heading")->setText(tr("Evidence"));
  QString list = QStringLiteral("<ul style=\"margin:0 0 0 -26px\">");
  for (const auto& evidence : verdict.evidence) {
    list += QStringLiteral("<li style=\"margin-bottom:3px\">");
    if (evidence.time)
      list += momentLink(*evidence.time, secondsText(*evidence.time)) + QLatin1Char(' ');
    list += evidence.text.toHtmlEscaped() + QStringLiteral("</li>");
  }
  auto* label = addText(column, "");
  label->setText(unbroken(list + QStringLiteral("</ul>")));
  label->setToolTip(tr("A moment is a link: the charts go there"));
}

void VerdictPanel::addAdvice(const VerdictView& verdict) {
  if (verdict.advice.empty()) return;
  auto* column = static_cast<QVBoxLayout*>(m_details->layout());
  column->addSpacing(4);
  addText(column, "heading")->setText(tr("What would help"));
  for (const auto& advice : verdict.advice) {
    auto* card = new QFrame(m_details);
    card->setProperty("card", true);
    auto* inner = new QVBoxLayout(card);
    inner->setContentsMargins(12, 8, 12, 8);
    inner->setSpacing(2);
    addText(inner, "heading")->setText(advice.title);
    if (!advice.text.isEmpty()) addText(inner, "secondary")->setText(advice.text.toHtmlEscaped());
    if (!advice.changes.empty()) {
      auto* button = new QPushButton(tr("Change and run again"), card);
      button->setProperty("flat", true);
      button->setCursor(Qt::PointingHandCursor);
      QStringList changes;
      for (const auto& [key, value] : advice.changes)
        changes << key + QStringLiteral(" = ") + value;
      button->setToolTip(tr("Sets %1 and runs again, over this run").arg(changes.join(", ")));
      connect(button, &QPushButton::clicked, this,
              [this, advice] { Q_EMIT changesAsked(advice.changes, advice.title); });
      inner->addWidget(button, 0, Qt::AlignLeft);
    }
    column->addWidget(card);
  }
}

void VerdictPanel::addNotes(const VerdictView& verdict) {
  auto* column = static_cast<QVBoxLayout*>(m_details->layout());
  if (!verdict.confidence.isEmpty()) {
    column->addSpacing(4);
    addText(column, "heading")->setText(tr("Confidence"));
    addText(column, "secondary")->setText(verdict.confidence.toHtmlEscaped());
  }
  if (verdict.notes.isEmpty()) return;
  column->addSpacing(4);
  addText(column, "heading")->setText(tr("Notes"));
  for (const auto& note : verdict.notes)
    addText(column, "secondary")->setText(note.toHtmlEscaped());
}

}  // namespace inflight::ui
