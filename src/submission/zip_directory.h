// What the directory at the end of a zip says. Readers differ in whether they believe it or what
// stands before each entry; a zip that tells two stories is read as one thing here and as another
// on a leaderboard.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mestr::internal {

// The names of all entries, as bytes, in the order in which the entries stand in the file. Throws
// Error{kInput} with the zip's `name`: there is no directory or it leads outside the file, an entry
// has another name than the directory says, two are at one place.
std::vector<std::string> ZipDirectoryNames(std::string_view zip, const std::string& name);

}  // namespace mestr::internal
