// Sections, rows and hints of settings_panel.h.
#include "ui/panels/settings_panel.h"

#include <QPushButton>
#include <QSettings>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "lab/scenario.h"
#include "lab/settings.h"
#include "ui/format/unit.h"
#include "ui/models/quantity_text.h"
#include "ui/models/scenario_editor.h"
#include "ui/panels/section.h"
#include "ui/panels/setting_row.h"

namespace inflight::ui {

namespace {

constexpr int kAroundWanted = 24;
constexpr UnitStyle kBinary{UnitStyle::Rate::Bits, UnitStyle::Prefix::Binary};
constexpr UnitStyle kDecimal{UnitStyle::Rate::Bits, UnitStyle::Prefix::Decimal};

QString productHint(const lab::Scenario& scenario) {
  return SettingsPanel::tr("bandwidth × delay = %1")
      .arg(formatBytes(lab::bandwidth_delay_product(scenario), kDecimal));
}

QString bufferHint(const lab::Scenario& scenario, ByteCount buffer) {
  const auto product = lab::bandwidth_delay_product(scenario);
  if (buffer >= product) return {};
  return SettingsPanel::tr("below bandwidth × delay = %1").arg(formatBytes(product, kBinary));
}

QString windowHint(const lab::Scenario& scenario) {
  const auto& receiver = scenario.receiver;
  const ByteCount window{static_cast<std::int64_t>(
      static_cast<double>(receiver.receive_buffer.value()) * receiver.window_share)};
  if (receiver.window_share == 1) return bufferHint(scenario, window);
  const QString share = receiver.window_share == 0.5 ? SettingsPanel::tr("half of it")
                                                     : SettingsPanel::tr("a share of it");
  QString hint =
      SettingsPanel::tr("largest window %1 (%2)").arg(formatBytes(window, kBinary), share);
  const QString below = bufferHint(scenario, window);
  return below.isEmpty() ? hint : hint + QStringLiteral(",\n") + below;
}

}  // namespace

SettingsPanel::SettingsPanel(ScenarioEditor& editor, QWidget* parent)
    : QScrollArea(parent), m_editor(editor) {
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::NoFocus);
  auto* content = new QWidget(this);
  content->setProperty("surface", "panel");
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  addPart(column, tr("Path"), {"path"});
  addPart(column, tr("Other flows"), {"cross"});
  addPart(column, tr("TCP"), {"sender", "receiver", "tcp"});
  addPart(column, tr("Tunnel and queue"), {"outbound_queue", "tunnel"});
  addPart(column, tr("Workload"), {"workload", "run"});
  auto* all = new QPushButton(tr("Reset all"), content);
  all->setProperty("flat", true);
  all->setToolTip(tr("Every setting back to what the scenario says"));
  connect(all, &QPushButton::clicked, &m_editor, &ScenarioEditor::resetAll);
  column->addWidget(all, 0, Qt::AlignLeft);
  column->addSpacing(8);
  column->addStretch();
  setWidget(content);

  connect(&m_editor, &ScenarioEditor::loaded, this, &SettingsPanel::refresh);
  connect(&m_editor, &ScenarioEditor::changed, this, &SettingsPanel::refresh);
  refresh();
}

void SettingsPanel::addPart(QVBoxLayout* column, const QString& title,
                            std::set<std::string_view> groups) {
  Part part{new Section(title, widget()), std::move(groups), nullptr};
  part.section->setAction(tr("Reset"), tr("“%1” back to what the scenario says").arg(title));
  // By group first, so that the sender's settings stand above the receiver's.
  for (const auto& info : lab::all_settings()) {
    if (!part.groups.contains(info.group) || info.advanced) continue;
    part.section->body()->addWidget(addRow(info.key, part.section));
  }
  addAdvanced(part);
  column->addWidget(part.section);
  connect(part.section, &Section::actionTriggered, this,
          [this, which = part.groups] { m_editor.reset(which); });
  m_parts.push_back(std::move(part));
}

