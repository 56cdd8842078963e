#pragma once

namespace mestr {

// "major.minor.patch" of this build, as every output records it.
const char* Version();

}  // namespace mestr
