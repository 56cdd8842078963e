#include "mestr/model/network.h"
#include "support/test_support.h"
#include "tiny_model.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using testing::HashedInputs;
using ::testing::IsEmpty;
using testing::kRowValues;

constexpr std::size_t kBlock = 16;

// Gives each row's first value as its score and remembers how many rows a call had.
class CountingNetwork : public Network {
 public:
  explicit CountingNetwork(NetworkInput input) {
    info_.classes = {"any"};
    info_.row_shape = {2};
    info_.input = input;
  }

  const ModelInfo& info() const override { return info_; }
  const std::string& sha256() const override { return sha256_; }
  const std::vector<std::size_t>& calls() const { return calls_; }

  ScoreTrack Score(std::span<const float> rows) override {
    const std::size_t count = rows.size() / info_.RowValues();
    calls_.push_back(count);
    ScoreTrack track;
    track.frames = static_cast<std::int64_t>(count);
    track.classes = 1;
    for (std::size_t i = 0; i < count; ++i) track.spot.push_back(rows[2 * i]);
    track.probabilities.assign(count, 1);
    track.valid.assign(count, 1);
    return track;
  }

 private:
  ModelInfo info_;
  std::string sha256_;
  std::vector<std::size_t> calls_;
};

void AddRows(RowScorer& scorer, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::vector<float> row = {static_cast<float>(i), -1};
    scorer.Add(row);
  }
}

// What the rows give in calls of 16.
ScoreTrack InBlocks(Network& network, std::span<const float> rows) {
  ScoreTrack track;
  while (!rows.empty()) {
    const auto block = rows.first(std::min(rows.size(), kBlock * kRowValues));
    track.Append(network.Score(block));
    rows = rows.subspan(block.size());
  }
  return track;
}

ScoreTrack RowByRow(RowScorer& scorer, std::span<const float> rows) {
  for (; !rows.empty(); rows = rows.subspan(kRowValues)) scorer.Add(rows.first(kRowValues));
  return scorer.Finish();
}

void ExpectSameBytes(const ScoreTrack& actual, const ScoreTrack& expected) {
  EXPECT_EQ(actual.classes, expected.classes);
  EXPECT_EQ(actual.spot, expected.spot);
  EXPECT_EQ(actual.probabilities, expected.probabilities);
  EXPECT_EQ(actual.valid, expected.valid);
}

TEST(RowScorer, GivesTheBytesOfCallsOfSixteen) {
  const auto network = testing::LoadOnCpu(testing::TinyModel());
  for (const std::size_t count : {1U, 15U, 16U, 17U, 40U}) {
    const std::vector<float> rows = HashedInputs(count);
    RowScorer scorer(*network);
    const ScoreTrack track = RowByRow(scorer, rows);
    ASSERT_EQ(track.size(), count);
    EXPECT_EQ(track.first_frame, 0);
    EXPECT_EQ(track.frames, static_cast<std::int64_t>(count));
    ExpectSameBytes(track, InBlocks(*network, rows));
  }
}

TEST(RowScorer, StartsAnewAfterFinish) {
  const auto network = testing::LoadOnCpu(testing::TinyModel());
  RowScorer scorer(*network);
  RowByRow(scorer, HashedInputs(19));
  const std::vector<float> rows = HashedInputs(7);
  ExpectSameBytes(RowByRow(scorer, rows), network->Score(rows));
  EXPECT_THAT(scorer.Finish().spot, IsEmpty());
}

TEST(RowScorer, ScoresPairsSixteenAtATime) {
  CountingNetwork network(NetworkInput::kPairs);
  RowScorer scorer(network);
  AddRows(scorer, 33);
  EXPECT_THAT(network.calls(), ElementsAre(16, 16));
  const ScoreTrack track = scorer.Finish();
  EXPECT_THAT(network.calls(), ElementsAre(16, 16, 1));
  ASSERT_EQ(track.size(), 33U);
  for (std::size_t i = 0; i < track.size(); ++i) EXPECT_EQ(track.spot[i], i);
}

TEST(RowScorer, ScoresASequenceAtItsEndAndWhole) {
  CountingNetwork network(NetworkInput::kSequences);
  RowScorer scorer(network);
  AddRows(scorer, 33);
  EXPECT_THAT(network.calls(), IsEmpty());
  const ScoreTrack track = scorer.Finish();
  EXPECT_THAT(network.calls(), ElementsAre(33));
  ASSERT_EQ(track.size(), 33U);
  for (std::size_t i = 0; i < track.size(); ++i) EXPECT_EQ(track.spot[i], i);
}

TEST(RowScorer, ScoresAFastVideoAsInterleavedSequences) {
  CountingNetwork network(NetworkInput::kSequences);
  RowScorer scorer(network, 3);
  AddRows(scorer, 8);
  const ScoreTrack track = scorer.Finish();
  EXPECT_THAT(network.calls(), ElementsAre(3, 3, 2));
  EXPECT_THAT(track.spot, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(track.valid, std::vector<std::uint8_t>(8, 1));
  EXPECT_EQ(track.probabilities, std::vector<float>(8, 1));
}

TEST(RowScorer, InterleavesNoMoreSequencesThanRows) {
  CountingNetwork network(NetworkInput::kSequences);
  RowScorer scorer(network, 7);
  AddRows(scorer, 2);
  EXPECT_THAT(scorer.Finish().spot, ElementsAre(0, 1));
  EXPECT_THAT(network.calls(), ElementsAre(1, 1));
}

TEST(RowScorer, ScoresPairsOneAfterAnotherAtAnyRate) {
  CountingNetwork network(NetworkInput::kPairs);
  RowScorer scorer(network, 3);
  AddRows(scorer, 8);
  scorer.Finish();
  EXPECT_THAT(network.calls(), ElementsAre(8));
}

TEST(RowScorer, CallsNoNetworkWithoutRows) {
  CountingNetwork network(NetworkInput::kPairs);
  const ScoreTrack track = RowScorer(network).Finish();
  EXPECT_THAT(network.calls(), IsEmpty());
  EXPECT_EQ(track.size(), 0U);
  EXPECT_EQ(track.frames, 0);
}

TEST(RowScorer, RefusesARowOfAnotherSize) {
  for (const NetworkInput input : {NetworkInput::kPairs, NetworkInput::kSequences}) {
    CountingNetwork network(input);
    RowScorer scorer(network);
    EXPECT_EQ(testing::ErrorMessage(ErrorKind::kInvalidArgument,
                                    [&] { scorer.Add(std::vector<float>(3)); }),
              "RowScorer: a row of 3 values instead of 2");
  }
}

}  // namespace
}  // namespace mestr::internal
