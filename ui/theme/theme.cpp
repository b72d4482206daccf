// The two palettes of theme.h, and the style sheet: theme/style.qss with its @roles filled in.
#include "ui/theme/theme.h"

#include <QApplication>
#include <QCoreApplication>
#include <QFile>
#include <QStyleFactory>
#include <array>
#include <utility>

namespace inflight::ui {
namespace {

struct Names {
  Q_DECLARE_TR_FUNCTIONS(Names)
};

constexpr double kLineWidth = 1.5;
constexpr double kThinWidth = 1.0;
constexpr std::size_t kRuns = 6;

bool isDashed(trace::SeriesId id) {
  using enum trace::SeriesId;
  return id == Ssthresh || id == RttMin || id == PathRate || id == WMax || id == ModelBandwidth ||
         id == ModelRtt || id == SendBufferSize || id == ReceiveBufferSize;
}

}  // namespace

Theme Theme::light() {
  return {.dark = false,
          .window = "#f4f5f7",
          .panel = "#ffffff",
          .hairline = "#dcdfe4",
          .text = "#1c2026",
          .secondary = "#69727d",
          .grid = "#eceef1",
          .accent = "#0b62c4",
          .accentText = "#ffffff",
          .hover = "#eef0f3",
          .selection = "#e6eef8",
          .alert = "#D55E00"};
}

Theme Theme::night() {
  return {.dark = true,
          .window = "#16181c",
          .panel = "#1f2227",
          .hairline = "#33383f",
          .text = "#e6e8eb",
          .secondary = "#98a1ab",
          .grid = "#2a2e34",
          .accent = "#4c9df0",
          .accentText = "#0e1216",
          .hover = "#2a2e34",
          .selection = "#26384c",
          .alert = "#D55E00"};
}

Theme Theme::make(Appearance appearance, const QPalette& system) {
  const bool systemIsDark = system.color(QPalette::Window).lightness() < 128;
  const bool isDark =
      appearance == Appearance::Dark || (appearance == Appearance::System && systemIsDark);
  return isDark ? night() : light();
}

QColor Theme::series(trace::SeriesId id) const {
  using enum trace::SeriesId;
  const QColor blue = dark ? "#56B4E9" : "#0072B2";
  const QColor orange = dark ? "#E69F00" : "#D98200";
  const QColor green = dark ? "#1cc596" : "#00855f";
  const QColor purple = dark ? "#d48ab8" : "#a4508b";
  switch (id) {
    case BytesInFlight:
    case ReadBytes:
    case AckedBytes:
    case PathQueue:
      return blue;
    case Cwnd:
    case WireBytes:
    case OutboundQueue:
    case PathTransit:
      return orange;
    case ReceiveWindow:
    case SendBuffer:
    case SendBufferSize:
    case ReceiveBufferSize:
    case InnerBytes:
    case Unread:
      return green;
    case RttSample:
    case RttSmoothed:
    case Rto:
    case SealingBacklog:
    case Pipe:
    case ModelBandwidth:
      return purple;
    case RetransmittedBytes:
    case WaitingForHole:
      return alert;
    case Ssthresh:
    case RttMin:
    case PathRate:
    case WMax:
    case ModelRtt:
      return secondary;
    case CrossBytes:
      return mix(secondary, text, 0.45);
    case SentBytes:
      return mix(blue, text, 0.35);
  }
  return secondary;
}

QPen Theme::pen(trace::SeriesId id) const {
  QPen pen(series(id), isDashed(id) ? kThinWidth + 0.2 : kLineWidth);
  pen.setJoinStyle(Qt::BevelJoin);
  pen.setCapStyle(Qt::FlatCap);
  if (isDashed(id)) pen.setDashPattern({4, 3});
  if (id == trace::SeriesId::RetransmittedBytes) pen.setDashPattern({1.5, 1.5});
  return pen;
}

QColor Theme::run(int n) const {
  const std::array<QColor, kRuns> colours{
      dark ? "#ffffff" : "#1c2026", dark ? "#8b5cf6" : "#5a3fd0", dark ? "#c8f08f" : "#7d4f1f",
      dark ? "#F0E442" : "#b0003a", dark ? "#b0895e" : "#3a2a80", dark ? "#ffd9b0" : "#7a1f5a"};
  return colours[static_cast<std::size_t>(n) % colours.size()];
}

QPen Theme::runPen(const QColor& colour) const {
  // In widths of the pen; the first is solid.
  static const std::array<QList<qreal>, kRuns> dashes{
      {{}, {8, 3}, {2, 2}, {8, 2, 2, 2}, {4, 4}, {10, 2, 2, 2, 2, 2}}};
  QPen pen(colour, kThinWidth);
  pen.setJoinStyle(Qt::BevelJoin);
  pen.setCapStyle(Qt::FlatCap);
  for (std::size_t n = 1; n < kRuns; ++n) {
    if (run(static_cast<int>(n)) == colour) pen.setDashPattern(dashes[n]);
  }
  return pen;
}

QColor Theme::limit(trace::Limit limit) const {
  using enum trace::Limit;
  switch (limit) {
    case SlowStart:
      return "#F0B64A";
    case Recovery:
      return "#D55E00";
    case CongestionWindow:
      return "#8AA7C7";
    case ReceiveWindow:
      return "#3FAE8C";
    case ReceiverApplication:
      return "#A3D9A5";
    case SenderApplication:
    case Idle:
      return "#B8BEC6";
    case OutboundQueue:
      return "#9A6FB0";
    case SendBuffer:
      return "#8C6D4F";
    case Handshake:
    case Pacing:
      return dark ? "#5d6774" : "#C9D3DF";
    case Unknown:
      break;
  }
  // Nothing to look at: close to the ground that it lies on.
  return dark ? "#4a515b" : "#E3E5E9";
}

QColor Theme::limitText(trace::Limit id) const {
  using enum trace::Limit;
  const bool isQuiet = id == Handshake || id == Pacing || id == Unknown;
  const bool whiteReads =
      id == Recovery || id == OutboundQueue || id == SendBuffer || (dark && isQuiet);
  return whiteReads ? QColor("#ffffff") : QColor("#1c2026");
}

QColor Theme::mix(const QColor& from, const QColor& to, double share) {
  const auto part = [share](int a, int b) { return qRound(a + (b - a) * share); };
  return {part(from.red(), to.red()), part(from.green(), to.green()), part(from.blue(), to.blue()),
          part(from.alpha(), to.alpha())};
}

QPalette Theme::palette() const {
  QPalette result;
  result.setColor(QPalette::Window, window);
  result.setColor(QPalette::WindowText, text);
  result.setColor(QPalette::Base, panel);
  result.setColor(QPalette::AlternateBase, window);
  result.setColor(QPalette::Text, text);
  result.setColor(QPalette::PlaceholderText, secondary);
  result.setColor(QPalette::Button, panel);
  result.setColor(QPalette::ButtonText, text);
  result.setColor(QPalette::BrightText, alert);
  result.setColor(QPalette::Highlight, accent);
  result.setColor(QPalette::HighlightedText, accentText);
  result.setColor(QPalette::Link, accent);
  result.setColor(QPalette::LinkVisited, accent);
  result.setColor(QPalette::ToolTipBase, panel);
  result.setColor(QPalette::ToolTipText, text);
  result.setColor(QPalette::Light, panel);
  result.setColor(QPalette::Midlight, hairline);
  result.setColor(QPalette::Mid, hairline);
  result.setColor(QPalette::Dark, secondary);
  result.setColor(QPalette::Shadow, dark ? QColor("#000000") : secondary);
  const QColor faint = mix(secondary, panel, 0.4);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    result.setColor(QPalette::Disabled, role, faint);
  }
  return result;
}

