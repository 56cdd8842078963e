// The program, called without a process.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/command.h"

namespace mestr::testing {

struct ProgramResult {
  int exit_code = 0;
  std::string out;
  std::string err;
};

inline ProgramResult CallProgram(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "mestr");
  std::vector<char*> argv;
  argv.reserve(arguments.size());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = cli::Main(static_cast<int>(argv.size()), argv.data(), out, err);
  return {exit_code, out.str(), err.str()};
}

}  // namespace mestr::testing
