#include "scripts/runner/options_text.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <sstream>

namespace inflight::scripts {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::uint8_t kFastOpen = 34;
constexpr std::uint8_t kExperimental = 254;
constexpr std::array<std::uint8_t, 2> kFastOpenMagic{0xf9, 0x89};

void put32(Buffer& out, std::uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

// "sack 1001:2001 3001:4001"
bool put_sack(std::istringstream& words, std::uint32_t offset, Buffer& out) {
  Buffer blocks;
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  char colon = 0;
  while (words >> left >> colon >> right) {
    put32(blocks, left + offset);
    put32(blocks, right + offset);
  }
  out.push_back(5);
  out.push_back(static_cast<std::uint8_t>(2 + blocks.size()));
  out.insert(out.end(), blocks.begin(), blocks.end());
  return !blocks.empty();
}

bool put_timestamps(std::istringstream& words, const Offsets& offsets, Buffer& out) {
  std::string val;
  std::string ecr;
  std::uint32_t value = 0;
  std::uint32_t echo = 0;
  if (!(words >> val >> value >> ecr >> echo)) return false;
  out.insert(out.end(), {8, 10});
  put32(out, value + offsets.timestamp_value);
  const auto known = offsets.echoes.find(echo);
  if (known != offsets.echoes.end()) {
    put32(out, known->second);
  } else {
    put32(out, echo == 0 ? 0 : echo + offsets.timestamp_echo);
  }
  return true;
}

// Fast Open's cookie, in its own option or in the experimental one of RFC 6994.
void put_cookie(std::istringstream& words, bool experimental, Buffer& out) {
  std::string cookie;
  words >> cookie;
  const std::size_t size = cookie.size() / 2 + (experimental ? 4 : 2);
  out.insert(out.end(), {std::uint8_t{experimental ? kExperimental : kFastOpen},
                         static_cast<std::uint8_t>(size)});
  if (experimental) out.insert(out.end(), kFastOpenMagic.begin(), kFastOpenMagic.end());
  for (std::size_t i = 0; i + 1 < cookie.size(); i += 2) {
    out.push_back(static_cast<std::uint8_t>(std::stoul(cookie.substr(i, 2), nullptr, 16)));
  }
}

bool put_option(const std::string& text, const Offsets& offsets, Buffer& out) {
  std::istringstream words(text);
  std::string name;
  words >> name;
  unsigned value = 0;
  if (name == "nop" || name == "eol") {
    out.push_back(name == "nop" ? 1 : 0);
  } else if (name == "mss" && words >> value) {
    out.insert(out.end(), {2, 4, static_cast<std::uint8_t>(value >> 8),
                           static_cast<std::uint8_t>(value & 0xff)});
  } else if (name == "wscale" && words >> value) {
    out.insert(out.end(), {3, 3, static_cast<std::uint8_t>(value)});
  } else if (name == "sackOK") {
    out.insert(out.end(), {4, 2});
  } else if (name == "TS") {
    return put_timestamps(words, offsets, out);
  } else if (name == "FO" || name == "FOEXP") {
    put_cookie(words, name == "FOEXP", out);
  } else if (name == "sack") {
    return put_sack(words, offsets.sack, out);
  } else {
    return false;
  }
  return true;
}

std::string cookie_text(Bytes cookie) {
  std::ostringstream text;
  text << (cookie.empty() ? "" : " ") << std::hex << std::setfill('0');
  for (const std::uint8_t byte : cookie) text << std::setw(2) << int{byte};
  return text.str();
}

std::string option_text(std::uint8_t kind, Bytes body, const Offsets& offsets) {
  ByteReader reader(body);
  std::ostringstream text;
  if (kind == 2) {
    text << "mss " << reader.u16be();
  } else if (kind == 3) {
    text << "wscale " << int{reader.u8()};
  } else if (kind == 4) {
    text << "sackOK";
  } else if (kind == 8) {
    const std::uint32_t value = reader.u32be() - offsets.timestamp_value;
    const std::uint32_t echo = reader.u32be();
    text << "TS val " << value << " ecr " << (echo == 0 ? 0 : echo - offsets.timestamp_echo);
  } else if (kind == 5) {
    text << "sack";
    while (reader.remaining() >= 8) {
      const std::uint32_t left = reader.u32be() - offsets.sack;
      text << ' ' << left << ':' << reader.u32be() - offsets.sack;
    }
  } else if (kind == kFastOpen) {
    text << "FO" << cookie_text(body);
  } else if (kind == kExperimental &&
             std::ranges::equal(body.first(std::min<std::size_t>(2, body.size())),
                                kFastOpenMagic)) {
    text << "FOEXP" << cookie_text(body.subspan(kFastOpenMagic.size()));
  } else {
    text << "kind " << int{kind};
  }
  return text.str();
}

}  // namespace

std::expected<Buffer, std::string> options_bytes(const std::vector<std::string>& options,
                                                 const Offsets& offsets) {
  Buffer out;
  for (const std::string& option : options) {
    if (!put_option(option, offsets, out)) return std::unexpected("cannot read option " + option);
  }
  while (out.size() % 4 != 0) out.push_back(0);
  return out;
}

std::vector<std::string> options_text(Bytes bytes, const Offsets& offsets) {
  std::vector<std::string> result;
  ByteReader reader(bytes);
  while (reader.remaining() > 0) {
    const std::uint8_t kind = reader.u8();
    if (kind <= 1) {
      result.emplace_back(kind == 0 ? "eol" : "nop");
      continue;
    }
    const std::uint8_t length = reader.u8();
    const Bytes body = reader.take(length < 2 ? reader.remaining() + 1 : length - 2U);
    if (!reader.ok()) {
      result.emplace_back("malformed");
      break;
    }
    result.push_back(option_text(kind, body, offsets));
  }
  return result;
}

}  // namespace inflight::scripts
