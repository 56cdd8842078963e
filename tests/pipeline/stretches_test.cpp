// Videos that are not one run of frames with a face: pauses, cuts, faces that come and go.
#include <algorithm>

#include "features/mean_v1.h"
#include "mestr/core/error.h"
#include "mestr/pipeline/analyzer.h"
#include "pipeline/device.h"
#include "pipeline/feature_stream.h"
#include "pipeline/small_run.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kClipFps;
using testing::SmallClip;

constexpr int kDistance = 3;
const VideoKey kVideo{.dataset = {}, .subject = {}, .video = "clip"};

// Frames in memory; some do not continue the one before.
class PartsSource : public FrameSource {
 public:
  PartsSource() { info_.fps = kClipFps; }

  // Frames [begin, end) of the person's clip.
  PartsSource& Faces(int begin, int end) {
    const testing::SyntheticVideo video = SmallClip(24);
    for (int i = begin; i < end; ++i) images_.push_back(video.FrameAt(i));
    return *this;
  }
  PartsSource& Empty(int count) {
    for (int i = 0; i < count; ++i) {
      images_.emplace_back(240, 320, CV_8UC3, cv::Scalar::all(60));
    }
    return *this;
  }
  // Frames that a damaged video has in place of these of the clip.
  PartsSource& Missing(int begin, int end) {
    for (int i = begin; i < end; ++i)
      missing_.push_back(images_.size() + static_cast<std::size_t>(i - begin));
    return Faces(begin, end);
  }
  PartsSource& Pause() {
    pauses_.push_back(images_.size());
    return *this;
  }

  // Gives no more than the region that it is asked for, and says of which frames.
  PartsSource& Regions(std::vector<std::int64_t>& patches) {
    patches_ = &patches;
    return *this;
  }

  const VideoInfo& info() const override { return info_; }
  void Use(const FrameUse& use) override { region_ = use.region_px; }
  bool Next(Frame& frame) override {
    if (next_ == images_.size()) return false;
    frame.image_bgr = images_[next_].clone();
    frame.index = static_cast<std::int64_t>(next_);
    frame.time_s = static_cast<double>(next_) / kClipFps;
    frame.missing = std::find(missing_.begin(), missing_.end(), next_) != missing_.end();
    frame.continues = std::find(pauses_.begin(), pauses_.end(), next_) == pauses_.end();
    if (patches_ != nullptr) LeaveRegion(frame);
    ++next_;
    return true;
  }

 private:
  void LeaveRegion(Frame& frame) {
    if (!frame.continues || (after_missing_ && !frame.missing)) region_ = {};
    after_missing_ = frame.missing;
    if (region_.empty()) return;
    frame.patch_bgr = frame.image_bgr(region_).clone();
    frame.patch_origin = region_.tl();
    frame.image_bgr = cv::Mat();
    patches_->push_back(frame.index);
  }

  VideoInfo info_;
  std::vector<cv::Mat> images_;
  std::vector<std::size_t> pauses_;
  std::vector<std::size_t> missing_;
  std::size_t next_ = 0;
  std::vector<std::int64_t>* patches_ = nullptr;
  cv::Rect region_;
  bool after_missing_ = false;
};

struct Rows {
  std::vector<std::int64_t> indices;
  std::vector<FramePair> frames;
  std::vector<std::vector<float>> values;
  std::vector<FaceTrack> stretches;
};

class Stretches : public ::testing::TestWithParam<AlignmentMode> {
 protected:
  static void SetUpTestSuite() { finder_ = std::make_unique<FaceFinder>(FindLandmarkModel({})); }
  static void TearDownTestSuite() { finder_.reset(); }

