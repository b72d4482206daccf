#include "memory/counting_allocator.h"

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace inflight::memory {
namespace {

std::int64_t held = 0;
std::int64_t count = 0;

void* allocate(std::size_t size) {
  void* place = std::malloc(size);
  if (place == nullptr) throw std::bad_alloc();
  ++count;
  held += static_cast<std::int64_t>(malloc_usable_size(place));
  return place;
}

void release(void* place) {
  held -= static_cast<std::int64_t>(malloc_usable_size(place));
  std::free(place);
}

}  // namespace

std::int64_t held_bytes() { return held; }
std::int64_t allocations() { return count; }

}  // namespace inflight::memory

// The array and nothrow forms call these; types of larger alignment do not occur here.
void* operator new(std::size_t size) { return inflight::memory::allocate(size); }
void operator delete(void* place) noexcept {
  if (place != nullptr) inflight::memory::release(place);
}
void operator delete(void* place, std::size_t) noexcept { operator delete(place); }
