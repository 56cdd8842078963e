#include "pipeline/feature_stream.h"

#include <functional>
#include <thread>

#include "features/mean_v1.h"
#include "mestr/core/error.h"
#include "pipeline/device.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::kClipFps;
using testing::SmallClip;
using testing::SyntheticSource;

std::unique_ptr<FeatureExtractor> Extractor(int distance, std::vector<FramePair> besides = {}) {
  return MakeMeanV1(
      {.frame_distance = distance, .jpeg_quality = {}, .besides = std::move(besides)});
}

void Ignore(const RowId&, std::span<const float>) {}

struct NamedRow {
  RowId id;
  std::vector<float> values;
};

RowSink Into(std::vector<NamedRow>& rows) {
  return [&rows](const RowId& id, std::span<const float> row) {
    rows.push_back({id, {row.begin(), row.end()}});
  };
}

class Streams : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { finder_ = std::make_unique<FaceFinder>(FindLandmarkModel({})); }
  static void TearDownTestSuite() { finder_.reset(); }

  // With so many workers.
  struct Stream {
    explicit Stream(int workers, const FaceOptions& face_options = {})
        : face(face_options), resources(workers) {}

    StreamReport Run(FrameSource& source, FeatureExtractor& extractor, const RowSink& sink,
                     const std::stop_token& stop = {}) {
      return stream.Run(source, kClipFps, face, extractor, sink, stop);
    }

    FaceOptions face;
    RunResources resources;
    FeatureStream stream{*finder_, MakeFlowEngines({}, resources.processors().count()), resources};
  };

  // All features of a clip, in the order handed on.
  static std::vector<float> FeaturesOf(int workers, const FaceOptions& face) {
    SyntheticSource source(SmallClip(24));
    std::vector<float> all;
    Stream(workers, face)
        .Run(source, *Extractor(3), [&](const RowId& id, std::span<const float> row) {
          EXPECT_EQ(id.index.value_or(-1) * kFeatureValues, static_cast<std::int64_t>(all.size()));
          all.insert(all.end(), row.begin(), row.end());
        });
    return all;
  }

  static std::unique_ptr<FaceFinder> finder_;
};
std::unique_ptr<FaceFinder> Streams::finder_;

TEST_F(Streams, GiveTheSameBytesForAnyNumberOfWorkers) {
  for (const AlignmentMode mode : {AlignmentMode::kCrop, AlignmentMode::kSimilarity}) {
    const auto one = FeaturesOf(1, {.alignment = mode, .min_stretch_s = 0});
    EXPECT_EQ(one.size(), 21U * kFeatureValues);
    EXPECT_EQ(one, FeaturesOf(2, {.alignment = mode, .min_stretch_s = 0}));
    EXPECT_EQ(one, FeaturesOf(5, {.alignment = mode, .min_stretch_s = 0}));
  }
}

TEST_F(Streams, GiveTheSameBytesOneStageAfterAnother) {
  SyntheticSource source(SmallClip(24));
  std::vector<float> all;
  const auto engine = MakeFlowEngine({});
  const StreamReport report = RunSerially(source, kClipFps, {}, *finder_, *engine, *Extractor(3),
                                          [&](const RowId&, std::span<const float> row) {
                                            all.insert(all.end(), row.begin(), row.end());
                                          });
  EXPECT_EQ(all, FeaturesOf(2, {}));
  EXPECT_EQ(report.frames, 24);
  EXPECT_EQ(report.rows, 21);
}

TEST_F(Streams, AccountForEveryFrame) {
  SyntheticSource source(SmallClip(15), /*empty_frames_first=*/4);
  std::vector<NamedRow> rows;
  const StreamReport report = Stream(2).Run(source, *Extractor(5), Into(rows));
  EXPECT_EQ(report.frames, 19);
  EXPECT_EQ(report.frame_times_s.size(), 19U);
  EXPECT_EQ(report.stretches.front().first_frame, 4);
  EXPECT_EQ(report.rows, 10);
  ASSERT_EQ(rows.size(), 10U);
  EXPECT_GT(report.costs.flow.wall_s, 0);
  EXPECT_EQ(rows.front().id.frames, (FramePair{4, 9}));  // of the video, not of its faces
  EXPECT_EQ(rows.back().id.frames, (FramePair{13, 18}));
}

