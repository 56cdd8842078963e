// The clips that questions are about.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "mestr/video/inputs.h"
#include "vqa/question_file.h"

namespace mestr::internal {

// The clip of each `video` that the questions name, found in `videos` (as ResolveInputs takes it)
// by the name of its file or folder, or in a data set by "clip" or "subject_clip". Throws
// Error{kInput} naming those that are missing, and one that several clips are named like.
std::map<std::string, VideoInput> FindClips(std::span<const Question> questions,
                                            const std::filesystem::path& videos);

}  // namespace mestr::internal