  static Rows RowsOf(PartsSource source, const FaceOptions& face, int workers = 2) {
    const auto extractor =
        MakeMeanV1({.frame_distance = kDistance, .jpeg_quality = {}, .besides = {}});
    Rows rows;
    RunResources resources(workers);
    FeatureStream stream(*finder_, MakeFlowEngines({}, workers), resources);
    const StreamReport report = stream.Run(source, kClipFps, face, *extractor,
                                           [&](const RowId& id, std::span<const float> row) {
                                             rows.indices.push_back(*id.index);
                                             rows.frames.push_back(id.frames);
                                             rows.values.emplace_back(row.begin(), row.end());
                                           });
    EXPECT_EQ(report.rows, std::ssize(rows.values));
    rows.stretches = report.stretches;
    return rows;
  }

  // The clips here are short.
  FaceOptions Face() const { return {.alignment = GetParam(), .min_stretch_s = 0}; }

  static std::unique_ptr<FaceFinder> finder_;
};
std::unique_ptr<FaceFinder> Stretches::finder_;

INSTANTIATE_TEST_SUITE_P(BothModes, Stretches,
                         ::testing::Values(AlignmentMode::kCrop, AlignmentMode::kSimilarity),
                         [](const auto& mode) {
                           return std::string(AlignmentModeName(mode.param));
                         });

TEST_P(Stretches, APauseMakesTwoVideosOfOne) {
  const Rows before = RowsOf(PartsSource().Faces(0, 10), Face());
  const Rows after = RowsOf(PartsSource().Faces(10, 24), Face());
  for (const int workers : {1, 3}) {
    const Rows both = RowsOf(PartsSource().Faces(0, 10).Pause().Faces(10, 24), Face(), workers);
    EXPECT_THAT(both.indices,
                ElementsAre(0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20));
    for (std::size_t i = 0; i < both.frames.size(); ++i) {
      EXPECT_EQ(both.frames[i], (FramePair{both.indices[i], both.indices[i] + kDistance}));
    }
    std::vector<std::vector<float>> expected = before.values;
    expected.insert(expected.end(), after.values.begin(), after.values.end());
    EXPECT_EQ(both.values, expected);
    ASSERT_EQ(both.stretches.size(), 2U);
    EXPECT_EQ(both.stretches[0].end_frame, 10);
    EXPECT_EQ(both.stretches[1].first_frame, 10);
    EXPECT_EQ(both.stretches[1].end_frame, 24);
  }
}

TEST_P(Stretches, NoRowRestsOnAMissingFrame) {
  const Rows rows = RowsOf(PartsSource().Faces(0, 8).Missing(8, 10).Faces(10, 20), Face());
  ASSERT_EQ(rows.stretches.size(), 2U);
  EXPECT_EQ(rows.stretches[0].end_frame, 8);
  EXPECT_EQ(rows.stretches[1].first_frame, 10);
  EXPECT_EQ(rows.frames.size(), 5U + 7U);
  for (const FramePair& pair : rows.frames) EXPECT_TRUE(pair.to < 8 || pair.from >= 10);
}

TEST_P(Stretches, OneWithoutAFaceOrTooShortGivesNoRow) {
  const Rows rows = RowsOf(PartsSource().Faces(0, 2).Pause().Empty(9).Pause().Faces(5, 10), Face());
  EXPECT_THAT(rows.indices, ElementsAre(11, 12));
  ASSERT_EQ(rows.stretches.size(), 2U);
  EXPECT_EQ(rows.stretches[0].end_frame, 2);
  EXPECT_EQ(rows.stretches[1].first_frame, 11);
}

TEST_P(Stretches, AllTooShortAreNamed) {
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kInput,
                            [&] { RowsOf(PartsSource().Faces(0, 2).Pause().Faces(2, 5), Face()); }),
      AllOf(HasSubstr("too short: 3 frames"), HasSubstr("needs 4")));
}

TEST_P(Stretches, AVideoWithoutAFaceIsAnError) {
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kInput,
                            [&] { RowsOf(PartsSource().Empty(6).Pause().Empty(3), Face()); }),
      HasSubstr("no face found in any of its 9 frames"));
}

