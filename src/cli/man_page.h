// Manual pages, made of the commands' help.
#pragma once

#include <string>
#include <vector>

#include "cli/help.h"

namespace mestr::cli {

// "mestr-run.1" of "mestr run"
std::string ManPageFile(const CommandHelp& help);

// In roff, with man(7)'s macros. `others`: the pages that it names at its end ("mestr-run").
std::string ManPage(const CommandHelp& help, const std::vector<std::string>& others);

}  // namespace mestr::cli
