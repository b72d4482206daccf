// Fields, hints and rows of connection_panel.h.
#include "ui/panels/connection_panel.h"

#include <QClipboard>
#include <QComboBox>
#include <QFontDatabase>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSettings>
#include <QSignalBlocker>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <array>

#include "lab/settings.h"
#include "ui/models/live_editor.h"
#include "ui/models/quantity_text.h"
#include "ui/panels/section.h"
#include "ui/panels/setting_row.h"
#include "ui/theme/segmented_control.h"
#include "ui/theme/unit_field.h"

namespace inflight::ui {

namespace {

constexpr std::array<std::string_view, 5> kSettings{"sender.congestion", "sender.hystart",
                                                    "sender.recovery", "sender.send_buffer",
                                                    "receiver.receive_buffer"};
constexpr std::array<std::string_view, 8> kAdvanced{
    "sender.rate_reduction", "sender.forward_rto",   "sender.undo", "sender.pacing",
    "sender.initial_window", "receiver.delayed_ack", "tcp.ecn",     "tunnel.mtu"};
const QString kAdvancedKey = QStringLiteral("settings/advanced_live");
const QString kServeCommand = QStringLiteral("inflight-cli serve");
constexpr int kTimeWidth = 128;
constexpr qsizetype kKeyCharacters = 44;
// Between a field and the next one's label.
constexpr int kFieldGap = 2;
const QRegularExpression kLetter(QStringLiteral("[a-zA-Zµ]"));
// As rows of settings have it.
constexpr QMargins kRowMargins{6, 2, 6, 2};

QLabel* note(const QString& text, const char* role, QWidget* parent) {
  auto* made = new QLabel(text, parent);
  made->setProperty("role", role);
  made->setWordWrap(true);
  return made;
}

// A property of the style sheet, which looks at it only when the widget is polished anew.
void setInvalid(QWidget* widget, bool invalid) {
  widget->setProperty("invalid", invalid);
  widget->style()->unpolish(widget);
  widget->style()->polish(widget);
}

// From its beginning; what is being typed stays.
void showText(QLineEdit* field, const QString& text) {
  if (field->isModified() || field->text() == text) return;
  field->setText(text);
  field->setCursorPosition(0);
}

QString withValue(const QString& tip, const QString& value) {
  return value.isEmpty() ? tip : value + QLatin1Char('\n') + tip;
}

QString hostOf(const QString& url) {
  return url.section(QStringLiteral("://"), 1).section(QLatin1Char('#'), 0, 0);
}

}  // namespace

ConnectionPanel::ConnectionPanel(LiveEditor& editor, QWidget* parent)
    : QScrollArea(parent), m_editor(editor) {
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::NoFocus);
  auto* content = new QWidget(this);
  content->setProperty("surface", "panel");
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  addConnection(column);
  addOtherEnd(column);
  addSettings(column);
  column->addStretch();
  setWidget(content);
  connect(&m_editor, &LiveEditor::changed, this, &ConnectionPanel::refresh);
  refresh();
}

void ConnectionPanel::addConnection(QVBoxLayout* column) {
  auto* section = new Section(tr("Connection"), widget());
  auto* grid = new QGridLayout;
  grid->setContentsMargins(kRowMargins);
  grid->setHorizontalSpacing(8);
  grid->setVerticalSpacing(4);
  grid->setColumnStretch(0, 1);
  m_target = new QComboBox(section);
  m_target->setEditable(true);
  m_target->setInsertPolicy(QComboBox::NoInsert);
  m_target->setCompleter(nullptr);
  m_target->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  m_target->setMinimumContentsLength(8);
  m_target->lineEdit()->setPlaceholderText(QStringLiteral("inflight://HOST:PORT#KEY"));
  m_target->setAccessibleName(tr("Target"));
  m_key = new QLineEdit(section);
  m_key->setPlaceholderText(tr("comes with the line above"));
  m_key->setAccessibleName(tr("Peer key"));
  m_direction = new SegmentedControl({tr("Down"), tr("Up"), tr("Both")}, section);
  m_direction->setToolTip(tr("Which end sends. Takes effect at the next start."));
  m_direction->segment(0)->setToolTip(tr("The other end sends, this one reads"));
  m_direction->segment(1)->setToolTip(tr("This end sends, the other one reads"));
  m_direction->segment(2)->setToolTip(tr("First down, then up: two runs, one over the other"));
  m_time = new UnitField(QStringLiteral("s"), section);
  m_time->setFixedWidth(kTimeWidth);
  m_time->setToolTip(
      tr("How long each direction is measured, 1 to 60 s. Takes effect at the next "
         "start."));
  m_time->setAccessibleName(tr("Time"));
  const auto add = [&](const QString& text, QWidget* field, bool wide) {
    const int row = grid->rowCount();
    auto* label = new QLabel(text, section);
    label->setBuddy(field);
    grid->addWidget(label, row, 0);
    grid->addWidget(field, wide ? row + 1 : row, wide ? 0 : 1, 1, wide ? 2 : 1);
    grid->setRowMinimumHeight(grid->rowCount(), kFieldGap);
  };
  add(tr("Target"), m_target, true);
  add(tr("Peer key"), m_key, true);
  add(tr("Direction"), m_direction, true);
  add(tr("Time"), m_time, false);
  section->body()->addLayout(grid);
  column->addWidget(section);
  connectFields();
}

