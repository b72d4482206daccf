#include "capture/capture_info.h"

#include <algorithm>

namespace inflight::capture {
namespace {

std::string hex(Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    if (!text.empty()) text += ' ';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t place = text.size(); place > 3; place -= 3) text.insert(place - 3, 1, ',');
  return text;
}

}  // namespace

std::string describe(const OpenError& error, const std::string& file_name) {
  switch (error.kind) {
    case OpenErrorKind::NotFound:
      return "There is no file " + file_name + ".";
    case OpenErrorKind::NoPermission:
      return "No permission to read " + file_name + ". Captures made as root often belong to root.";
    case OpenErrorKind::IsDirectory:
      return file_name + " is a directory; choose a capture file in it.";
    case OpenErrorKind::CannotOpen:
      return file_name + " cannot be opened.";
    case OpenErrorKind::ReadFailed:
      return "Reading " + file_name + " failed: the system reported an error.";
    case OpenErrorKind::Empty:
      return file_name + " is empty: the capture may have been stopped before its first write.";
    case OpenErrorKind::NotACapture:
      return file_name + " is not a capture file: it begins with " + hex(error.first_bytes) +
             ", expected pcap or pcapng (which may be compressed with gzip or zstd).";
    case OpenErrorKind::CutHeader:
      return file_name + " ends inside its own header: there is no packet in it.";
    case OpenErrorKind::UnsupportedVersion:
      return file_name + " is of a version of its format that is not known.";
    case OpenErrorKind::BadCompression:
      return file_name + " is compressed, but its compressed data is damaged from the beginning.";
  }
  return {};
}

std::string describe(const Damage& damage) {
  const std::string place = "at byte " + grouped(damage.offset);
  std::string text;
  switch (damage.kind) {
    case DamageKind::Cut:
      text = "The file ends in the middle of a packet, " + place;
      break;
    case DamageKind::Malformed:
      text = "The file is damaged " + place + ": what stands there cannot be a packet";
      break;
    case DamageKind::ReadFailed:
      text = "Reading failed " + place;
      break;
    case DamageKind::BadCompression:
      text = "The compressed data is damaged, " + place + " of what it expands to";
      break;
    case DamageKind::CutCompression:
      text = "The compressed file ends too early, " + place + " of what it expands to";
      break;
    case DamageKind::TooLarge:
      text = "The file expands to more than " + grouped(ByteSource::kMaxExpanded >> 30) + " GiB";
      break;
  }
  if (damage.packets_read == 0) return text + "; no packet could be read.";
  if (damage.packets_read == 1) return text + "; the packet before it was read.";
  return text + "; the " + grouped(damage.packets_read) + " packets before it were read.";
}

DamageKind to_damage(SourceError error) {
  switch (error) {
    case SourceError::ReadFailed:
      return DamageKind::ReadFailed;
    case SourceError::BadCompression:
      return DamageKind::BadCompression;
    case SourceError::CutCompression:
      return DamageKind::CutCompression;
    case SourceError::TooLarge:
      return DamageKind::TooLarge;
  }
  return DamageKind::ReadFailed;
}

}  // namespace inflight::capture
