#include "mestr/pipeline/feature_stream.h"

#include <map>

#include "mestr/core/error.h"
#include "mestr/model/mean_model.h"
#include "pipeline/synthetic_video.h"
#include "support/test_support.h"

namespace mestr {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::SmallClip;
using testing::SyntheticSource;

class Streams : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { finder_ = std::make_unique<FaceFinder>(FindLandmarkModel({})); }
  static void TearDownTestSuite() { finder_.reset(); }

  static FeatureStream Stream(int workers, const FaceOptions& face = {}) {
    return {face, *finder_, MakeFlowEngines(FlowMethod::kExact, {}, workers)};
  }

  // All features of a clip, in the order handed on.
  static std::vector<float> FeaturesOf(int workers, const FaceOptions& face) {
    SyntheticSource source(SmallClip(24));
    std::vector<float> all;
    Stream(workers, face)
        .Run(source, testing::kClipFps, 3, [&](std::int64_t pair, std::span<const float> features) {
          EXPECT_EQ(pair * kFeatureValues, static_cast<std::int64_t>(all.size()));
          all.insert(all.end(), features.begin(), features.end());
        });
    return all;
  }

  static std::unique_ptr<FaceFinder> finder_;
};
std::unique_ptr<FaceFinder> Streams::finder_;

TEST_F(Streams, GiveTheSameBytesForAnyNumberOfWorkers) {
  for (const AlignmentMode mode : {AlignmentMode::kCrop, AlignmentMode::kSimilarity}) {
    const auto one = FeaturesOf(1, {.alignment = mode});
    EXPECT_EQ(one.size(), 21U * kFeatureValues);
    EXPECT_EQ(one, FeaturesOf(2, {.alignment = mode}));
    EXPECT_EQ(one, FeaturesOf(5, {.alignment = mode}));
  }
}

TEST_F(Streams, AccountForEveryFrame) {
  SyntheticSource source(SmallClip(15), /*empty_frames_first=*/4);
  std::int64_t pairs = 0;
  const StreamReport report = Stream(2).Run(source, testing::kClipFps, 5,
                                            [&](std::int64_t, std::span<const float>) { ++pairs; });
  EXPECT_EQ(report.frames, 19);
  EXPECT_EQ(report.frame_times_s.size(), 19U);
  EXPECT_EQ(report.face.first_face_frame, 4);
  EXPECT_EQ(report.pairs, 10);
  EXPECT_EQ(pairs, 10);
  EXPECT_GT(report.seconds.flow_s, 0);
}

TEST_F(Streams, ComputeExtraPairsLikeThoseOfTheRow) {
  SyntheticSource source(SmallClip(20));
  std::map<std::int64_t, std::vector<float>> row;
  std::map<std::int64_t, std::vector<float>> extra;
  const auto into = [](auto& target) {
    return [&target](std::int64_t index, std::span<const float> features) {
      target[index] = {features.begin(), features.end()};
    };
  };
  const std::vector<ExtraPair> pairs = {{6, 9}, {2, 12}, {15, 25}, {2, 5}};
  Stream(2).Run(source, testing::kClipFps, 3, into(row), pairs, into(extra));
  ASSERT_EQ(extra.size(), 3U);  // frame 25 does not exist
  EXPECT_EQ(extra.at(0), row.at(6));
  EXPECT_EQ(extra.at(3), row.at(2));
  EXPECT_NE(extra.at(1), row.at(2));
}

TEST_F(Streams, RefuseAVideoShorterThanAPair) {
  SyntheticSource source(SmallClip(3));
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput,
                                    [&] {
                                      Stream(1).Run(source, testing::kClipFps, 3,
                                                    [](std::int64_t, std::span<const float>) {});
                                    }),
              AllOf(HasSubstr("3 frames"), HasSubstr("needs 4")));
}

TEST_F(Streams, GoOnWithTheNextVideoAfterASinkThatThrew) {
  FeatureStream stream = Stream(2);
  SyntheticSource first(SmallClip(20));
  EXPECT_THROW(stream.Run(first, testing::kClipFps, 3,
                          [](std::int64_t pair, std::span<const float>) {
                            if (pair == 2) throw std::runtime_error("disk full");
                          }),
               std::runtime_error);
  SyntheticSource second(SmallClip(8));
  EXPECT_EQ(
      stream.Run(second, testing::kClipFps, 3, [](std::int64_t, std::span<const float>) {}).pairs,
      5);
}

// A source that fails in the middle, as a truncated file does.
class FailingSource : public SyntheticSource {
 public:
  using SyntheticSource::SyntheticSource;
  bool Next(Frame& frame) override {
    if (++frames_ == 9) throw Error(ErrorKind::kInput, "ends too early");
    return SyntheticSource::Next(frame);
  }

 private:
  int frames_ = 0;
};

TEST_F(Streams, HandOnAFailureOfTheSource) {
  FailingSource source(SmallClip(20));
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput,
                                    [&] {
                                      Stream(2).Run(source, testing::kClipFps, 3,
                                                    [](std::int64_t, std::span<const float>) {});
                                    }),
              HasSubstr("too early"));
}

}  // namespace
}  // namespace mestr