void ConnectionPanel::connectFields() {
  auto* target = m_target->lineEdit();
  connect(target, &QLineEdit::textEdited, this, [this](const QString& text) {
    // A pasted line is taken apart at once.
    if (text.section(QLatin1Char('#'), 1).size() >= kKeyCharacters) takeTyped();
  });
  connect(m_target, &QComboBox::activated, this,
          [this](int index) { m_editor.setTarget(m_target->itemData(index).toString()); });
  connect(m_direction, &SegmentedControl::currentChanged, this,
          [this](int index) { m_editor.setDirection(static_cast<LiveDirection>(index)); });
  for (auto* field : {target, m_key, static_cast<QLineEdit*>(m_time)}) {
    connect(field, &QLineEdit::editingFinished, this, &ConnectionPanel::takeTyped);
    connect(field, &QLineEdit::returnPressed, this, &ConnectionPanel::startAsked);
  }
}

void ConnectionPanel::takeTyped() {
  const auto take = [](QLineEdit* field) {
    const bool typed = field->isModified();
    field->setModified(false);
    return typed;
  };
  // Each is shown anew as it is kept, the others as they were: all are read before.
  const bool target = take(m_target->lineEdit());
  const bool key = take(m_key);
  const bool time = take(m_time);
  const QString texts[] = {m_target->lineEdit()->text(), m_key->text(), m_time->text()};
  if (key) m_editor.setKey(texts[1]);
  if (target) m_editor.setTarget(texts[0]);
  if (time) m_editor.setTime(texts[2].contains(kLetter) ? texts[2] : texts[2] + m_time->unit());
}

void ConnectionPanel::addOtherEnd(QVBoxLayout* column) {
  auto* section = new Section(tr("The other end"), widget());
  auto* box = new QVBoxLayout;
  box->setContentsMargins(kRowMargins);
  box->setSpacing(6);
  box->addWidget(
      note(tr("Start this there; it prints the line to paste above."), "secondary", section));
  auto* command = new QLineEdit(kServeCommand, section);
  command->setReadOnly(true);
  command->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  command->setToolTip(tr("Waits for measurements on UDP port 51820; Ctrl+C ends it"));
  command->setAccessibleName(tr("Command for the other machine"));
  auto* copy = new QToolButton(section);
  copy->setText(tr("Copy"));
  copy->setProperty("button", true);
  copy->setFocusPolicy(Qt::StrongFocus);
  copy->setToolTip(tr("The command, for a terminal on the other machine"));
  connect(copy, &QToolButton::clicked, this,
          [] { QGuiApplication::clipboard()->setText(kServeCommand); });
  auto* line = new QHBoxLayout;
  line->setSpacing(8);
  line->addWidget(command, 1);
  line->addWidget(copy);
  box->addLayout(line);
  auto* here = new QPushButton(tr("Try on this machine"), section);
  here->setProperty("flat", true);
  here->setToolTip(tr("Starts a server on this machine's loopback and measures to it"));
  connect(here, &QPushButton::clicked, this, &ConnectionPanel::thisMachineAsked);
  box->addWidget(here, 0, Qt::AlignLeft);
  section->body()->addLayout(box);
  column->addWidget(section);
}

