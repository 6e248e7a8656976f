#include "http/fetcher.hpp"

namespace http {

std::string_view to_string(Fault fault) {
    switch (fault) {
        case Fault::none:
            return "none";
        case Fault::certificate:
            return "certificate";
        case Fault::refused:
            return "refused";
        case Fault::too_large:
            return "too large";
        case Fault::timeout:
            return "timeout";
        case Fault::unreachable:
            return "unreachable";
    }
    return "?";
}

bool is_temporary(Fault fault) {
    return fault == Fault::timeout || fault == Fault::unreachable;
}

}  // namespace http
