// How a video is cut into windows of frames, and by whose rules their features are made.
#pragma once

#include <string_view>

namespace mestr {

// Of the frames of a video the used ones are 0, step, 2 step, ...; window w holds the used frames
// [w hop, w hop + window), both 0-based.
struct WindowLayout {
  int window_frames = 30;  // used frames of a window, in [2, 10000]
  int hop_frames = 15;     // used frames from one window's first to the next one's, in [1, window]
  int frame_step = 1;      // frames of the video from one used frame to the next, in [1, 10000]

  // Throws Error{kConfig} "features.<field> is <value>; it must be <limit>".
  void Check() const;
  friend bool operator==(const WindowLayout&, const WindowLayout&) = default;
};

enum class FeaturesVariant {
  kPublished,  // the published code's, its faults too: for weights trained with it
  kMended,     // without them: for one's own training
};

// "published", "mended"; parsing throws Error{kConfig} naming the two.
std::string_view FeaturesVariantName(FeaturesVariant variant);
FeaturesVariant ParseFeaturesVariant(std::string_view name);

}  // namespace mestr
