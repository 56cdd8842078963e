// mestr vqa ask --answers spotting: what intervals alone answer of the questions about long videos.
#pragma once

#include <ostream>
#include <string>

namespace mestr::cli {

struct SpottingCall {
  std::string questions;  // a file
  std::string run;        // a folder of mestr run
  std::string output;     // a folder
  bool overwrite = false;
};

// Writes the answered file; an exit code.
int AnswerFromRun(const SpottingCall& call, std::ostream& out, std::ostream& err);

}  // namespace mestr::cli
