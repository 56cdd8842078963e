#include "mestr/core/error.h"

#include "core/text.h"

namespace mestr {

Error::Error(ErrorKind kind, const std::string& message)
    : std::runtime_error(internal::Printable(message)), kind_(kind) {}

}  // namespace mestr