TEST_F(Streams, ComputePairsBesidesLikeThoseOfTheRow) {
  SyntheticSource source(SmallClip(20));
  const std::vector<FramePair> pairs = {{6, 9}, {2, 12}, {15, 25}, {2, 5}};
  std::vector<NamedRow> all;
  const StreamReport report = Stream(2).Run(source, *Extractor(3, pairs), Into(all));
  EXPECT_EQ(report.rows, 17);
  std::vector<NamedRow> rows;
  std::vector<NamedRow> besides;
  for (NamedRow& row : all) (row.id.index ? rows : besides).push_back(std::move(row));
  ASSERT_EQ(rows.size(), 17U);
  ASSERT_EQ(besides.size(), 3U);  // frame 25 does not exist
  // In the order of their last frames.
  EXPECT_EQ(besides[0].id.frames, pairs[3]);
  EXPECT_EQ(besides[1].id.frames, pairs[0]);
  EXPECT_EQ(besides[2].id.frames, pairs[1]);
  EXPECT_EQ(besides[0].values, rows[2].values);
  EXPECT_EQ(besides[1].values, rows[6].values);
  EXPECT_NE(besides[2].values, rows[2].values);
}

TEST_F(Streams, GiveTheRowsOfPairsBesidesAmongTheOthersInTheOrderOfTheirLastFrames) {
  SyntheticSource source(SmallClip(20));
  std::vector<NamedRow> rows;
  Stream(3).Run(source, *Extractor(3, {{6, 9}, {2, 12}, {2, 5}}), Into(rows));
  ASSERT_EQ(rows.size(), 20U);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    EXPECT_LE(rows[i - 1].id.frames.to, rows[i].id.frames.to);
  }
}

TEST_F(Streams, RefuseAVideoShorterThanAPair) {
  SyntheticSource source(SmallClip(3));
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput,
                                    [&] { Stream(1).Run(source, *Extractor(3), Ignore); }),
              AllOf(HasSubstr("3 frames"), HasSubstr("needs 4")));
}

TEST_F(Streams, GoOnWithTheNextVideoAfterASinkThatThrew) {
  Stream stream(2);
  SyntheticSource first(SmallClip(20));
  EXPECT_THROW(stream.Run(first, *Extractor(3),
                          [](const RowId& id, std::span<const float>) {
                            if (id.index == 2) throw std::runtime_error("disk full");
                          }),
               std::runtime_error);
  SyntheticSource second(SmallClip(8));
  EXPECT_EQ(stream.Run(second, *Extractor(3), Ignore).rows, 5);
}

TEST_F(Streams, StopWhenAnotherThreadAsks) {
  Stream stream(2);
  SyntheticSource source(SmallClip(120));
  std::stop_source stop;
  std::jthread asking;
  std::int64_t rows = 0;
  const RowSink ask_at_the_second = [&](const RowId&, std::span<const float>) {
    if (++rows == 2) asking = std::jthread([&] { stop.request_stop(); });
  };
  testing::ErrorMessage(ErrorKind::kStopped, [&] {
    stream.Run(source, *Extractor(3), ask_at_the_second, stop.get_token());
  });
  EXPECT_LT(rows, 117);
  SyntheticSource next(SmallClip(8));
  EXPECT_EQ(stream.Run(next, *Extractor(3), Ignore).rows, 5);
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
                                    [&] { Stream(2).Run(source, *Extractor(3), Ignore); }),
              HasSubstr("too early"));
}

// A source of one's own that gets one of its frames wrong.
class WrongSource : public SyntheticSource {
 public:
  explicit WrongSource(std::function<void(Frame& frame)> change, std::int64_t index = 9)
      : SyntheticSource(SmallClip(12)), change_(std::move(change)), index_(index) {}
  bool Next(Frame& frame) override {
    if (!SyntheticSource::Next(frame)) return false;
    if (frame.index == index_) change_(frame);
    return true;
  }

 private:
  std::function<void(Frame& frame)> change_;
  std::int64_t index_;
};

