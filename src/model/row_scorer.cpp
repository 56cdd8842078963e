#include <string>
#include <utility>

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
  track_.Append(network_.Score(rows_));
  rows_.clear();
}

}  // namespace mestr
