// The one rule that every fuzz target holds its reader to, whatever bytes it is given.
#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "mestr/core/error.h"

namespace mestr::fuzz {

// What a reader made of its input.
enum class Outcome { kRead, kRefused };

// Runs `read`, which must return, or throw an Error of one of the kinds whose message is a line as
// RequireLine asks for. Any other exception is told on stderr and ends the process, so that
// libFuzzer keeps the input.
Outcome ReadOrRefuse(std::initializer_list<ErrorKind> kinds, const std::function<void()>& read);

// `text` is for the user: one line, not empty, and nothing in it that a terminal obeys (control
// characters of ASCII and of UTF-8's C1). Ends the process otherwise.
void RequireLine(std::string_view text);

// A file with these bytes, in a folder of this process alone: below TMPDIR, which scripts/fuzz.sh
// puts in memory. The next call with this name replaces it.
std::filesystem::path ScratchFile(const std::string& name, std::string_view bytes);

// That folder's sub-folder `name`, emptied.
std::filesystem::path EmptyScratchFolder(const std::string& name);

// One reader. `read` gives Outcome or does not return.
struct Target {
  std::string_view name;  // as its folder in corpus/
  Outcome (*read)(std::string_view bytes);
};

// All of them; null for a name that is none of them.
std::span<const Target> Targets();
const Target* FindTarget(std::string_view name);

}  // namespace mestr::fuzz