TEST_F(Streams, RefuseFramesThatAreNotWhatASourceMustGive) {
  Stream stream(1);
  const auto message = [&](const std::function<void(Frame & frame)>& change) {
    WrongSource source(change);
    return testing::ErrorMessage(ErrorKind::kInput,
                                 [&] { stream.Run(source, *Extractor(3), Ignore); });
  };
  const std::string not_bgr = "frame 10 is not an 8-bit BGR image";
  EXPECT_EQ(message([](Frame& f) { f.image_bgr = cv::Mat(); }), not_bgr);
  EXPECT_EQ(message([](Frame& f) { f.image_bgr = cv::Mat(240, 320, CV_8UC1); }), not_bgr);
  EXPECT_EQ(message([](Frame& f) { f.image_bgr = cv::Mat(240, 320, CV_32FC3); }), not_bgr);
  EXPECT_EQ(message([](Frame& f) { f.image_bgr = cv::Mat(20, 30, CV_8UC3); }),
            "frame 10 has 30x20 px, but those before it have 320x240");
  EXPECT_EQ(message([](Frame& f) { f.index = 8; }), "frame 10 has the index 8 instead of 9");
  const std::string not_enough = "frame 10 has not all the pixels that are needed";
  const auto cut = [](Frame& f, const cv::Rect& part) {
    f.patch_bgr = f.image_bgr(part);
    f.patch_origin = part.tl();
    f.image_bgr = cv::Mat();
  };
  EXPECT_EQ(message([&](Frame& f) { cut(f, {10, 10, 50, 50}); }), not_enough);
  EXPECT_EQ(message([&](Frame& f) {
              f.continues = false;
              cut(f, {0, 0, 320, 240});
            }),
            not_enough);
}

// dlib ends the program at the second image of a wrong type that it is given.
TEST_F(Streams, RefuseAGrayVideoAsOftenAsItComes) {
  Stream stream(1);
  for (int i = 0; i < 2; ++i) {
    WrongSource source([](Frame& f) { f.image_bgr = cv::Mat(240, 320, CV_8UC1); }, /*index=*/0);
    EXPECT_EQ(testing::ErrorMessage(ErrorKind::kInput,
                                    [&] { stream.Run(source, *Extractor(1), Ignore); }),
              "frame 1 is not an 8-bit BGR image");
  }
}

// Features of one's own that another library refuses.
class FailingExtractor : public PairExtractor {
 public:
  FailingExtractor()
      : PairExtractor({.kind = "failing", .row_shape = {1}, .crop = {}},
                      {.frame_distance = 3, .jpeg_quality = {}, .besides = {}}) {}

  void ComputeRow(const FlowRequest& request, ImageView<const float>, ImageView<const float>,
                  std::span<float>) const override {
    if (request.row.index == 5) throw std::out_of_range("no sixth row");
  }
  std::vector<Region> Regions(const Landmarks&) const override { return {}; }
};

TEST_F(Streams, TranslateAFailureOfFeaturesOfOnesOwn) {
  SyntheticSource source(SmallClip(20));
  FailingExtractor extractor;
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kInput, [&] { Stream(2).Run(source, extractor, Ignore); }),
      HasSubstr("computing features failed: no sixth row"));
}

// Gives rows in an order of its own.
class StrayExtractor : public FeatureExtractor {
 public:
  explicit StrayExtractor(std::int64_t offset) : offset_(offset) {}
  const ExtractorSpec& spec() const override { return spec_; }
  void ComputeRow(const FlowRequest&, ImageView<const float>, ImageView<const float>,
                  std::span<float>) const override {}
  std::vector<Region> Regions(const Landmarks&) const override { return {}; }
  void Push(const AlignedFrame& frame, const RequestSink& sink) override {
    for (int i = 0; i < 2; ++i) {  // more than one a frame
      sink({{rows_++ + offset_, {frame.index, frame.index + 1}}, frame.crop, frame.crop, {}});
    }
  }
  void Restart() override { rows_ = 0; }

 private:
  ExtractorSpec spec_{.kind = "stray", .row_shape = {1}, .crop = {}};
  std::int64_t offset_;
  std::int64_t rows_ = 0;
};

TEST_F(Streams, RefuseRowsThatAreNotOneAFrameInOrder) {
  for (const std::int64_t offset : {0, 1}) {
    SyntheticSource source(SmallClip(20));
    StrayExtractor extractor(offset);
    EXPECT_THAT(
        testing::ErrorMessage(ErrorKind::kInput, [&] { Stream(1).Run(source, extractor, Ignore); }),
        HasSubstr("features 'stray' gave row 1 after " + std::to_string(1 - offset)));
  }
}

}  // namespace
}  // namespace mestr::internal
