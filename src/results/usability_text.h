// How much of a video can be judged, for people.
#pragma once

#include <map>
#include <span>
#include <string>

#include "mestr/face/face.h"

namespace mestr::internal {

// Frames by FrameFace::cause, in the order of FaceCause; kNone: usable.
std::map<FaceCause, std::int64_t> FramesByCause(std::span<const FrameFace> faces);

// Of frames by cause, "usable 12.3 of 20.0 s; not: no face 5.1 s, turned away 2.6 s". `fps` > 0.
std::string UsabilityText(const std::map<FaceCause, std::int64_t>& frames, double fps);

}  // namespace mestr::internal
