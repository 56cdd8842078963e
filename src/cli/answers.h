// mestr evaluate and mestr validate on the files of task 2: answers to questions.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/command_app.h"

namespace mestr::cli {

// What `mestr evaluate` was told.
struct AnswersToScore {
  std::vector<std::string> answers;
  std::vector<std::string> references;
  std::vector<std::string> datasets;  // only these; empty: all
  std::string json;
  std::string csv;
  bool compare = false;
};

// True where the files are those of task 2. Throws Error{kConfig} where only some are.
bool AreAnswers(const std::vector<std::string>& predictions,
                const std::vector<std::string>& truths);

// Throws Error{kConfig} naming the first flag of `flags` that was typed: it means nothing here.
void RefuseFlags(const CommandApp& app, const std::vector<std::string>& flags,
                 const std::string& reason);

int EvaluateAnswers(const AnswersToScore& what, std::ostream& out, std::ostream& err);

int ValidateAnswers(const std::string& answers, const std::optional<std::string>& questions,
                    std::ostream& out, std::ostream& err);

}  // namespace mestr::cli
