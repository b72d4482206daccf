#include "io/event_loop.h"

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <mutex>
#include <optional>

namespace inflight::io {

struct Waker::Shared {
  std::mutex mutex;
  // Null once the loop is gone.
  asio::io_context* context = nullptr;
};

void Waker::wake() const {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->context == nullptr) return;
  // An empty handler ends run_one(), also one that begins later.
  asio::post(*shared_->context, [] {});
}

struct EventLoop::Impl {
  asio::io_context context{1};
  asio::steady_timer timer{context};
  std::optional<asio::posix::stream_descriptor> descriptor;
  std::shared_ptr<Waker::Shared> shared = std::make_shared<Waker::Shared>();
  // Waits that were begun and have not ended; the descriptor's outlast a call of wait().
  bool reading = false;
  bool writing = false;

  void arm(Interest interest) {
    if (!descriptor) return;
    if (!reading) {
      reading = true;
      descriptor->async_wait(asio::posix::stream_descriptor::wait_read,
                             [this](const asio::error_code&) { reading = false; });
    }
    if (interest == Interest::ReadableOrWritable && !writing) {
      writing = true;
      descriptor->async_wait(asio::posix::stream_descriptor::wait_write,
                             [this](const asio::error_code&) { writing = false; });
    }
  }

  void forget() {
    if (!descriptor) return;
    // The descriptor is its owner's to close.
    descriptor->release();
    context.restart();
    // Its waits end here, so that they do not count for the next one.
    context.poll();
    descriptor.reset();
  }
};

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {
  impl_->shared->context = &impl_->context;
}

EventLoop::~EventLoop() {
  {
    const std::lock_guard lock(impl_->shared->mutex);
    impl_->shared->context = nullptr;
  }
  impl_->forget();
}

void EventLoop::watch(int descriptor) {
  impl_->forget();
  impl_->descriptor.emplace(impl_->context, descriptor);
}

void EventLoop::forget(int descriptor) {
  if (impl_->descriptor && impl_->descriptor->native_handle() == descriptor) impl_->forget();
}

void EventLoop::wait(Interest interest, Instant deadline, const Clock& clock) {
  impl_->arm(interest);
  const Duration left = deadline == kNever ? kForever : deadline - clock.now();
  if (left <= Duration{}) {
    impl_->context.poll();
    return;
  }
  if (left != kForever) {
    impl_->timer.expires_after(left);
    impl_->timer.async_wait([](const asio::error_code&) {});
  }
  impl_->context.restart();
  impl_->context.run_one();
  if (left != kForever) impl_->timer.cancel();
  // What else is ready, the cancelled timer's handler included.
  impl_->context.poll();
}

Waker EventLoop::waker() const { return Waker(impl_->shared); }

}  // namespace inflight::io
