// The label CSV: dataset,subject,video,onset,apex,offset,emotion,type
// It may have the columns fine_emotion and action_units, too, for questions (docs/vqa.md).
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "mestr/submission/records.h"

namespace mestr {

// Frames are 1-based inclusive in the file; apex may be empty; type is micro or macro; emotion is
// any text that `emotion_problem`, where it is given, has nothing to say about (EmotionProblem of
// mestr/evaluate/evaluate.h). Throws Error{kInput} "file:line:column: what" for anything else, an
// apex outside its interval included, and for a label that is there twice: same video, frames,
// emotion and type.
std::vector<Label> ReadLabels(
    const std::filesystem::path& path,
    const std::function<std::string(const Label&)>& emotion_problem = nullptr);

// The file's text, rows in the order given; for WriteFileAtomically.
std::string LabelsCsv(std::span<const Label> labels);

}  // namespace mestr
