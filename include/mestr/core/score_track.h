// What a network says of a video, index by index.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mestr {

// Index i, 0-based, stands for frame `first_frame` + i of the video (MEAN: for the pair of frames
// that begins there). All vectors belong to the same indices.
struct ScoreTrack {
  std::int64_t first_frame = 0;      // of the video, 0-based
  std::int64_t frames = 0;           // of the whole video; >= first_frame + size()
  int classes = 0;                   // >= 1 where there is an index
  std::vector<float> spot;           // the higher, the likelier is a micro-expression
  std::vector<float> probabilities;  // size() x classes, row-major, each row sums to 1
  // How far parts of the face move by themselves between the frames of the index, px of the crop
  // (MEAN: 128 px wide); empty where nobody measured it.
  std::vector<float> motion_px;
  // 1: computed from frames of one stretch with a usable face; 0: no value.
  std::vector<std::uint8_t> valid;

  std::size_t size() const { return spot.size(); }
  std::span<const float> ProbabilitiesAt(std::size_t index) const {
    const auto count = static_cast<std::size_t>(classes);
    return std::span(probabilities).subspan(index * count, count);
  }

  // Adds the indices of `next`, of as many classes, after those here.
  void Append(const ScoreTrack& next) {
    classes = next.classes;
    spot.insert(spot.end(), next.spot.begin(), next.spot.end());
    probabilities.insert(probabilities.end(), next.probabilities.begin(), next.probabilities.end());
    valid.insert(valid.end(), next.valid.begin(), next.valid.end());
  }

  // Gives index `at` the score, probabilities and validity of index `from` of `other`, of as many
  // classes.
  void Set(std::size_t at, const ScoreTrack& other, std::size_t from) {
    const std::span<const float> row = other.ProbabilitiesAt(from);
    spot[at] = other.spot[from];
    std::copy(row.begin(), row.end(),
              probabilities.begin() + static_cast<std::ptrdiff_t>(at * row.size()));
    valid[at] = other.valid[from];
  }

  // Adds indices without a value up to `size` of them in all.
  void PadTo(std::size_t size) {
    if (size <= spot.size()) return;
    spot.resize(size, 0);
    probabilities.resize(size * static_cast<std::size_t>(classes), 0);
    valid.resize(size, 0);
    if (!motion_px.empty()) motion_px.resize(size, 0);
  }
};

}  // namespace mestr
