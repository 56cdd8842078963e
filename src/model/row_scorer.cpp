#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "mestr/core/error.h"
#include "mestr/model/network.h"

namespace mestr {
namespace {

constexpr std::size_t kPairsPerCall = 16;

}  // namespace

void RowScorer::Add(std::span<const float> row) {
  if (row.size() != network_.info().RowValues()) {
    throw Error(ErrorKind::kInvalidArgument, "RowScorer: a row of " + std::to_string(row.size()) +
                                                 " values instead of " +
                                                 std::to_string(network_.info().RowValues()));
  }
  rows_.insert(rows_.end(), row.begin(), row.end());
  if (network_.info().input != NetworkInput::kPairs) return;
  if (rows_.size() == kPairsPerCall * network_.info().RowValues()) Flush();
}

ScoreTrack RowScorer::Finish() {
  Flush();
  track_.frames = static_cast<std::int64_t>(track_.size());
  return std::exchange(track_, {});
}

void RowScorer::Flush() {
  if (rows_.empty()) return;
  const bool one = network_.info().input == NetworkInput::kPairs || interleaved_ == 1;
  track_.Append(one ? network_.Score(rows_) : ScoreInterleaved());
  rows_.clear();
}

ScoreTrack RowScorer::ScoreInterleaved() const {
  const std::size_t values = network_.info().RowValues();
  const std::size_t count = rows_.size() / values;
  ScoreTrack track;
  track.classes = static_cast<int>(network_.info().classes.size());
  track.PadTo(count);
  for (std::size_t first = 0; first < std::min(interleaved_, count); ++first) {
    std::vector<float> rows;
    for (std::size_t i = first; i < count; i += interleaved_) {
      const auto row = rows_.begin() + static_cast<std::ptrdiff_t>(i * values);
      rows.insert(rows.end(), row, row + static_cast<std::ptrdiff_t>(values));
    }
    const ScoreTrack sequence = network_.Score(rows);
    for (std::size_t i = 0; i < sequence.size(); ++i) {
      track.Set(first + i * interleaved_, sequence, i);
    }
  }
  return track;
}

}  // namespace mestr
