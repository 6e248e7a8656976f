// In place of a bool parameter: show what would be done, or do it.
#pragma once

namespace app {

enum class DryRun { no, yes };

}  // namespace app