QString Theme::styleSheet() const {
  QFile file(QStringLiteral(":/theme/style.qss"));
  if (!file.open(QIODevice::ReadOnly)) return {};
  QString sheet = QString::fromUtf8(file.readAll());
  const std::array<std::pair<const char*, QColor>, 14> roles{
      {{"@accentHover", mix(accent, text, 0.15)},
       {"@accentPressed", mix(accent, text, 0.3)},
       {"@accentText", accentText},
       {"@accentFaint", mix(panel, accent, 0.35)},
       {"@accent", accent},
       {"@window", window},
       {"@panel", panel},
       {"@hairline", hairline},
       {"@text", text},
       {"@secondary", secondary},
       {"@faint", mix(secondary, panel, 0.4)},
       {"@hover", hover},
       {"@selection", selection},
       {"@alert", alert}}};
  for (const auto& [role, colour] : roles) sheet.replace(QLatin1String(role), colour.name());
  return sheet.replace(QLatin1String("@mode"), QLatin1String(dark ? "dark" : "light"));
}

QString limitLabel(trace::Limit limit) {
  using enum trace::Limit;
  switch (limit) {
    case Handshake:
      return Names::tr("Handshake");
    case SenderApplication:
      return Names::tr("Sending application");
    case SendBuffer:
      return Names::tr("Send buffer");
    case OutboundQueue:
      return Names::tr("Outbound queue");
    case ReceiveWindow:
      return Names::tr("Receive window");
    case ReceiverApplication:
      return Names::tr("Reading application");
    case SlowStart:
      return Names::tr("Slow start");
    case CongestionWindow:
      return Names::tr("Congestion window");
    case Recovery:
      return Names::tr("Loss recovery");
    case Pacing:
      return Names::tr("Pacing");
    case Idle:
      return Names::tr("Idle");
    case Unknown:
      return Names::tr("Unknown");
  }
  return {};
}

