// The program, called without a process.
#pragma once

#include <algorithm>
#include <iterator>
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

// "vqa_make" of the command "vqa make", of which a test's name can't have the blank.
inline std::string NameOfTest(std::string command) {
  std::replace(command.begin(), command.end(), ' ', '_');
  return command;
}

// The words of "vqa make".
inline std::vector<std::string> WordsOfCommand(const std::string& command) {
  std::istringstream text(command);
  return {std::istream_iterator<std::string>(text), {}};
}

// "mestr vqa make" with these arguments behind it.
inline ProgramResult CallCommand(const std::string& command,
                                 const std::vector<std::string>& arguments) {
  std::vector<std::string> words = WordsOfCommand(command);
  words.insert(words.end(), arguments.begin(), arguments.end());
  return CallProgram(words);
}

}  // namespace mestr::testing
