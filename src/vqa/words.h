// The words that answers are compared by.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mestr::internal {

using Words = std::vector<std::string>;

// Runs of letters a to z (A to Z as these) and digits, in their order; all else only parts them.
Words WordsOf(std::string_view text);

// What stands between blanks and ends of lines, as it is.
Words BlankSeparatedWords(std::string_view text);

// As mteval-v13a of NIST cuts a text, sacrebleu's default: punctuation apart, but for points and
// commas within numbers; upper case stays.
Words Mteval13aWords(std::string_view text);

}  // namespace mestr::internal