QString seriesLabel(trace::SeriesId id) {
  using enum trace::SeriesId;
  switch (id) {
    case Cwnd:
      return Names::tr("cwnd");
    case Ssthresh:
      return Names::tr("ssthresh");
    case ReceiveWindow:
      return Names::tr("receive window");
    case BytesInFlight:
      return Names::tr("in flight");
    case Pipe:
      return Names::tr("pipe");
    case RttSample:
      return Names::tr("samples");
    case RttSmoothed:
      return Names::tr("smoothed");
    case RttMin:
      return Names::tr("minimum");
    case Rto:
      return Names::tr("RTO");
    case ReadBytes:
      return Names::tr("goodput");
    case AckedBytes:
      return Names::tr("acknowledged");
    case SentBytes:
      return Names::tr("sent");
    case RetransmittedBytes:
      return Names::tr("sent again");
    case InnerBytes:
      return Names::tr("inner rate");
    case WireBytes:
      return Names::tr("wire rate");
    case SendBuffer:
      return Names::tr("send buffer");
    case OutboundQueue:
      return Names::tr("outbound queue");
    case SealingBacklog:
      return Names::tr("sealing");
    case PathQueue:
      return Names::tr("path queue");
    case PathTransit:
      return Names::tr("on the way");
    case WaitingForHole:
      return Names::tr("waiting for a hole");
    case Unread:
      return Names::tr("unread");
    case PathRate:
      return Names::tr("path");
    case WMax:
      return Names::tr("W_max");
    case ModelBandwidth:
      return Names::tr("BBR bandwidth");
    case ModelRtt:
      return Names::tr("BBR min RTT");
    case SendBufferSize:
      return Names::tr("send buffer's size");
    case ReceiveBufferSize:
      return Names::tr("receive buffer's size");
    case CrossBytes:
      return Names::tr("other flows");
  }
  return {};
}

void applyTheme(QApplication& application, const Theme& theme) {
  // Fusion alone draws every widget from the palette; native styles would keep their own colours.
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  QApplication::setPalette(theme.palette());
  application.setStyleSheet(theme.styleSheet());
}

QFont fontOf(const QFont& base, double points, bool bold) {
  QFont font = base;
  const double size = base.pointSizeF() > 0 ? base.pointSizeF() : 9.0;
  font.setPointSizeF(std::max(size + points, 6.0));
  font.setWeight(bold ? QFont::DemiBold : QFont::Normal);
  return font;
}

}  // namespace inflight::ui
