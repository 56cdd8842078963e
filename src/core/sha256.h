// SHA-256 (FIPS 180-4), computed by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace mestr::internal {

// 32 bytes. Throws Error{kConfig} where OpenSSL refuses it.
std::string Sha256(std::string_view bytes);

// The same as 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view bytes);

}  // namespace mestr::internal
