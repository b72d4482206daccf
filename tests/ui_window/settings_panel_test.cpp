// The settings panel: one control a setting, values there and back, refusals, resets, what waits.
#include "ui/panels/settings_panel.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>

#include "lab/scenario.h"
#include "lab/settings.h"
#include "support/registry.h"
#include "ui/models/quantity_text.h"
#include "ui/models/scenario_editor.h"
#include "ui/panels/choice_editor.h"
#include "ui/panels/setting_row.h"
#include "ui/theme/theme.h"

using namespace inflight;
using namespace inflight::ui;

namespace {

void type(QWidget* field, const QString& text) {
  auto* edit = qobject_cast<QLineEdit*>(field);
  edit->setFocus();
  edit->selectAll();
  QTest::keyClicks(edit, text);
  QTest::keyClick(edit, Qt::Key_Return);
}

}  // namespace

class SettingsPanelTest : public QObject {
  Q_OBJECT

 private slots:
  void quantities_are_split_and_completed() {
    QCOMPARE(splitQuantity("205Mbit"), (QuantityText{"205", "Mbit"}));
    QCOMPARE(splitQuantity("unlimited"), (QuantityText{"unlimited", ""}));
    QCOMPARE(splitQuantity("1%x8pkt"), (QuantityText{"1%x8pkt", ""}));
    const auto* rate = lab::find_setting("path.rate");
    QVERIFY(rate);
    QCOMPARE(completeQuantity(*rate, "100", "Gbit"), QStringLiteral("100Gbit"));
    QCOMPARE(completeQuantity(*rate, " 100 ", ""), QStringLiteral("100Mbit"));
    QCOMPARE(completeQuantity(*rate, "1 Gbit", "Mbit"), QStringLiteral("1Gbit"));
  }

  void every_setting_has_a_control_with_a_tooltip() {
    ScenarioEditor editor;
    const SettingsPanel panel(editor);
    for (const auto& info : lab::all_settings()) {
      const auto* row = panel.row(info.key);
      QVERIFY2(row, std::string(info.key).c_str());
      QVERIFY2(!row->control()->toolTip().isEmpty(), std::string(info.key).c_str());
      QVERIFY2(!row->control()->accessibleName().isEmpty(), std::string(info.key).c_str());
    }
  }

  // The text of a schedule is no number with a unit: it is shown and taken as a whole.
  void a_schedule_is_typed_as_a_whole() {
    ScenarioEditor editor;
    SettingsPanel panel(editor);
    type(panel.row("path.schedule")->control(), "5s: rate=20Mbit, 8s: rtt=120ms");
    QCOMPARE(editor.get("path.schedule"), QStringLiteral("5s:rate=20Mbit,8s:rtt=120ms"));
    type(panel.row("cross.flows")->control(), "2");
    QCOMPARE(editor.get("cross.flows"), QStringLiteral("2"));
    type(panel.row("cross.stop")->control(), "12s");
    QCOMPARE(editor.get("cross.stop"), QStringLiteral("12s"));
  }

  void settings_loaded_during_a_run_are_for_the_next_one() {
    ScenarioEditor editor;
    QSignalSpy applied(&editor, &ScenarioEditor::changedWhileRunning);
    editor.setRunning(true);
    editor.load(*lab::find_built_in("coder-2.9"));
    QVERIFY(editor.set("path.rate", "50Mbit").isEmpty());
    QVERIFY(applied.isEmpty());
    QVERIFY(editor.isWaiting("path.rate"));
    editor.setRunning(false);
    editor.setRunning(true);
    QVERIFY(editor.set("path.rate", "60Mbit").isEmpty());
    QCOMPARE(applied.size(), 1);
  }

  void no_group_is_wider_than_the_panel() {
    ScenarioEditor editor;
    applyTheme(*qApp, Theme::light());
    SettingsPanel panel(editor);
    panel.resize(280, 700);
    panel.show();
    for (const auto& info : lab::all_settings()) {
      if (info.kind == lab::SettingKind::Choice) continue;
      static_cast<void>(editor.set(info.key, QStringLiteral("7")));
    }
    QVERIFY(editor.set("path.rate", "50Mbit").isEmpty());
    QVERIFY(editor.set("tunnel.rate", "50Mbit").isEmpty());
    QVERIFY(editor.set("sender.send_buffer", "1MiB").isEmpty());
    QCoreApplication::processEvents();
    const int room = panel.viewport()->width();
    for (const auto& info : lab::all_settings()) {
      const int least = panel.row(info.key)->minimumSizeHint().width();
      if (least > room - 16) qWarning("%s: %d px", std::string(info.key).c_str(), least);
    }
    QCOMPARE(panel.widget()->width(), room);
  }

  void choices_with_long_names_keep_to_the_room_of_the_panel() {
    applyTheme(*qApp, Theme::light());
    constexpr int kRoom = 240;
    static constexpr std::string_view kChoices[] = {"a queue that is fair",
                                                    "quite another one",
                                                    "and a third, longer by far than the others",
                                                    "RACK-TLP",
                                                    "BBR",
                                                    "off"};
    for (std::size_t first = 0; first < std::size(kChoices); ++first) {
      for (std::size_t count = 1; first + count <= std::size(kChoices); ++count) {
        lab::SettingInfo info = *lab::find_setting("sender.congestion");
        info.choices = std::span(kChoices).subspan(first, count);
        ChoiceEditor editor(info, nullptr);
        QVERIFY2(editor.minimumSizeHint().width() <= kRoom,
                 qPrintable(QStringLiteral("%1 from %2").arg(count).arg(first)));
      }
    }
  }

