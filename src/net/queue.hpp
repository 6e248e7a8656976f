// A bounded queue between coroutines of different threads.
#pragma once

#include <memory>
#include <optional>

#include "net/stream.hpp"

namespace net {

// What Queue is for any type.
class PointerQueue {
  public:
    // To be made inside run(); outlives every wait.
    static Task<std::unique_ptr<PointerQueue>> create(std::size_t capacity);
    virtual ~PointerQueue() = default;
    virtual Task<bool> push(std::shared_ptr<void> element) = 0;
    virtual Task<std::shared_ptr<void>> pop() = 0;
    virtual void close() = 0;
};

// Every function is for any thread. A thread that waited in one keeps its loop, that is lives, until the
// calls of the others have returned: they wake it through that loop.
template <class T>
class Queue {
  public:
    explicit Queue(std::unique_ptr<PointerQueue> queue) : queue_(std::move(queue)) {}

    // Waits for room; false: closed, or cancelled.
    Task<bool> push(T element) { return queue_->push(std::make_shared<T>(std::move(element))); }
    // Waits for an element; nullopt: the end, closed, or cancelled.
    Task<std::optional<T>> pop() {
        std::optional<T> result;
        const auto element = co_await queue_->pop();
        if (element) result = std::move(*static_cast<T*>(element.get()));
        co_return result;
    }
    // Puts an end behind all elements, for each of so many coroutines that take them.
    Task<void> end(unsigned takers) {
        for (unsigned i = 0; i < takers; ++i)
            co_await queue_->push(nullptr);
    }
    // Nobody waits any more, and what is in it is lost.
    void close() { queue_->close(); }

  private:
    std::unique_ptr<PointerQueue> queue_;
};

}  // namespace net
