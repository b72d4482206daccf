#include "scripts/runner/structure.h"

#include <cctype>

#include "scripts/runner/symbols.h"

namespace inflight::scripts {
namespace {

// Up to the comma or the bracket that ends it.
std::string_view value_at_front(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return text.substr(0, i);
    if (std::string_view("([{").contains(c)) ++depth;
    if (std::string_view(")]}").contains(c)) --depth;
  }
  return text;
}

}  // namespace

long number(const Call& call, std::size_t index) {
  if (index >= call.arguments.size()) return 0;
  std::string_view text = call.arguments[index];
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  return number_of(trimmed(text)).value_or(0);
}

int small(const Call& call, std::size_t index) { return static_cast<int>(number(call, index)); }

std::string_view member(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + 1)) {
    const bool whole = at == 0 || !std::isalpha(static_cast<unsigned char>(text[at - 1]));
    std::string_view rest = trimmed(text.substr(at + name.size()));
    if (rest.starts_with('('))
      rest = trimmed(rest.substr(std::min(rest.find(')'), rest.size() - 1) + 1));
    if (!whole || !rest.starts_with('=')) continue;
    return trimmed(value_at_front(rest.substr(1)));
  }
  return {};
}

long member_number(std::string_view text, std::string_view name) {
  return number_of(member(text, name)).value_or(0);
}

std::vector<std::string> elements(std::string_view list) {
  list = trimmed(list);
  return list.size() < 2 ? std::vector<std::string>{} : split_list(list.substr(1, list.size() - 2));
}

sockaddr* generic(sockaddr_storage& storage) {
  return static_cast<sockaddr*>(static_cast<void*>(&storage));
}

}  // namespace inflight::scripts
