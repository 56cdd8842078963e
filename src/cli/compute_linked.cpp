// LoadCompute of the tests: everything is linked.
#include "cli/compute.h"

namespace mestr::cli {

const Compute& LoadCompute() { return LinkedCompute(); }

}  // namespace mestr::cli
