// Labels with what questions are made of: the fine-grained emotion and the action units.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mestr/submission/records.h"
#include "vqa/action_units.h"

namespace mestr::internal {

struct DescribedLabel {
  Label label;
  std::string fine_emotion;              // one of kFineClasses or "others"; empty: not known
  std::vector<ActionUnit> action_units;  // those with a name; empty: not known
  std::vector<int> other_codes = {};     // what else stands there: no units of the face
};

// A label CSV (mestr/submission/labels.h) with the columns fine_emotion and action_units, where it
// has them (scripts/labels_to_csv.py --describe). Emotions are as the label sheets have them:
// happy, sad and angry are happiness, sadness and anger; one that is none of kFineClasses stays in
// lower case. Throws Error{kInput} "file:line:column: what".
std::vector<DescribedLabel> ReadDescribedLabels(const std::filesystem::path& path);

}  // namespace mestr::internal
