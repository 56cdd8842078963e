// Names and places of a set's clips, in the layouts that the rest of mestr reads.
#pragma once

#include <filesystem>
#include <string>

namespace mestr::internal::synth {

struct ClipName {
  std::string subject;
  std::string video;
  std::filesystem::path path;  // of the folder or file, within the set's folder
};

// Of the `turn`-th clip (0-based) of a subject; `extension` is ".avi", ".mp4" or, for a folder of
// frames, empty.
//   cas:   frames CAS_data/spNO.<subject>/<video>, video cas_<subject>_<video>.avi; video is a, b,
//          ...
//   samm:  frames SAMM_data/<video>, video samm_<video>.avi; subject has three digits, video is
//          <subject>_<number>
//   other: frames <dataset>_data/<video>, video <video>.avi; video is s<subject>_<a, b, ...>
ClipName NameClip(const std::string& dataset, int subject, int turn, const std::string& extension);

// Throws Error{kConfig} where it is not letters, digits and '_'.
void CheckDatasetName(const std::string& dataset);

}  // namespace mestr::internal::synth
