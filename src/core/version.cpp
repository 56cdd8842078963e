#include "mestr/core/version.h"

namespace mestr {

const char* Version() { return MESTR_VERSION; }

}  // namespace mestr
