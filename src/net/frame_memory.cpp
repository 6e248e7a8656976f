#include "net/frame_memory.hpp"

#include <new>

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool recycles = false;  // a frame used after its end is to be found
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool recycles = false;
#else
constexpr bool recycles = true;
#endif
#else
constexpr bool recycles = true;
#endif

constexpr std::size_t step = 128;         // octets from one size to the next
constexpr std::size_t sizes = 128;        // up to 16 kB: a verification holds the results of all its parts
constexpr unsigned most_of_a_size = 512;  // kept

struct Free {
    Free* next;
};
struct Shelf {
    Free* first;
    unsigned count;
};

// Has no destructor: frames may go after other things of the thread.
thread_local Shelf shelves[sizes];

std::size_t shelf_of(std::size_t size) {
    return (size - 1) / step;
}

}  // namespace

namespace boost::asio::detail {

template <>
void* thread_info_base::allocate(awaitable_frame_tag, thread_info_base*, std::size_t size, std::size_t) {
    const std::size_t number = shelf_of(size);
    if (!recycles || number >= sizes) return ::operator new(size);
    Shelf& shelf = shelves[number];
    if (shelf.first == nullptr) return ::operator new((number + 1) * step);
    Free* const taken = shelf.first;
    shelf.first = taken->next;
    --shelf.count;
    return taken;
}

template <>
void thread_info_base::deallocate(awaitable_frame_tag, thread_info_base*, void* pointer, std::size_t size) {
    const std::size_t number = shelf_of(size);
    if (!recycles || number >= sizes || shelves[number].count >= most_of_a_size)
        return ::operator delete(pointer);
    Shelf& shelf = shelves[number];
    shelf.first = new (pointer) Free{shelf.first};
    ++shelf.count;
}

}  // namespace boost::asio::detail
