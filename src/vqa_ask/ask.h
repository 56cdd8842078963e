// `mestr vqa ask`: a file of questions, answered by a vision-language model on a server.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "vqa_ask/ask_options.h"

namespace mestr::internal {

// Told from the calling thread; all functions must be there.
struct AskObserver {
  std::function<void(std::int64_t done, std::int64_t all)> on_count;  // questions
  std::function<void(const std::string&)> on_warning;
  std::stop_token stop_asking = {};  // the questions that are asked already end
  std::stop_token stop = {};         // at once
};

struct AskSummary {
  std::filesystem::path answers;  // the file
  std::int64_t questions = 0;
  std::int64_t stored = 0;  // answered by an earlier call
  std::int64_t failed = 0;  // without an answer
  std::int64_t cut = 0;     // answers that end at max_tokens
};

// Writes to `output` the answered file (vqa/answer_file.h), a row for each of `questions` in their
// order, with its record beside it (<name>.json: what made it), and each answer as it comes to
// answers/. A later call takes from there what was answered with the same settings. A question that
// fails keeps an empty answer, is a warning, and is asked again by the next call. Throws, with the
// answers so far in answers/: Error{kInput} for questions, labels or results that can't be read,
// and clips that `videos` does not have; {kModel} for a model that the server does not have, and
// another one that answers; {kConfig} as ChatClient, and for options, the output
// folder, and an answered file that is not of mestr or, without options.overwrite, was made with
// other settings; {kStopped} where the observer stops it: by `stop_asking` the answered file is
// written, with empty answers to what was not asked.
AskSummary AskQuestions(const AskOptions& options, const AskObserver& observer);

}  // namespace mestr::internal