void ConnectionPanel::addSettings(QVBoxLayout* column) {
  m_settings = new Section(tr("TCP and tunnel"), widget());
  m_settings->setAction(tr("Reset"), tr("Every setting back to its default"));
  for (const auto key : kSettings) m_settings->body()->addWidget(addRow(key, m_settings));
  auto* advanced = new QWidget(m_settings);
  auto* rows = new QVBoxLayout(advanced);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(2);
  for (const auto key : kAdvanced) rows->addWidget(addRow(key, advanced));
  auto* fold = new QToolButton(m_settings);
  fold->setProperty("flat", true);
  fold->setCheckable(true);
  fold->setToolTip(tr("Settings that are rarely needed"));
  const auto show = [fold, advanced](bool open) {
    advanced->setVisible(open);
    fold->setText(open ? tr("Fewer settings") : tr("More settings"));
  };
  fold->setChecked(QSettings().value(kAdvancedKey, false).toBool());
  show(fold->isChecked());
  connect(fold, &QToolButton::toggled, this, [show](bool open) {
    show(open);
    QSettings().setValue(kAdvancedKey, open);
  });
  m_settings->body()->addWidget(fold, 0, Qt::AlignLeft);
  m_settings->body()->addWidget(advanced);
  connect(m_settings, &Section::actionTriggered, &m_editor, &LiveEditor::resetSettings);
  column->addWidget(m_settings);
}

SettingRow* ConnectionPanel::addRow(std::string_view key, QWidget* parent) {
  // Both sources call the same things by the same names.
  auto* row = new SettingRow(*lab::find_setting(key), parent);
  connect(row, &SettingRow::edited, this, [this, row](const QString& value) {
    const QString refused = m_editor.set(row->info().key, value);
    row->showError(refused);
    if (refused.isEmpty()) row->showValue(m_editor.get(row->info().key));
  });
  connect(row, &SettingRow::restartAsked, this, &ConnectionPanel::startAsked);
  m_rows.emplace(key, row);
  return row;
}

void ConnectionPanel::refresh() {
  const auto& request = m_editor.request();
  showText(m_target->lineEdit(), request.target);
  showText(m_key, request.key);
  // Both are longer than their fields more often than not.
  m_target->setToolTip(
      withValue(tr("The line that `inflight-cli serve` prints on the other machine, "
                   "or its HOST:PORT; the targets used last are in the list."),
                request.target));
  m_target->lineEdit()->setToolTip(m_target->toolTip());
  m_key->setToolTip(withValue(tr("The server's public key, 44 characters of base64: what stands "
                                 "behind the # of its line."),
                              request.key));
  const QSignalBlocker blocker(m_direction);
  m_direction->setCurrent(static_cast<int>(request.direction));
  const auto time = splitQuantity(request.time);
  showText(m_time, time.number);
  m_time->setUnit(time.unit);
  for (const auto& [key, row] : m_rows) {
    row->showValue(m_editor.get(key));
    row->showError({});
    row->showWaiting(m_editor.isWaiting(key));
  }
  m_settings->setActionVisible(!request.settings.empty());
  markRefused(std::nullopt);
}

void ConnectionPanel::setRecent(const QStringList& urls) {
  const QString typed = m_target->lineEdit()->text();
  const QSignalBlocker blocker(m_target);
  m_target->clear();
  for (const auto& url : urls) {
    m_target->addItem(hostOf(url), url);
    m_target->setItemData(m_target->count() - 1, url, Qt::ToolTipRole);
  }
  m_target->setCurrentIndex(-1);
  m_target->lineEdit()->setText(typed);
}

void ConnectionPanel::markRefused(std::optional<LiveRefusal::Field> field) {
  using Field = LiveRefusal::Field;
  setInvalid(m_target, field == Field::Target);
  setInvalid(m_key, field == Field::Key);
  m_time->setInvalid(field == Field::Time);
}

void ConnectionPanel::focusTarget() { m_target->setFocus(); }

SettingRow* ConnectionPanel::row(std::string_view key) const {
  const auto found = m_rows.find(key);
  return found == m_rows.end() ? nullptr : found->second;
}

}  // namespace inflight::ui