// In each stretch a face is looked for in the whole, and cut from the region from then on.
TEST_F(Stretches, CropHasTheSameRowsOfTheRegionsThatItAsksFor) {
  const auto parts = [] {
    return PartsSource().Faces(0, 9).Pause().Empty(1).Faces(9, 16).Missing(16, 18).Faces(18, 24);
  };
  const Rows whole = RowsOf(parts(), {});
  std::vector<std::int64_t> patches;
  for (const int workers : {1, 3}) {
    const Rows rows = RowsOf(parts().Regions(patches), {}, workers);
    EXPECT_EQ(rows.values, whole.values);
    EXPECT_EQ(rows.frames, whole.frames);
    ASSERT_EQ(rows.stretches.size(), 3U);
    for (std::size_t i = 0; i < rows.stretches.size(); ++i) {
      EXPECT_EQ(rows.stretches[i].crop_box, whole.stretches[i].crop_box);
    }
  }
  patches.clear();
  PartsSource source = parts().Regions(patches);
  const auto engine = MakeFlowEngine({});
  const auto extractor =
      MakeMeanV1({.frame_distance = kDistance, .jpeg_quality = {}, .besides = {}});
  std::vector<std::vector<float>> values;
  RunSerially(source, kClipFps, {}, *finder_, *engine, *extractor,
              [&](const RowId&, std::span<const float> row) {
                values.emplace_back(row.begin(), row.end());
              });
  EXPECT_EQ(values, whole.values);
  EXPECT_THAT(patches,
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24));
}

TEST_F(Stretches, SimilarityAsksForNoRegion) {
  std::vector<std::int64_t> patches;
  RowsOf(PartsSource().Faces(0, 12).Regions(patches),
         {.alignment = AlignmentMode::kSimilarity, .min_stretch_s = 0});
  EXPECT_THAT(patches, ::testing::IsEmpty());
}

TEST_F(Stretches, CropGivesUpWithoutAnEarlyFaceAndSaysWhatLooksOn) {
  const FaceOptions face{.alignment = AlignmentMode::kCrop, .search_s = 0.2};
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput,
                                    [&] { RowsOf(PartsSource().Empty(6).Faces(0, 12), face); }),
              AllOf(HasSubstr("no face found in the first 6 frames"), HasSubstr("similarity")));
}

TEST_F(Stretches, SimilarityLooksForTheFaceAllAlong) {
  const FaceOptions face{
      .alignment = AlignmentMode::kSimilarity, .search_s = 0.2, .min_stretch_s = 0};
  const Rows rows = RowsOf(PartsSource().Empty(31).Faces(0, 24), face);
  ASSERT_EQ(rows.stretches.size(), 1U);
  // A cut begins a search of its own, so that the first frame with the face is looked at.
  EXPECT_EQ(rows.stretches[0].first_frame, 31);
  EXPECT_EQ(rows.indices.front(), 0);
}

TEST_F(Stretches, SimilarityEndsAtACutAndWhereTheFaceIsGone) {
  const FaceOptions face{.alignment = AlignmentMode::kSimilarity, .min_stretch_s = 0};
  const Rows rows = RowsOf(PartsSource().Faces(0, 8).Empty(5).Faces(8, 20), face);
  ASSERT_EQ(rows.stretches.size(), 2U);
  EXPECT_EQ(rows.stretches[0].end_frame, 8);
  EXPECT_EQ(rows.stretches[1].first_frame, 13);
  for (const FramePair& pair : rows.frames) EXPECT_TRUE(pair.to < 8 || pair.from >= 13);
  EXPECT_EQ(rows.values.size(), 5U + 9U);
}

