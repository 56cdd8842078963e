// What labels and predictions are, whatever file they came from. Start here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mestr/core/interval.h"
#include "mestr/core/video_key.h"

namespace mestr {

// The coarse emotions of the MEGC protocol. A leaderboard knows the first three; an interval that
// is recognised as `others` is left out of a submission.
inline constexpr std::array<std::string_view, 3> kLeaderboardEmotions = {"negative", "positive",
                                                                         "surprise"};
inline constexpr std::string_view kOthers = "others";

// The data sets of the MEGC2025 leaderboard, as the names of their files begin.
inline constexpr std::array<std::string_view, 2> kLeaderboardDatasets = {"cas", "samm"};
bool IsLeaderboardDataset(std::string_view dataset);

// Largest frame number a file may have: more than 50 days at 200 fps.
inline constexpr std::int64_t kMostFrames = 1'000'000'000;

enum class ExpressionType { kMicro, kMacro };

// One annotated expression.
struct Label {
  VideoKey video;
  Interval interval;                 // 0-based, inclusive
  std::optional<std::int64_t> apex;  // 0-based, within the interval
  std::string emotion;
  ExpressionType type = ExpressionType::kMicro;

  friend bool operator==(const Label&, const Label&) = default;
};

// One spotted and recognised expression.
struct Prediction {
  VideoKey video;
  Interval interval;                 // 0-based, inclusive
  std::optional<std::int64_t> apex;  // 0-based, within the interval: the peak of the score
  std::optional<double> onset_s;     // of the onset's frame, from the first frame
  std::optional<double> offset_s;    // of the offset's frame
  std::string emotion;
  std::optional<double> probability;  // of that emotion, in [0, 1]
  std::optional<double> score;        // spotting score of the peak; only its order matters
  std::optional<double> evidence;     // that it is a micro-expression, in [0, 1] (spot/evidence.h)
  std::string context;  // what else the face did then ("calm", "blink+head"), or empty
  std::optional<std::int64_t> track;  // whose face, 0-based; empty where nobody was told apart

  friend bool operator==(const Prediction&, const Prediction&) = default;
};

}  // namespace mestr
