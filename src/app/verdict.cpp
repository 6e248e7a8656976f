#include "app/verdict.hpp"

namespace app {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::good:
            return "good";
        case Verdict::bad:
            return "bad";
        case Verdict::unchecked:
            return "unchecked";
    }
    return "?";
}

}  // namespace app
