// The clips that questions are about.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "mestr/video/inputs.h"
#include "vqa/question_file.h"
#include "vqa_ask/key_frames.h"

namespace mestr::internal {

struct QuestionClip {
  VideoInput video;
  std::optional<KeyFrames> frames;  // the clip is a part of the video; empty: all of it
};

// The clip of each `video` that the questions name, found in `videos` (as ResolveInputs takes it)
// by the name of its file or folder, or in a data set by "clip" or "subject_clip". With `clips`, a
// CSV with the columns clip,dataset,subject,video,onset,apex,offset (frames from 1; the apex may be
// empty) as `mestr vqa make` writes it, they are the parts of videos that it names. Throws
// Error{kInput} naming those that are missing, one that several clips are named like, and a row of
// `clips` that is none.
std::map<std::string, QuestionClip> FindClips(
    std::span<const Question> questions, const std::filesystem::path& videos,
    const std::optional<std::filesystem::path>& clips = std::nullopt);

}  // namespace mestr::internal
