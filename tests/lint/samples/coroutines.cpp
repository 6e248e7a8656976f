// Spellings for the self-test of coroutines.py. Never compiled. A comment marks the lines that must be found; all
// other lines must not be.
awaitable<void> bad() {
    co_await f(Options{.host = h});  // fault
    co_await f({.host = h});  // fault
    co_await f({});  // fault
    co_await f(std::vector<std::string>{"a", "b"});  // fault
    co_await f({"a", "b"});  // fault
    const auto x = co_await f(Options{});  // fault
    auto y{co_await f()};  // fault
    use(Options{.port = 1}, co_await f());  // fault
    use(co_await f(), Options{.port = 1});  // fault
    co_return Pair{co_await f(), 1};  // fault
    co_return co_await f(Question{name, type});  // fault
    CO_TRY(auto reply, co_await f(Options{.host = h}));  // fault
    CO_TRY_VOID(co_await f({1, 2}));  // fault
    auto joined = co_await f(a,
                             b,
                             Options{  // fault
                                 .host = h,
                             });
    if (co_await f(Options{1})) go();  // fault
    if (auto r = co_await f({1}); r) {  // fault
        go();
    }
    while (co_await f(Options{1})) {  // fault
        go();
    }
    for (const auto& item : co_await list(Options{1})) {  // fault
        go(item);
    }
    if (a) co_await f(Options{1});  // fault
    else co_await f(Options{2});  // fault
    for (int i = 0; i < 3; ++i) co_await f(std::string{"x"});  // fault
    co_await f([h]() { return h; });  // fault
    co_await f([&] { return 1; });  // fault
    co_await f([this, h = std::move(h)](int) -> awaitable<void> { co_return; });  // fault
    co_await [h]() -> awaitable<void> { co_return; }();  // fault
    co_await spawn(executor, [&]() -> awaitable<void> {  // fault
        co_await g(Options{1});  // fault
    });
    auto task = [&]() -> awaitable<int> { co_return co_await f(Options{1}); };  // fault
    switch (co_await f(Options{1})) {  // fault
        case 1: {
            co_await f({1});  // fault
        }
    }
    co_await f(a ? Options{1} : b);  // fault
    co_await f("text with ; and { in it", Options{1});  // fault
    co_await f(R"(raw ; " { )", Options{1});  // fault
    co_await f(';', Options{1});  // fault
    co_await f(1'000, Options{1}, 2'000);  // fault
    co_await f(array[1], Options{1});  // fault
    co_await (f(Options{1}) || g());  // fault
}

awaitable<Result<void>> good(std::vector<int> list = {}) {
    const Options options{.host = h};
    co_await f(options);
    auto body = [&](int i) -> awaitable<void> {
        co_await f(i);
    };
    co_await for_each(3, body);
    for (const int i : {1, 2, 3}) co_await_not(Options{1});
    for (const int i : {1, 2, 3}) {
        co_await f(i);
    }
    if (const Options o{1}; o.fine) co_await f(o);
    if (a == Options{1}) co_await f(a);
    if (co_await f()) {
        use(Options{1});
    }
    while (co_await f()) use(Options{1});
    do {
        co_await f();
    } while (use(Options{1}));
    try {
        co_await f();
    } catch (const std::exception& error) {
        use(Options{1});
    }
    CO_TRY(auto reply, co_await session.read(deadline));
    use(Options{1});
    CO_TRY_VOID(co_await session.quit());
    co_await f("{ [&] }");
    co_await f('{');
    co_await f(R"x({ "quoted" })x");
    co_await f();  // not { here }
    co_await f(/* { */ a);
    co_await f([](int i) { return i + 1; });
    co_await f(array[1], table[i][j]);
    const auto executor = co_await this_coro::executor;
    Options after{1};
    co_return Result<void>{};
}

struct Task {
    Task() : a_{1}, b_{2} {}
    awaitable<void> run() const { co_await f(a_); }
    int a_{3};
    Options b_{};
};

template <class T>
auto operator co_await(T&& task) noexcept {
    return Awaiter{task};
}

auto make() -> awaitable<std::map<int, Options>> {
    co_await f();
    co_return std::map<int, Options>{};
}
