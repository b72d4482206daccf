// What a capture file says besides its packets: format, interfaces, comments, secrets; and the two
// ways in which reading one ends badly. Also the sentences for them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/byte_source.h"
#include "capture/packet_record.h"

namespace inflight::capture {

enum class Format : std::uint8_t { Pcap, PcapNanoseconds, Pcapng };

// A Decryption Secrets Block of a pcapng file.
struct Secrets {
  // 0x57474b4c: WireGuard key log lines.
  std::uint32_t type = 0;
  std::string text;
};

// Grows while the file is read: a pcapng file may declare an interface at any place.
struct CaptureInfo {
  Format format = Format::Pcap;
  Compression compression = Compression::None;
  // In the order of the file; numbering goes on over the sections of a pcapng file.
  std::vector<Interface> interfaces;
  // The program that wrote the file, and the comments on it as a whole (pcapng).
  std::string application;
  std::vector<std::string> comments;
  std::vector<Secrets> secrets;
  // pcapng blocks that were skipped because their type is not known.
  std::uint64_t skipped_blocks = 0;
  // Packets without a time stamp of their own (pcapng simple packets): they got their
  // predecessor's.
  std::uint64_t packets_without_time = 0;
};

// Why nothing could be read at all.
enum class OpenErrorKind {
  NotFound,
  NoPermission,
  IsDirectory,
  CannotOpen,
  ReadFailed,
  Empty,
  NotACapture,
  // The file ends inside its own header.
  CutHeader,
  UnsupportedVersion,
  BadCompression,
};

struct OpenError {
  OpenErrorKind kind = OpenErrorKind::NotACapture;
  // The file's first bytes, for NotACapture.
  std::vector<std::uint8_t> first_bytes;
};

// A sentence with the file's name and, where there is one, what to do.
std::string describe(const OpenError& error, const std::string& file_name);

enum class DamageKind : std::uint8_t {
  // The file ends in the middle of a record.
  Cut,
  // A length or another field that cannot be.
  Malformed,
  // The disk or the decompressor gave up.
  ReadFailed,
  BadCompression,
  CutCompression,
  TooLarge,
};

// A file that is good up to here. What came before was handed out and stays valid.
struct Damage {
  DamageKind kind = DamageKind::Cut;
  // Byte offset in the file, or in what it expands to, of the record that could not be read.
  std::uint64_t offset = 0;
  // Records read before.
  std::uint64_t packets_read = 0;
};

// "The file ends in the middle of a packet, at byte 4711: the 52 packets before it were read."
std::string describe(const Damage& damage);

// What a source's failure means for the file.
DamageKind to_damage(SourceError error);

}  // namespace inflight::capture
