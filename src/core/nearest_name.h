// What a person meant who mistyped a name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mestr::internal {

// The nearest of `names`: one that `typed` is the beginning of, or else the one with the fewest
// changes (a character more, less or another, two neighbours swapped; upper and lower case are
// one), of two the first. Empty where that would be a third of it or more, so that nothing far is
// suggested.
std::optional<std::string> NearestName(std::string_view typed,
                                       const std::vector<std::string>& names);

// "; did you mean --fps?", or nothing without a name: what a message about an unknown name ends
// with.
std::string DidYouMean(const std::optional<std::string>& name);

// The same with more behind it: "no command 'rnu'; did you mean run? 'mestr --help' lists them".
std::string WithHint(const std::string& message, const std::optional<std::string>& name,
                     std::string_view more);

}  // namespace mestr::internal
