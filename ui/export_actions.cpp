// Names, dialogs and the writing of each kind.
#include "ui/export_actions.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QPixmap>
#include <QRegularExpression>
#include <QSaveFile>
#include <QWidget>

#include "export/csv.h"
#include "export/run_json.h"
#include "trace/run_file.h"
#include "ui/charts/chart_stack.h"

namespace inflight::ui {

namespace {

constexpr double kPictureScale = 2;
constexpr Duration kJsonInterval = 1s;

QString suffix(ExportKind kind) {
  switch (kind) {
    case ExportKind::ChartsPng:
    case ExportKind::WindowPng:
      return QStringLiteral("png");
    case ExportKind::Csv:
      return QStringLiteral("csv");
    case ExportKind::Json:
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

}  // namespace

ExportActions::ExportActions(QWidget& window, std::function<Page*()> page, BackgroundJob& job,
                             PacketExport packets, QObject* parent)
    : QObject(parent),
      m_window(window),
      m_page(std::move(page)),
      m_job(job),
      m_packets(std::move(packets)) {
  add(tr("Picture of the charts (PNG)…"), tr("The charts at twice their size, with legends"),
      ExportKind::ChartsPng);
  add(tr("Picture of the window (PNG)…"), tr("The window as it stands"), ExportKind::WindowPng);
  add(tr("Series as a table (CSV)…"), tr("Every sample with its time, units in the headings"),
      ExportKind::Csv);
  add(tr("Results (JSON)…"), tr("Intervals, totals, limits and verdict, schema inflight.run/1"),
      ExportKind::Json);
  if (m_packets) {
    add(tr("Packets (pcapng)…"), tr("The packets inside the tunnel, for Wireshark"),
        ExportKind::Pcapng);
    add(tr("Packets (pcap)…"), tr("The same for older tools"), ExportKind::Pcap);
  }
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
  if (kind != ExportKind::WindowPng && !what.trace) {
    Q_EMIT message(Banner::Kind::Info,
                   tr("There is nothing to export yet: run a scenario or open a file, and let it "
                      "finish."));
    return;
  }
  const QString proposal = fileName(what.name.isEmpty() ? tr("inflight") : what.name, kind);
  const QString file = QFileDialog::getSaveFileName(&m_window, tr("Export"), proposal,
                                                    QStringLiteral("*.") + suffix(kind));
  if (!file.isEmpty()) exportTo(kind, file);
}

void ExportActions::exportTo(ExportKind kind, const QString& file) {
  Page* page = m_page();
  if (kind == ExportKind::WindowPng) return savePicture(m_window.grab().toImage(), file);
  if (!page || !page->exportable().trace) return;
  if (kind == ExportKind::ChartsPng) {
    return savePicture(page->charts()->renderImage(page->charts()->size(), kPictureScale), file);
  }
  startJob(kind, page->exportable(), file);
}

void ExportActions::savePicture(const QImage& image, const QString& file) {
  QSaveFile out(file);
  const bool isWritten = out.open(QIODevice::WriteOnly) && image.save(&out, "PNG") && out.commit();
  if (isWritten) {
    Q_EMIT message(Banner::Kind::Info, tr("Saved %1.").arg(file));
  } else {
    Q_EMIT message(Banner::Kind::Error,
                   tr("%1 was not written: %2. An older file of that name is unchanged; choose "
                      "another place.")
                       .arg(file, out.errorString()));
  }
}

void ExportActions::startJob(ExportKind kind, const Exportable& what, const QString& file) {
  auto once = std::make_shared<QMetaObject::Connection>();
  *once = connect(&m_job, &BackgroundJob::finished, this,
                  [this, once, file](const QString& failure, bool cancelled) {
                    disconnect(*once);
                    if (!failure.isEmpty()) {
                      Q_EMIT message(Banner::Kind::Error, failure);
                    } else if (!cancelled) {
                      Q_EMIT message(Banner::Kind::Info, tr("Saved %1.").arg(file));
                    }
                  });
  m_job.start(
      tr("Writing %1").arg(QFileInfo(file).fileName()),
      [this, kind, what, file](JobControl& control) { return write(kind, what, file, control); });
}

QString ExportActions::write(ExportKind kind, const Exportable& what, const QString& file,
                             JobControl& control) const {
  switch (kind) {
    case ExportKind::Csv:
      return sentence(exporting::save_csv(*what.trace, {}, toPath(file)));
    case ExportKind::Json:
      return sentence(exporting::save_text(
          exporting::run_json({*what.trace, what.verdict}, kJsonInterval), toPath(file)));
    case ExportKind::Run:
      return sentence(trace::save_run(*what.trace, toPath(file)));
    case ExportKind::Pcapng:
    case ExportKind::Pcap: {
      if (what.savePackets) return what.savePackets(file, control);
      const auto scenario = lab::parse_scenario(what.trace->info.scenario_json, "run");
      if (what.trace->info.scenario_json.empty() || !scenario) {
        return tr(
            "The packets of this run are not at hand: only runs of the Lab and the newest "
            "ones of Live have them.");
      }
      return m_packets(*scenario, file, control);
    }
    case ExportKind::ChartsPng:
    case ExportKind::WindowPng:
      break;
  }
  return {};
}

}  // namespace inflight::ui
