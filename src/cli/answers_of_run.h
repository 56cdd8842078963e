// mestr vqa ask --answers spotting: what intervals alone answer of the questions about long videos.
#pragma once

#include <ostream>
#include <string>

namespace mestr::cli {

// Of `run`, a folder of mestr run, to `output`, a folder; an exit code.
int AnswerFromRun(const std::string& questions, const std::string& run, const std::string& output,
                  std::ostream& out, std::ostream& err);

}  // namespace mestr::cli
