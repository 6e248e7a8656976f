#include "http/fetcher.hpp"
