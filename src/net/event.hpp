// Lets one coroutine wait for what another part of the program will say.
#pragma once

#include <memory>

#include "net/stream.hpp"

namespace net {

// One-shot, for one waiter at a time. It must outlive the wait.
class Event {
  public:
    Event();
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event();

    void set();         // the waiter goes on in a later turn of the loop, never inside this call
    Task<bool> wait();  // true: set, also when it was set before; false: cancelled

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace net
