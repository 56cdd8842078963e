#include "synth/clip_name.h"

#include <algorithm>
#include <cctype>

#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal::synth {
namespace {

// a, b, ..., z, aa, ab, ...
std::string Letters(int index) {
  std::string letters;
  for (++index; index > 0; index = (index - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('a' + (index - 1) % 26));
  }
  return letters;
}

}  // namespace

ClipName NameClip(const std::string& dataset, int subject, int turn, const std::string& extension) {
  const bool frames = extension.empty();
  ClipName clip;
  if (dataset == "cas") {
    clip.subject = std::to_string(subject);
    clip.video = Letters(turn);
    clip.path = frames ? "CAS_data/spNO." + clip.subject + "/" + clip.video
                       : "cas_" + clip.subject + "_" + clip.video + extension;
  } else if (dataset == "samm") {
    clip.subject = ZeroPadded(subject, 3);
    clip.video = clip.subject + "_" + std::to_string(turn + 1);
    clip.path = frames ? "SAMM_data/" + clip.video : "samm_" + clip.video + extension;
  } else {
    clip.subject = std::to_string(subject);
    clip.video = "s" + ZeroPadded(subject, 2) + "_" + Letters(turn);
    clip.path = frames ? dataset + "_data/" + clip.video : clip.video + extension;
  }
  return clip;
}

void CheckDatasetName(const std::string& dataset) {
  const bool plain = !dataset.empty() && std::all_of(dataset.begin(), dataset.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  });
  if (plain) return;
  throw Error(ErrorKind::kConfig,
              "dataset is '" + dataset + "'; it must be letters, digits and '_', one at least");
}

}  // namespace mestr::internal::synth
