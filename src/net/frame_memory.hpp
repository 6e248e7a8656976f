// Where the frames of coroutines live. Included by net/stream.hpp, for all coroutines.
#pragma once

#include <boost/asio/awaitable.hpp>

// A look-up takes several frames, most of them over a kilobyte: Asio recycles two of at most that size, and
// malloc keeps no ready list for them either. These two take the place of Asio's own for all frames, so every
// file with a coroutine has to see them: net::Task stands behind this header.
namespace boost::asio::detail {

template <>
void* thread_info_base::allocate(awaitable_frame_tag purpose, thread_info_base* this_thread, std::size_t size,
                                 std::size_t align);
template <>
void thread_info_base::deallocate(awaitable_frame_tag purpose, thread_info_base* this_thread, void* pointer,
                                  std::size_t size);

}  // namespace boost::asio::detail
