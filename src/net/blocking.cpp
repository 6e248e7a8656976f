#include "net/blocking.hpp"

#include <csignal>
#include <exception>
#include <thread>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/event.hpp"

namespace net {

namespace asio = boost::asio;

namespace {

// Shared with the thread, whose last word may come when the task is gone.
struct Job {
    std::function<void()> work;
    std::exception_ptr exception;  // read after the join only
    std::shared_ptr<Event> done = std::make_shared<Event>();
};

// Ctrl-C belongs to the loop; and SIGPIPE, from a library that writes to a closed socket, must not end us.
void block_signals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

class Worker {
  public:
    Worker(std::shared_ptr<Job> job, std::function<void()> stop, const asio::any_io_executor& executor)
        : stop_(std::move(stop)), thread_([job = std::move(job), guard = asio::make_work_guard(executor)] {
              block_signals();
              try {
                  job->work();
              } catch (...) {
                  job->exception = std::current_exception();
              }
              asio::post(guard.get_executor(), [done = job->done] { done->set(); });
          }) {}
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker() {
        if (!thread_.joinable()) return;
        stop_();
        thread_.join();
    }

    void join() { thread_.join(); }

  private:
    std::function<void()> stop_;
    std::thread thread_;
};

}  // namespace

Task<void> run_blocking(std::function<void()> work, std::function<void()> stop) {
    const auto executor = co_await asio::this_coro::executor;
    auto job = std::make_shared<Job>();
    job->work = std::move(work);
    {
        Worker worker(job, std::move(stop), executor);
        if (co_await job->done->wait()) worker.join();
    }
    if (job->exception) std::rethrow_exception(job->exception);
}

}  // namespace net
