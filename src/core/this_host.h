// Where this process runs, for records that several machines write.
#pragma once

#include <string>

namespace mestr::internal {

// Empty where the system does not say.
std::string ThisHost();

}  // namespace mestr::internal
