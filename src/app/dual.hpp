#pragma once

namespace app {

// An RSA key and an Ed25519 key side by side (RFC 8463 section 3).
enum class Dual : bool { no, yes };

}  // namespace app
