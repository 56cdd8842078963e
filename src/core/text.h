// Small texts of messages and tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mestr::internal {

// Characters of a UTF-8 text, each taken to be one column wide.
std::size_t CharactersOf(std::string_view utf8);

// "a,b,c"
std::string Joined(const std::vector<std::string>& words, std::string_view separator = ",");

// "1 frame", "2 frames"
std::string Counted(std::int64_t count, std::string_view thing);

// "640x480"
std::string SizeText(int width, int height);

// With zeros in front to be at least so many digits: 3 makes "007" of 7.
std::string ZeroPadded(std::int64_t number, std::size_t digits);

// A to Z become a to z; all else stays, whatever the locale.
std::string SmallLetters(std::string text);

}  // namespace mestr::internal