void SettingsPanel::addAdvanced(Part& part) {
  std::vector<std::string_view> keys;
  for (const auto& info : lab::all_settings()) {
    if (part.groups.contains(info.group) && info.advanced) keys.push_back(info.key);
  }
  if (keys.empty()) return;
  part.advanced = new QWidget(part.section);
  auto* column = new QVBoxLayout(part.advanced);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  for (const auto key : keys) column->addWidget(addRow(key, part.advanced));
  auto* fold = new QToolButton(part.section);
  fold->setProperty("flat", true);
  fold->setCheckable(true);
  fold->setToolTip(tr("Settings that are rarely needed"));
  part.section->body()->addWidget(fold, 0, Qt::AlignLeft);
  part.section->body()->addWidget(part.advanced);
  const QString setting =
      QStringLiteral("settings/advanced_%1").arg(toQString(*part.groups.begin()));
  const auto show = [fold, advanced = part.advanced](bool open) {
    advanced->setVisible(open);
    fold->setText(open ? tr("Fewer settings") : tr("More settings"));
  };
  fold->setChecked(QSettings().value(setting, false).toBool());
  show(fold->isChecked());
  connect(fold, &QToolButton::toggled, this, [show, setting](bool open) {
    show(open);
    QSettings().setValue(setting, open);
  });
}

SettingRow* SettingsPanel::addRow(std::string_view key, QWidget* parent) {
  auto* row = new SettingRow(*lab::find_setting(key), parent);
  connect(row, &SettingRow::edited, this, [this, row](const QString& value) { edit(*row, value); });
  connect(row, &SettingRow::restartAsked, this, &SettingsPanel::restartAsked);
  m_rows.emplace(key, row);
  return row;
}

void SettingsPanel::edit(SettingRow& row, const QString& value) {
  const QString refused = m_editor.set(row.info().key, value);
  row.showError(refused);
  // What was typed is shown as it is kept: "1000ms" as "1 s".
  if (refused.isEmpty()) row.showValue(m_editor.get(row.info().key));
}

void SettingsPanel::refresh() {
  for (const auto& [key, row] : m_rows) {
    row->showValue(m_editor.get(key));
    row->showError({});
    row->showWaiting(m_editor.isWaiting(key));
  }
  for (const auto& part : m_parts) {
    const bool changed = std::ranges::any_of(m_rows, [&](const auto& entry) {
      return part.groups.contains(entry.second->info().group) && !m_editor.isDefault(entry.first);
    });
    part.section->setActionVisible(changed);
  }
  refreshHints();
}

void SettingsPanel::refreshHints() {
  const auto& scenario = m_editor.scenario();
  const auto hint = [this](std::string_view key, const QString& text) {
    if (auto* found = row(key)) found->showHint(text);
  };
  hint("path.rtt", productHint(scenario));
  hint("sender.send_buffer", bufferHint(scenario, scenario.sender.send_buffer));
  hint("receiver.receive_buffer", windowHint(scenario));
}

SettingRow* SettingsPanel::row(std::string_view key) const {
  const auto found = m_rows.find(key);
  return found == m_rows.end() ? nullptr : found->second;
}

void SettingsPanel::highlight(std::string_view key) {
  for (const auto& [name, row] : m_rows) row->setHighlighted(name == key);
  m_wanted = nullptr;
  auto* wanted = row(key);
  if (!wanted) return;
  for (const auto& part : m_parts) {
    if (!part.groups.contains(wanted->info().group)) continue;
    part.section->setOpen(true);
    if (part.advanced && wanted->info().advanced) part.advanced->show();
  }
  m_wanted = wanted;
  showWanted();
}

// Notes that appear and a window that shrinks move the rows: what is marked stays in sight.
void SettingsPanel::showWanted() {
  if (m_wanted != nullptr) ensureWidgetVisible(m_wanted, 0, kAroundWanted);
}

void SettingsPanel::resizeEvent(QResizeEvent* event) {
  QScrollArea::resizeEvent(event);
  QTimer::singleShot(0, this, &SettingsPanel::showWanted);
}

}  // namespace inflight::ui
