// What `mestr doctor` looks at.
#pragma once

#include <ostream>

namespace mestr::cli {

// A line a check; gives the number of problems.
int RunDoctorChecks(std::ostream& out);

}  // namespace mestr::cli
