// What a find looks like: stills, what moved, and a slow clip.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "mestr/video/frame_source.h"
#include "results/results.h"

namespace mestr::internal {

struct PictureOptions {
  int side_px = 160;  // of all pictures, even
  int jpeg_quality = 70;
  int rate_factor = 32;   // Mp4Options::rate_factor of the clips
  double around_s = 0.3;  // of the clips, before and after the interval
  double slow_down = 4;   // of the clips
};

// Each in one part of the face, in which the head rests. JPEG, and MP4 without sound.
struct IntervalPictures {
  int side_px = 0;
  std::string onset_jpeg;  // empty, as all others, where no frame has the face
  std::string apex_jpeg;
  std::string offset_jpeg;
  // What is brighter in the apex than in the onset is bright, what is darker dark, all else gray.
  // Empty without an onset other than the apex, as is the flow. Both without the motion that most
  // of the face shares (SharedMotion).
  std::string difference_jpeg;
  double difference_gain = 0;  // by how much it is amplified
  std::string flow_jpeg;       // TV-L1 from onset to apex (FlowOverFace)
  double flow_full_px = 0;     // the displacement with the full colour, px of these pictures
  std::string clip_mp4;
  std::string magnified_mp4;  // the same by MagnifyMotion
  double magnification = 0;   // 1 + alpha
  double first_s = 0;         // of the video, what the clips begin with
  double slow_down = 1;       // a second of the video takes so long in the clips
};

// For the finds of each face of `video`, in order: pictures[f][i] belong to faces[f].intervals[i].
// Reads the video (video.input.path) once, up to the last find; keeps pictures of the open finds
// alone. Throws Error{kInput} as Footage does, Error{kModel} as FindLandmarkModel, Error{kConfig}
// where FFmpeg has no libx264.
std::vector<std::vector<IntervalPictures>> PicturesOf(const VideoResults& video,
                                                      const VideoOptions& video_options,
                                                      const std::filesystem::path& landmark_model,
                                                      const PictureOptions& options = {});

}  // namespace mestr::internal
