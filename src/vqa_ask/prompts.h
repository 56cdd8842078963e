// The words around a question, from a YAML file: configs/vqa.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "vqa/question_kind.h"

namespace mestr::internal {

// A file has `system` (may be left out), `inputs` (what {input} says for video, oao and of) and
// `questions`: a text for each kind, named as PromptKey does, and `other` for the kinds that have
// none. In the texts stands {question}, and {input} where they name what is seen.
class Prompts {
 public:
  // The name of a shipped file ("choices") or a path. Throws Error{kConfig} with file and line: no
  // such file, unknown keys, a key that is there twice, no `other`, a text without {question}, an
  // unknown {word}.
  static Prompts Load(const std::string& name);

  // Of the file.
  const std::string& sha256() const { return sha256_; }
  const std::string& system() const { return system_; }
  // `input`: "video", "oao" or "of".
  std::string TextFor(std::string_view question, std::string_view input) const;

 private:
  std::string sha256_;
  std::string system_;
  std::map<std::string, std::string> inputs_;
  std::map<std::string, std::string> questions_;
};

// "coarse", "action_units": the name of a kind in these files.
std::string PromptKey(QuestionKind kind);

}  // namespace mestr::internal
