// What a model sees of a clip.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mestr/flow/flow_engine.h"
#include "mestr/video/inputs.h"
#include "vqa_ask/chat_messages.h"
#include "vqa_ask/key_frames.h"

namespace mestr::internal {

// The inputs of the challenge's baseline.
enum class ClipInput {
  kVideo,            // "video": frames at equal distances, the first and the last one too
  kOnsetApexOffset,  // "oao": three frames
  kFlow,             // "of": TV-L1 from onset to apex as a colour picture (FlowColours)
};

// Parsing throws Error{kConfig} naming the three.
std::string_view ClipInputName(ClipInput input);
ClipInput ParseClipInput(std::string_view name);

struct ClipOptions {
  ClipInput input = ClipInput::kVideo;
  int frames = 8;          // of kVideo, in [1, 1000]; fewer of a shorter clip
  int most_side_px = 640;  // larger pictures are scaled down, in [16, 100000]
  bool jpeg = false;       // of quality 95; PNG otherwise
  VideoOptions video;

  // Throws Error{kConfig} naming the flag that is out of range.
  void Check() const;
};

// `count` >= 1 frames: as many 0-based indices as are `wanted`, at equal distances from the first
// to the last frame, rounded to the nearest (half to even, as numpy's linspace and round); all of
// them where there are not more; one is the middle.
std::vector<std::int64_t> EquallySpaced(std::int64_t count, int wanted);

// The pictures, in the order in which the model gets them. `key_frames` must be there for all but
// kVideo. The flow is computed at the video's own size; the colour is full at the displacement that
// one pixel in a hundred exceeds, at least kLeastFullColour_px. Throws Error{kInput}: a clip that
// can't be read, key frames that it does not have.
inline constexpr double kLeastFullColour_px = 0.5;
std::vector<Picture> PicturesOfClip(const VideoInput& video, const ClipOptions& options,
                                    const std::optional<KeyFrames>& key_frames);

}  // namespace mestr::internal
