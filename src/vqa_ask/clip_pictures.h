// What a model sees of a clip.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mestr/flow/flow_engine.h"
#include "mestr/video/inputs.h"
#include "vqa_ask/ask_options.h"
#include "vqa_ask/chat_messages.h"
#include "vqa_ask/key_frames.h"

namespace mestr::internal {

// `count` >= 1 frames: as many 0-based indices as are `wanted`, at equal distances from the first
// to the last frame, rounded to the nearest (half to even, as numpy's linspace and round); all of
// them where there are not more; one is the middle.
std::vector<std::int64_t> EquallySpaced(std::int64_t count, int wanted);

// The pictures, in the order in which the model gets them. `key_frames` must be there for all but
// kVideo, for which they say what part of the video the clip is. The flow is computed at the
// video's own size; the colour is full at the displacement that one pixel in a hundred exceeds, at
// least kLeastFullColour_px. Throws Error{kInput}: a clip that can't be read, key frames that it
// does not have.
inline constexpr double kLeastFullColour_px = 0.5;
std::vector<Picture> PicturesOfClip(const VideoInput& video, const ClipOptions& options,
                                    const std::optional<KeyFrames>& key_frames);

}  // namespace mestr::internal
