// What a run's files say of the faces in a video (alignment similarity).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "mestr/pipeline/analysis.h"

namespace mestr::internal {

// {"seconds": 20.0, "usable": 12.3, "not_usable": {"no face": 5.1, ...}}
nlohmann::ordered_json UsabilityToJson(const Analysis& analysis);

// The stretches, each with whose it is, what ended it, and its threshold where each has one.
nlohmann::ordered_json StretchesToJson(const Analysis& analysis);

// One array a value, with one element a frame: null where no face was seen.
nlohmann::ordered_json FacesToJson(const Analysis& analysis);

// A row a frame, and with face.all_faces one more for each other face in it.
std::string FramesCsv(const Analysis& analysis);

}  // namespace mestr::internal