TEST_F(Stretches, GiveATrackWithoutValuesBetweenThem) {
  Analyzer analyzer(testing::SmallAnalyzer());
  const auto analyze = [&](PartsSource source) { return analyzer.Analyze(source, kVideo); };
  const Analysis before = analyze(PartsSource().Faces(0, 10));
  const Analysis after = analyze(PartsSource().Faces(10, 24));
  const Analysis both = analyze(PartsSource().Faces(0, 10).Pause().Faces(10, 24));
  EXPECT_EQ(both.frames, 24);
  EXPECT_EQ(both.FramesNotJudged(), 0);
  EXPECT_EQ(both.rows, before.rows + after.rows);
  ASSERT_EQ(both.scores.size(), 21U);
  ASSERT_EQ(both.scores.probabilities.size(), 21U * both.classes.size());
  for (std::size_t i = 0; i < both.scores.size(); ++i) {
    EXPECT_EQ(both.scores.valid[i], i < 7 || i >= 10 ? 1 : 0) << i;
    if (i < 7) {
      EXPECT_EQ(both.scores.spot[i], before.scores.spot[i]) << i;
    } else if (i >= 10) {
      EXPECT_EQ(both.scores.spot[i], after.scores.spot[i - 10]) << i;
    }
  }
  EXPECT_THAT(both.warnings,
              ElementsAre(AllOf(HasSubstr("frames 1 to 10 (0.00 to 0.30 s), 11 to 24"),
                                HasSubstr("nothing goes across"))));
  for (const SpottedInterval& found : both.spotting.intervals) {
    EXPECT_TRUE(found.interval.offset < 10 || found.interval.onset >= 10);
  }
}

TEST_F(Stretches, NothingIsFoundAfterTheLastOnesEnd) {
  AnalyzerOptions options = testing::SmallAnalyzer();
  options.config.face.alignment = AlignmentMode::kSimilarity;
  options.config.face.min_stretch_s = 0;
  PartsSource source;
  source.Faces(0, 14).Empty(10);
  const Analysis analysis = Analyzer(options).Analyze(source, kVideo);
  EXPECT_EQ(analysis.scores.size(), 21U);
  EXPECT_EQ(analysis.FramesNotJudged(), 10);
  EXPECT_EQ(std::count(analysis.scores.valid.begin(), analysis.scores.valid.end(), 1), 11);
  for (const SpottedInterval& found : analysis.spotting.intervals) {
    EXPECT_LT(found.interval.offset, 14);
  }
}

TEST_F(Stretches, EachHasItsOwnThresholdWithSimilarityAndAShortOneNone) {
  AnalyzerOptions options = testing::SmallAnalyzer();
  options.config.face.alignment = AlignmentMode::kSimilarity;
  options.config.face.min_stretch_s = 8 / kClipFps;
  PartsSource source;
  source.Faces(0, 10).Pause().Faces(10, 24).Pause().Faces(0, 5);
  const Analysis analysis = Analyzer(options).Analyze(source, kVideo);
  ASSERT_EQ(analysis.stretches.size(), 3U);
  EXPECT_EQ(analysis.stretches[0].ended_by, FaceCause::kClockBreak);
  EXPECT_FALSE(analysis.stretches[1].too_short);
  EXPECT_TRUE(analysis.stretches[2].too_short);
  EXPECT_EQ(analysis.spotting.run_thresholds.size(), 2U);
  EXPECT_EQ(analysis.FramesNotJudged(), 5);
  ASSERT_EQ(analysis.faces.size(), 29U);
  EXPECT_EQ(analysis.faces[25].cause, FaceCause::kTooShort);
  EXPECT_THAT(analysis.usability, HasSubstr("usable 0.8 of 1.0 s; not: stretch too short 0.2 s"));
  EXPECT_THAT(analysis.warnings,
              ElementsAre(AllOf(HasSubstr("too short to be judged"), HasSubstr("usable 0.8 of"))));
}

TEST_F(Stretches, AVideoOfWhichNothingCanBeJudgedSaysWhy) {
  FaceOptions face{.alignment = AlignmentMode::kSimilarity, .min_width_px = 1000};
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput,
                                    [&] { RowsOf(PartsSource().Faces(0, 12).Empty(6), face); }),
              AllOf(HasSubstr("no usable face in any of its 18 frames"),
                    HasSubstr("usable 0.0 of 0.6 s"), HasSubstr("too small 0.4 s")));
}

}  // namespace
}  // namespace mestr::internal
