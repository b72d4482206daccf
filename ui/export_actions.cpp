// Names, dialogs and the writing of each kind.
#include "ui/export_actions.h"

#include <QAction>
#include <QBuffer>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QPainter>
#include <QPixmap>
#include <QRegularExpression>
#include <QWidget>

#include "export/csv.h"
#include "export/run_json.h"
#include "trace/run_file.h"
#include "ui/charts/chart_stack.h"

namespace inflight::ui {

namespace {

constexpr int kTitleMargin = 10;
constexpr Duration kJsonInterval = 1s;

QString suffix(ExportKind kind) {
  switch (kind) {
    case ExportKind::ChartsPng:
    case ExportKind::WindowPng:
      return QStringLiteral("png");
    case ExportKind::Csv:
    case ExportKind::CsvVisible:
      return QStringLiteral("csv");
    case ExportKind::Json:
    case ExportKind::Settings:
      return QStringLiteral("json");
    case ExportKind::Pcapng:
      return QStringLiteral("pcapng");
    case ExportKind::Pcap:
      return QStringLiteral("pcap");
    case ExportKind::Run:
      return QStringLiteral("inflight");
  }
  return {};
}

QString fileName(const QString& name, ExportKind kind) {
  static const QRegularExpression unsafe(QStringLiteral("[^A-Za-z0-9.+-]+"));
  QString base = name;
  base.replace(unsafe, QStringLiteral("-"));
  return base + QLatin1Char('.') + suffix(kind);
}

std::filesystem::path toPath(const QString& file) {
  return std::filesystem::path(file.toStdString());
}

QString sentence(const std::expected<void, trace::FileError>& result) {
  return result ? QString() : QString::fromStdString(result.error().text);
}

// The charts with the run's name above them and what made them below it. Null if there is no room
// in memory.
QImage withTitle(ChartStack& charts, const Exportable& what, const PictureSize& wanted) {
  const Theme& theme = charts.state().theme;
  const QFont bold = fontOf(charts.font(), 2, true);
  const QFont small = fontOf(charts.font(), -1);
  const QFontMetrics above(bold);
  const QFontMetrics below(small);
  const int title = kTitleMargin + above.height() + below.height();
  QImage image(wanted.pixels(), QImage::Format_ARGB32_Premultiplied);
  if (image.isNull()) return image;
  image.setDevicePixelRatio(wanted.scale);
  image.fill(theme.window);
  QPainter painter(&image);
  const QSize size = wanted.size - QSize(0, title);
  painter.translate(0, title);
  charts.renderTo(painter, size);
  painter.translate(0, -title);
  const QRect line(charts.plotLeft(), kTitleMargin, size.width() - charts.plotLeft() - kTitleMargin,
                   title);
  painter.setFont(bold);
  painter.setPen(theme.text);
  painter.drawText(line, Qt::AlignLeft | Qt::AlignTop,
                   above.elidedText(what.name, Qt::ElideRight, line.width()));
  painter.setFont(small);
  painter.setPen(theme.secondary);
  QString origin = QStringLiteral("Inflight " INFLIGHT_VERSION);
  if (what.trace->info.seed) origin += ExportActions::tr(" · seed %1").arg(*what.trace->info.seed);
  painter.drawText(line.translated(0, above.height()), Qt::AlignLeft | Qt::AlignTop, origin);
  return image;
}

}  // namespace

ExportActions::ExportActions(QWidget& window, std::function<Page*()> page, BackgroundJob& job,
                             PacketExport packets, QObject* parent)
    : QObject(parent),
      m_window(window),
      m_page(std::move(page)),
      m_job(job),
      m_packets(std::move(packets)) {
  add(tr("Picture of the charts (PNG)…"),
      tr("The charts at a size of your choice, with title and legends"), ExportKind::ChartsPng);
  add(tr("Picture of the window (PNG)…"), tr("The window as it stands"), ExportKind::WindowPng);
  add(tr("Series as a table (CSV)…"), tr("Every sample with its time, units in the headings"),
      ExportKind::Csv);
  add(tr("Visible part as a table (CSV)…"), tr("The samples of the time that the charts show"),
      ExportKind::CsvVisible);
  add(tr("Results (JSON)…"), tr("Intervals, totals, limits and verdict, schema inflight.run/1"),
      ExportKind::Json);
  if (m_packets) {
    add(tr("Packets (pcapng)…"), tr("The packets inside the tunnel, for Wireshark"),
        ExportKind::Pcapng);
    add(tr("Packets (pcap)…"), tr("The same for older tools"), ExportKind::Pcap);
  }
  add(tr("Settings (JSON)…"), tr("The settings shown, as a scenario to open again or hand on"),
      ExportKind::Settings);
  m_saveRun =
      add(tr("Save run…"), tr("Everything of the run, to open it again (Ctrl+S)"), ExportKind::Run);
  m_saveRun->setShortcut(QKeySequence::Save);
}

QAction* ExportActions::add(const QString& text, const QString& tip, ExportKind kind) {
  auto* action = new QAction(text, this);
  action->setToolTip(tip);
  action->setStatusTip(tip);
  connect(action, &QAction::triggered, this, [this, kind] { ask(kind); });
  m_actions << action;
  return action;
}

void ExportActions::addTo(QMenu& menu) const {
  menu.setToolTipsVisible(true);
  for (auto* action : m_actions) {
    if (action == m_saveRun) menu.addSeparator();
    menu.addAction(action);
  }
}

void ExportActions::ask(ExportKind kind) {
  Page* page = m_page();
  const auto what = page ? page->exportable() : Exportable{};
  if (kind == ExportKind::Settings && what.settings.empty()) {
    Q_EMIT message(Banner::Kind::Info, tr("Only the Lab has settings to export."));
    return;
  }
  const bool needsRun = kind != ExportKind::WindowPng && kind != ExportKind::Settings;
  if (needsRun && !what.trace) {
    Q_EMIT message(Banner::Kind::Info,
                   tr("There is nothing to export yet: run a scenario or open a file, and let it "
                      "finish."));
    return;
  }
  if (kind == ExportKind::ChartsPng && !askPictureSize(*page->charts())) return;
  const QString proposal = fileName(what.name.isEmpty() ? tr("inflight") : what.name, kind);
  const QString file = QFileDialog::getSaveFileName(&m_window, tr("Export"), proposal,
                                                    QStringLiteral("*.") + suffix(kind));
  if (!file.isEmpty()) exportTo(kind, file);
}

bool ExportActions::askPictureSize(const ChartStack& charts) {
  PictureDialog dialog(m_pictureSize.value_or(PictureSize{charts.size()}), &m_window);
  if (dialog.exec() != QDialog::Accepted) return false;
  m_pictureSize = dialog.chosen();
  return true;
}

void ExportActions::exportTo(ExportKind kind, const QString& file) {
  Page* page = m_page();
  if (kind == ExportKind::WindowPng) return savePicture(m_window.grab().toImage(), file);
  if (!page) return;
  if (kind == ExportKind::Settings) return startJob(kind, page->exportable(), file);
  if (!page->exportable().trace) return;
  if (kind == ExportKind::ChartsPng) {
    auto& charts = *page->charts();
    const auto size = m_pictureSize.value_or(PictureSize{charts.size()});
    return savePicture(withTitle(charts, page->exportable(), size), file);
  }
  startJob(kind, page->exportable(), file);
}

void ExportActions::savePicture(const QImage& image, const QString& file) {
  if (image.isNull()) return tellEnd(file, tr("There is no room for so large a picture."), false);
  // Not by QSaveFile, which would put a file in the place of a device.
  QBuffer png;
  png.open(QIODevice::WriteOnly);
  image.save(&png, "PNG");
  tellEnd(file, sentence(exporting::save_text(png.data().toStdString(), toPath(file))), false);
}

void ExportActions::startJob(ExportKind kind, const Exportable& what, const QString& file) {
  // The window goes on reading the run meanwhile.
  if (what.trace) what.trace->prepare();
  m_job.start(
      tr("Writing %1").arg(QFileInfo(file).fileName()),
      [this, kind, what, file](JobControl& control) { return write(kind, what, file, control); },
      [this, file](const QString& failure, bool cancelled) { tellEnd(file, failure, cancelled); });
}

void ExportActions::tellEnd(const QString& file, const QString& failure, bool cancelled) {
  if (cancelled) {
    Q_EMIT message(Banner::Kind::Info,
                   tr("Writing %1 was cancelled; an older file of that name is unchanged.")
                       .arg(QFileInfo(file).fileName()));
  } else if (!failure.isEmpty()) {
    Q_EMIT message(Banner::Kind::Error, failure);
  } else {
    Q_EMIT message(Banner::Kind::Info, tr("Saved %1.").arg(file));
  }
}

QString ExportActions::write(ExportKind kind, const Exportable& what, const QString& file,
                             JobControl& control) const {
  const auto keepGoing = [&control](double share) {
    control.setProgress(share);
    return !control.cancelled();
  };
  switch (kind) {
    case ExportKind::Csv:
      return sentence(exporting::save_csv(*what.trace, {}, toPath(file), keepGoing));
    case ExportKind::CsvVisible: {
      exporting::CsvOptions part;
      part.begin = what.visible.begin;
      part.end = what.visible.end;
      return sentence(exporting::save_csv(*what.trace, part, toPath(file), keepGoing));
    }
    case ExportKind::Settings:
      return sentence(exporting::save_text(what.settings, toPath(file)));
    case ExportKind::Json:
      return sentence(exporting::save_text(
          exporting::run_json({*what.trace, what.verdict}, kJsonInterval), toPath(file)));
    case ExportKind::Run:
      return sentence(trace::save_run(*what.trace, toPath(file), keepGoing));
    case ExportKind::Pcapng:
    case ExportKind::Pcap:
      if (what.savePackets) return what.savePackets(file, control);
      if (what.trace->info.scenario_json.empty()) {
        return tr(
            "The packets of this run are not at hand: only runs of the Lab and the newest "
            "ones of Live have them.");
      }
      return m_packets(*what.trace, file, control);
    case ExportKind::ChartsPng:
    case ExportKind::WindowPng:
      break;
  }
  return {};
}

}  // namespace inflight::ui
