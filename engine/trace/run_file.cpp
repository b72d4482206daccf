// Framing, compression and checksums of run files.
#include "trace/run_file.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "base/check.h"
#include "trace/run_sections.h"

namespace inflight::trace {
namespace {

// The first byte is no text, the line ends show a transfer that changed them.
constexpr std::array<std::uint8_t, 8> kMagic{0x89, 'I', 'N', 'F', 'L', '\r', '\n', 0x1a};
constexpr std::size_t kHeaderSize = 12;
constexpr std::size_t kFrameSize = 16;
constexpr int kCompressionLevel = 3;
// Uncompressed, of a whole file: many small sections cannot keep the reader busy for ever.
constexpr std::uint64_t kMaxTotalBytes = std::uint64_t{8} << 30;

struct Frame {
  std::uint32_t kind = 0;
  std::uint32_t size = 0;
  std::uint32_t stored = 0;
};

// Over the frame's fields and the stored bytes, so that no byte of the file goes unchecked.
std::uint32_t checksum(const Frame& frame, Bytes stored) {
  std::array<std::uint8_t, 12> fields{};
  ByteWriter writer(fields);
  writer.u32le(frame.kind);
  writer.u32le(frame.size);
  writer.u32le(frame.stored);
  const auto first = crc32(0, fields.data(), static_cast<uInt>(fields.size()));
  // zlib takes a null pointer for a request to start anew.
  if (stored.empty()) return static_cast<std::uint32_t>(first);
  return static_cast<std::uint32_t>(crc32(first, stored.data(), static_cast<uInt>(stored.size())));
}

// False if the content is too large for a section: a text of 32 MiB.
bool write_section(AtomicFile& file, SectionKind kind, Bytes content) {
  if (content.size() > kMaxSectionBytes) return false;
  std::vector<std::uint8_t> stored(ZSTD_compressBound(content.size()));
  const std::size_t size = ZSTD_compress(stored.data(), stored.size(), content.data(),
                                         content.size(), kCompressionLevel);
  CHECK(ZSTD_isError(size) == 0);
  stored.resize(size);

  const Frame frame{static_cast<std::uint32_t>(kind), static_cast<std::uint32_t>(content.size()),
                    static_cast<std::uint32_t>(stored.size())};
  std::array<std::uint8_t, kFrameSize> head{};
  ByteWriter writer(head);
  writer.u32le(frame.kind);
  writer.u32le(frame.size);
  writer.u32le(frame.stored);
  writer.u32le(checksum(frame, stored));
  file.write(Bytes(head));
  file.write(Bytes(stored));
  return true;
}

// Reading ends with the end mark or with the first of these.
enum class ReadError { Foreign, Newer, CutOff, Damaged, TooLarge, Cancelled };

bool read_exactly(std::istream& in, MutableBytes out) {
  // istream wants chars; copying by iterator would be slow, a buffer of chars is not.
  std::array<char, 65536> buffer;
  while (!out.empty()) {
    const std::size_t part = std::min(out.size(), buffer.size());
    if (!in.read(buffer.data(), static_cast<std::streamsize>(part))) return false;
    std::copy_n(buffer.begin(), part, out.begin());
    out = out.subspan(part);
  }
  return true;
}

std::expected<void, ReadError> read_header(std::istream& in) {
  std::array<std::uint8_t, kHeaderSize> header{};
  if (!read_exactly(in, header)) return std::unexpected(ReadError::Foreign);
  ByteReader reader(header);
  if (!std::ranges::equal(reader.take(kMagic.size()), kMagic)) {
    return std::unexpected(ReadError::Foreign);
  }
  if (reader.u32le() != kRunFileVersion) return std::unexpected(ReadError::Newer);
  return {};
}

struct Section {
  SectionKind kind = SectionKind::End;
  // Bytes in the file, behind the frame.
  std::uint32_t stored = 0;
  std::vector<std::uint8_t> content;
};

std::expected<Section, ReadError> read_section(std::istream& in) {
  std::array<std::uint8_t, kFrameSize> head{};
  if (!read_exactly(in, head)) return std::unexpected(ReadError::CutOff);
  ByteReader reader(head);
  const Frame frame{reader.u32le(), reader.u32le(), reader.u32le()};
  const std::uint32_t expected = reader.u32le();
  if (frame.size > kMaxSectionBytes || frame.stored > ZSTD_compressBound(kMaxSectionBytes)) {
    return std::unexpected(ReadError::Damaged);
  }
  std::vector<std::uint8_t> stored(frame.stored);
  if (!read_exactly(in, stored)) return std::unexpected(ReadError::CutOff);
  if (checksum(frame, stored) != expected) return std::unexpected(ReadError::Damaged);

  Section section{static_cast<SectionKind>(frame.kind), frame.stored,
                  std::vector<std::uint8_t>(frame.size)};
  const std::size_t size =
      ZSTD_decompress(section.content.data(), section.content.size(), stored.data(), stored.size());
  if (ZSTD_isError(size) != 0 || size != frame.size) return std::unexpected(ReadError::Damaged);
  return section;
}

std::expected<Trace, ReadError> read_sections(std::istream& in, std::uint64_t size,
                                              const KeepGoing& keep_going) {
  if (const auto header = read_header(in); !header) return std::unexpected(header.error());
  SectionDecoder decoder;
  std::uint64_t taken = kHeaderSize;
  for (std::uint64_t total = 0; total <= kMaxTotalBytes;) {
    const double share = static_cast<double>(taken) / static_cast<double>(std::max(size, taken));
    if (keep_going && !keep_going(share)) return std::unexpected(ReadError::Cancelled);
    const auto section = read_section(in);
    if (!section) return std::unexpected(section.error());
    taken += kFrameSize + section->stored;
    total += section->content.size() + kFrameSize;
    if (!decoder.decode(section->kind, section->content)) {
      return std::unexpected(ReadError::Damaged);
    }
    if (section->kind != SectionKind::End) continue;
    if (in.peek() != std::istream::traits_type::eof()) return std::unexpected(ReadError::Damaged);
    return decoder.take();
  }
  return std::unexpected(ReadError::TooLarge);
}

std::string explain(ReadError error, const std::string& name) {
  switch (error) {
    case ReadError::Foreign:
      return name + " is not an Inflight run file.";
    case ReadError::Newer:
      return name + " has a format that this program does not know: it needs a newer Inflight.";
    case ReadError::CutOff:
      return name + " ends too early: it was cut off. Copy it again from where it came from.";
    case ReadError::Damaged:
      return name + " is damaged: its checksums do not agree with its content.";
    case ReadError::TooLarge:
      return name + " holds more than a run can have.";
    case ReadError::Cancelled:
      return "Reading " + name + " was cancelled.";
  }
  return {};
}

}  // namespace

std::expected<void, FileError> save_run(const Trace& trace, const std::filesystem::path& path,
                                        const KeepGoing& keep_going) {
  auto file = AtomicFile::create(path);
  if (!file) return std::unexpected(file.error());
  std::array<std::uint8_t, kHeaderSize> header{};
  ByteWriter writer(header);
  writer.bytes(kMagic);
  writer.u32le(kRunFileVersion);
  file->write(Bytes(header));
  bool fits = true;
  bool goes_on = true;
  std::size_t written = 0;
  const std::size_t whole = std::max<std::size_t>(trace.memory(), 1);
  encode_sections(trace, [&](SectionKind kind, Bytes content) {
    goes_on = goes_on && (!keep_going || keep_going(std::min(1.0, static_cast<double>(written) /
                                                                      static_cast<double>(whole))));
    if (!goes_on) return;
    fits = write_section(*file, kind, content) && fits;
    written += content.size();
  });
  if (!goes_on) {
    return std::unexpected(FileError{"Writing " + path.string() + " was cancelled."});
  }
  if (!fits) {
    return std::unexpected(FileError{"Cannot write " + path.string() +
                                     ": the run holds a text that is too long for a run file."});
  }
  return file->commit();
}

std::expected<Trace, FileError> read_run(std::istream& in, const std::string& name,
                                         std::uint64_t size, const KeepGoing& keep_going) {
  auto trace = read_sections(in, size, keep_going);
  if (!trace) return std::unexpected(FileError{explain(trace.error(), name)});
  return std::move(*trace);
}

std::expected<Trace, FileError> load_run(const std::filesystem::path& path,
                                         const KeepGoing& keep_going) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return std::unexpected(FileError{"Cannot read " + path.string() + ": it is a directory."});
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    const std::string reason = std::generic_category().message(errno);
    return std::unexpected(FileError{"Cannot read " + path.string() + ": " + reason + "."});
  }
  const auto size = std::filesystem::file_size(path, ignored);
  return read_run(in, path.string(), ignored ? 0 : size, keep_going);
}

}  // namespace inflight::trace
