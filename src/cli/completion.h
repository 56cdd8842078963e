// Scripts with which a shell completes what is typed after `mestr`, made of the commands' help.
#pragma once

#include <span>
#include <string>

#include "cli/help.h"

namespace mestr::cli {

// Of the commands; each one's name is "mestr run". They complete commands, flags, words to choose
// from, the names of shipped configs, files and folders.
std::string BashCompletion(std::span<const CommandHelp> commands);
std::string ZshCompletion(std::span<const CommandHelp> commands);

}  // namespace mestr::cli