  void every_built_in_scenario_is_shown_without_change() {
    ScenarioEditor editor;
    const SettingsPanel panel(editor);
    for (const auto& scenario : lab::built_in_scenarios()) {
      editor.load(scenario);
      QCOMPARE(QString::fromStdString(lab::to_json(editor.scenario())),
               QString::fromStdString(lab::to_json(scenario)));
    }
  }

  void a_typed_number_keeps_the_unit() {
    ScenarioEditor editor;
    SettingsPanel panel(editor);
    editor.set("path.rtt", "60ms");
    type(panel.row("path.rtt")->control(), "76");
    QCOMPARE(editor.get("path.rtt"), QStringLiteral("76ms"));
    type(panel.row("path.rtt")->control(), "1s");
    QCOMPARE(editor.get("path.rtt"), QStringLiteral("1s"));
  }

  void a_refused_value_says_why_and_changes_nothing() {
    ScenarioEditor editor;
    SettingsPanel panel(editor);
    editor.set("path.rtt", "60ms");
    auto* row = panel.row("path.rtt");
    type(row->control(), "sixty");
    QCOMPARE(editor.get("path.rtt"), QStringLiteral("60ms"));
    QVERIFY(row->control()->property("invalid").toBool());
    QVERIFY(hasVisibleText(*row, "path.rtt"));
    type(row->control(), "70");
    QVERIFY(!row->control()->property("invalid").toBool());
    QCOMPARE(editor.get("path.rtt"), QStringLiteral("70ms"));
  }

  void the_slider_moves_buffers_by_factors_of_two() {
    ScenarioEditor editor;
    SettingsPanel panel(editor);
    editor.set("receiver.receive_buffer", "4MiB");
    auto* slider = panel.row("receiver.receive_buffer")->findChild<QSlider*>();
    QVERIFY(slider);
    QCOMPARE(slider->value(), 22);
    slider->setValue(20);
    QCOMPARE(editor.get("receiver.receive_buffer"), QStringLiteral("1MiB"));
    // Loading a value between two steps must not round it.
    editor.set("receiver.receive_buffer", "6MiB");
    QCOMPARE(editor.get("receiver.receive_buffer"), QStringLiteral("6MiB"));
  }

  void half_a_buffer_is_said() {
    ScenarioEditor editor;
    SettingsPanel panel(editor);
    editor.set("receiver.receive_buffer", "6MiB");
    editor.set("receiver.window_share", "50%");
    QVERIFY(hasVisibleText(*panel.row("receiver.receive_buffer"), "half of it"));
  }

  void segments_choose() {
    ScenarioEditor editor;
    SettingsPanel panel(editor);
    editor.set("outbound_queue.policy", "backpressure");
    const auto buttons = panel.row("outbound_queue.policy")->findChildren<QToolButton*>();
    QCOMPARE(buttons.size(), 2);
    buttons.first()->click();
    QCOMPARE(editor.get("outbound_queue.policy"), QStringLiteral("drop"));
  }

  void resets_go_back_to_what_was_loaded() {
    ScenarioEditor editor;
    const SettingsPanel panel(editor);
    editor.load(*lab::find_built_in("coder-2.10"));
    const QString before = editor.get("path.rtt");
    editor.set("path.rtt", "1s");
    editor.set("receiver.receive_buffer", "1MiB");
    editor.reset({"path"});
    QCOMPARE(editor.get("path.rtt"), before);
    QVERIFY(!editor.isDefault("receiver.receive_buffer"));
    editor.resetAll();
    QVERIFY(editor.isDefault("receiver.receive_buffer"));
  }

  void during_a_run_changes_go_out_or_wait() {
    ScenarioEditor editor;
    SettingsPanel panel(editor);
    QSignalSpy now(&editor, &ScenarioEditor::changedWhileRunning);
    QSignalSpy restart(&panel, &SettingsPanel::restartAsked);
    editor.setRunning(true);
    const auto* early = first(lab::Effect::AtStart);
    const auto* any = first(lab::Effect::WhileRunning);
    QVERIFY(early && any);
    QVERIFY(editor.set(any->key, changedValue(editor, *any)).isEmpty());
    QCOMPARE(now.size(), 1);
    QVERIFY(editor.set(early->key, changedValue(editor, *early)).isEmpty());
    QCOMPARE(now.size(), 1);
    QVERIFY(editor.isWaiting(early->key));
    QVERIFY(hasVisibleText(*panel.row(early->key), "takes effect when a connection starts"));
    editor.setRunning(false);
    QVERIFY(!editor.isWaiting(early->key));
  }

 private:
  // Hidden parents do not matter: the panel itself is never shown here.
  static bool hasVisibleText(const SettingRow& row, const char* part) {
    for (const auto* label : row.findChildren<QLabel*>()) {
      if (!label->isHidden() && label->text().contains(QLatin1String(part))) return true;
    }
    return false;
  }

  static const lab::SettingInfo* first(lab::Effect effect) {
    for (const auto& info : lab::all_settings()) {
      const bool isSimple =
          info.kind == lab::SettingKind::Bytes || info.kind == lab::SettingKind::Switch;
      if (info.effect == effect && isSimple) return &info;
    }
    return nullptr;
  }

  static QString changedValue(const ScenarioEditor& editor, const lab::SettingInfo& info) {
    const QString value = editor.get(info.key);
    if (info.kind == lab::SettingKind::Switch) return value == "on" ? "off" : "on";
    return value == "1MiB" ? "2MiB" : "1MiB";
  }
};

namespace {
const inflight::testing::Register<SettingsPanelTest> registered;
}
#include "settings_panel_test.moc"
