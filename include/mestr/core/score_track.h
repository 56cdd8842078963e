// What a network says of a video, index by index.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mestr {

// Index i, 0-based, stands for frame `first_frame` + i * `frame_step` of the video (MEAN: for the
// pair of frames that begins there). All vectors belong to the same indices.
struct ScoreTrack {
  std::int64_t first_frame = 0;      // of the video, 0-based
  std::int64_t frame_step = 1;       // >= 1; more than 1 of networks of windows
  std::int64_t frames = 0;           // of the whole video; greater than the last index's frame
  int classes = 0;                   // >= 1 where there is an index
  std::vector<float> spot;           // the higher, the likelier is a micro-expression
  std::vector<float> probabilities;  // size() x classes, row-major, each row sums to 1
  // What probabilities are the softmax of, in the same order; empty of networks that give none.
  std::vector<float> logits = {};
  // Indices back to the onset and on to the offset, size() x 2; empty of networks that give none.
  std::vector<float> bounds = {};
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
  std::span<const float> LogitsAt(std::size_t index) const {
    const auto count = static_cast<std::size_t>(classes);
    return std::span(logits).subspan(index * count, count);
  }
  std::int64_t FrameOf(std::int64_t index) const { return first_frame + index * frame_step; }

  // Adds the indices of `next`, of the same network, after those here.
  void Append(const ScoreTrack& next) {
    classes = next.classes;
    const auto add = [](auto& to, const auto& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    add(spot, next.spot);
    add(probabilities, next.probabilities);
    add(logits, next.logits);
    add(bounds, next.bounds);
    add(valid, next.valid);
  }

  // Gives index `at` what index `from` of `other`, of the same network, has.
  void Set(std::size_t at, const ScoreTrack& other, std::size_t from) {
    const auto take = [&](auto& to, const auto& values) {
      const std::size_t width = other.spot.empty() ? 0 : values.size() / other.spot.size();
      std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(from * width), width,
                  to.begin() + static_cast<std::ptrdiff_t>(at * width));
    };
    take(spot, other.spot);
    take(probabilities, other.probabilities);
    take(logits, other.logits);
    take(bounds, other.bounds);
    take(valid, other.valid);
  }

  // Adds indices without a value up to `size` of them in all.
  void PadTo(std::size_t size) {
    if (size <= spot.size()) return;
    const auto of_classes = size * static_cast<std::size_t>(classes);
    spot.resize(size, 0);
    probabilities.resize(of_classes, 0);
    if (!logits.empty()) logits.resize(of_classes, 0);
    if (!bounds.empty()) bounds.resize(2 * size, 0);
    valid.resize(size, 0);
    if (!motion_px.empty()) motion_px.resize(size, 0);
  }
};

}  // namespace mestr
