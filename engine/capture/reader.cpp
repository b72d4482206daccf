#include "capture/reader.h"

#include "base/match.h"

namespace inflight::capture {
namespace {

constexpr std::size_t kMagicSize = 4;
// How much of a file that is no capture is quoted in the error.
constexpr std::size_t kQuotedBytes = 8;

OpenErrorKind to_open_error(FileError error) {
  switch (error) {
    case FileError::NotFound:
      return OpenErrorKind::NotFound;
    case FileError::NoPermission:
      return OpenErrorKind::NoPermission;
    case FileError::IsDirectory:
      return OpenErrorKind::IsDirectory;
    case FileError::CannotOpen:
      break;
  }
  return OpenErrorKind::CannotOpen;
}

OpenErrorKind to_open_error(SourceError error) {
  switch (error) {
    case SourceError::BadCompression:
      return OpenErrorKind::BadCompression;
    case SourceError::CutCompression:
      return OpenErrorKind::CutHeader;
    case SourceError::ReadFailed:
    case SourceError::TooLarge:
      break;
  }
  return OpenErrorKind::ReadFailed;
}

}  // namespace

std::expected<Reader, OpenError> Reader::open(const std::filesystem::path& path) {
  auto file = open_file(path);
  if (!file) return std::unexpected(OpenError{to_open_error(file.error()), {}});
  return make(std::move(file->source), file->size);
}

std::expected<Reader, OpenError> Reader::from_memory(std::vector<std::uint8_t> content) {
  const std::uint64_t size = content.size();
  return make(make_memory_source(std::move(content)), size);
}

std::expected<Reader, OpenError> Reader::make(std::unique_ptr<ByteSource> source,
                                              std::uint64_t file_size) {
  InputWindow input(std::move(source));
  CaptureInfo info;
  info.compression = detect_compression(input.peek(kMagicSize));
  input.decompress(info.compression);
  const Bytes start = input.peek(kMagicSize);
  if (start.empty()) {
    const auto failure = input.failure();
    const OpenErrorKind kind = failure ? to_open_error(*failure) : OpenErrorKind::Empty;
    return std::unexpected(OpenError{kind, {}});
  }
  std::expected<Parser, OpenErrorKind> parser = std::unexpected(OpenErrorKind::NotACapture);
  if (PcapParser::recognises(start)) {
    parser = PcapParser::open(input, info);
  } else if (PcapngParser::recognises(start)) {
    parser = PcapngParser::open(input, info);
  }
  if (!parser) {
    const Bytes quoted = input.peek(kQuotedBytes);
    return std::unexpected(OpenError{parser.error(), {quoted.begin(), quoted.end()}});
  }
  return Reader(std::move(input), std::move(info), *std::move(parser), file_size);
}

std::optional<PacketRecord> Reader::next() {
  if (damage_) return std::nullopt;
  auto record = std::visit(Match{[&](PcapParser& parser) { return parser.next(input_); },
                                 [&](PcapngParser& parser) { return parser.next(input_, info_); }},
                           parser_);
  if (!record) {
    // A source that failed explains the cut better than the parser can.
    const auto failure = input_.failure();
    const bool cut_by_source = failure && record.error() == DamageKind::Cut;
    damage_ = Damage{cut_by_source ? to_damage(*failure) : record.error(), input_.position(),
                     packets_read_};
    return std::nullopt;
  }
  if (*record) (*record)->number = ++packets_read_;
  return *std::move(record);
}

}  // namespace inflight::capture
