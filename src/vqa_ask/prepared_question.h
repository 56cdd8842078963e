// What is sent to the server for a question.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "vqa/question_file.h"
#include "vqa_ask/answer_store.h"
#include "vqa_ask/ask_options.h"
#include "vqa_ask/chat_messages.h"
#include "vqa_ask/key_frames.h"
#include "vqa_ask/prompts.h"
#include "vqa_ask/question_clips.h"

namespace mestr::internal {

struct PreparedQuestion {
  std::size_t row = 0;
  std::optional<StoredAnswer> stored = {};  // there is nothing to ask then
  std::string failure = {};                 // not empty: nothing can be asked
  std::string body = {};                    // else, of the request
  StoredAnswer unanswered = {};             // with its hashes
  std::string note = {};                    // for the user, once
};

// Not thread-safe; keeps the pictures of the clip in hand, as its questions follow each other.
class QuestionPreparer {
 public:
  // `options` and `store` outlive this. Throws as AskQuestions for files and clips.
  QuestionPreparer(const AskOptions& options, std::span<const Question> questions,
                   const AnswerStore& store);

  // Error{kInput} becomes the question's failure.
  PreparedQuestion Prepare(std::size_t row, const Question& question);

 private:
  void Fill(PreparedQuestion& prepared, const Question& question);
  const std::vector<Picture>& PicturesFor(const VideoInput& clip,
                                          const std::optional<KeyFrames>& key_frames);

  const AskOptions& options_;
  const AnswerStore& store_;
  Prompts prompts_;
  std::map<std::string, QuestionClip> clips_;
  std::unique_ptr<KeyFrameSource> key_frames_;  // null: not needed
  std::set<std::string> told_;                  // notes

  std::string pictures_of_;  // path of the clip in hand
  std::optional<KeyFrames> pictures_at_;
  std::vector<Picture> pictures_;
};

}  // namespace mestr::internal
