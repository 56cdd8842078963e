#include "face/face_aligner.h"

#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "mestr/flow/flow_engine.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr double kFps = 30;
constexpr int kCropSide = CropSpec{}.side_px;

// The portrait in a larger frame, moved by a similarity around its middle, with sensor noise.
class DriftingHead {
 public:
  DriftingHead()
      : portrait_(cv::imread(testing::SourcePath("models/portraits/astronaut.jpg").string())) {
    cv::resize(portrait_, portrait_, {512, 512 * portrait_.rows / portrait_.cols});
  }

  // `motion` in (-1, 1): up to 12 px, 2 degrees, 2 % of scale.
  Frame At(std::int64_t index, double motion) {
    const cv::Point2f middle(portrait_.cols / 2.0F, portrait_.rows / 2.0F);
    cv::Mat transform = cv::getRotationMatrix2D(middle, 2 * motion, 1 + 0.02 * motion);
    transform.at<double>(0, 2) += 12 * motion;
    transform.at<double>(1, 2) -= 5 * motion;
    Frame frame{.image_bgr = {}, .index = index, .time_s = static_cast<double>(index) / kFps};
    cv::warpAffine(portrait_, frame.image_bgr, transform, portrait_.size(), cv::INTER_CUBIC,
                   cv::BORDER_REPLICATE);
    cv::Mat noise(frame.image_bgr.size(), CV_16SC3);
    cv::RNG(static_cast<std::uint64_t>(index) + 1).fill(noise, cv::RNG::NORMAL, 0, 2);
    cv::add(frame.image_bgr, noise, frame.image_bgr, {}, CV_8UC3);
    return frame;
  }

  Frame Empty(std::int64_t index) const {
    return {.image_bgr = cv::Mat(portrait_.size(), CV_8UC3, cv::Scalar::all(90)), .index = index};
  }

 private:
  cv::Mat portrait_;
};

class Alignment : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { finder_ = std::make_unique<FaceFinder>(FindLandmarkModel({})); }
  static void TearDownTestSuite() { finder_.reset(); }

  // One slow nod to and fro a second, about what a person does who tries to sit still.
  std::vector<cv::Mat> AlignDrift(AlignmentMode mode, int frames) {
    FaceAligner aligner({.alignment = mode}, {}, *finder_, kFps);
    std::vector<cv::Mat> crops;
    const auto sink = [&](const AlignedFrame& frame) {
      EXPECT_EQ(frame.index, static_cast<std::int64_t>(crops.size()));
      EXPECT_EQ(frame.time_s, static_cast<double>(frame.index) / kFps);
      EXPECT_EQ(frame.landmarks.has_value(), frame.index == 0);
      crops.push_back(frame.crop);
    };
    for (int i = 0; i < frames; ++i)
      aligner.Push(head_.At(i, std::sin(2 * M_PI * i / kFps / 2)), sink);
    aligner.Finish(sink);
    track_ = aligner.track();
    return crops;
  }

  // Median length of the flow of pairs 3 frames apart over the bridge of the nose and the eye
  // sockets' inner parts, px of the crop: nothing there moves but with the head.
  double RigidFlow(const std::vector<cv::Mat>& crops) const {
    const auto engine = MakeFlowEngine({.method = FlowMethod::kExact, .tvl1 = {}});
    const auto& p = track_.crop_landmarks;
    const cv::Rect rigid(cv::Point(p[39].x, p[27].y), cv::Point(p[42].x, p[30].y));
    std::vector<float> lengths;
    for (std::size_t i = 0; i + 3 < crops.size(); i += 5) {
      cv::Mat u(kCropSide, kCropSide, CV_32F);
      cv::Mat v(kCropSide, kCropSide, CV_32F);
      const auto gray = [](const cv::Mat& crop) {
        return ImageView<const std::uint8_t>{crop.data, kCropSide, kCropSide, kCropSide};
      };
      const auto flow = [](cv::Mat& image) {
        return ImageView<float>{image.ptr<float>(), kCropSide, kCropSide, kCropSide};
      };
      engine->Compute(
          std::vector<FlowPair>{{gray(crops[i]), gray(crops[i + 3]), flow(u), flow(v)}});
      cv::Mat length;
      cv::magnitude(u, v, length);
      lengths.push_back(static_cast<float>(cv::mean(length(rigid))[0]));
    }
    std::nth_element(lengths.begin(), lengths.begin() + lengths.size() / 2, lengths.end());
    return lengths[lengths.size() / 2];
  }

  static std::unique_ptr<FaceFinder> finder_;
  DriftingHead head_;
  FaceTrack track_;
};
std::unique_ptr<FaceFinder> Alignment::finder_;

TEST_F(Alignment, CropCutsEveryFrameWithTheFirstBox) {
  const std::vector<cv::Mat> crops = AlignDrift(AlignmentMode::kCrop, 4);
  ASSERT_EQ(crops.size(), 4U);
  EXPECT_EQ(track_.first_frame, 0);
  const cv::Mat frame = head_.At(3, std::sin(2 * M_PI * 3 / kFps / 2)).image_bgr;
  cv::Mat crop;
  cv::resize(frame(track_.box), crop, {kCropSide, kCropSide});
  std::vector<unsigned char> jpeg;
  cv::imencode(".jpg", crop, jpeg, {cv::IMWRITE_JPEG_QUALITY, 95});
  EXPECT_EQ(cv::norm(crops[3], cv::imdecode(jpeg, cv::IMREAD_GRAYSCALE), cv::NORM_INF), 0);
}

TEST_F(Alignment, SimilarityTakesHeadMotionOutOfTheFlow) {
  constexpr int kFrames = 75;
  const std::vector<cv::Mat> cropped = AlignDrift(AlignmentMode::kCrop, kFrames);
  const double before = RigidFlow(cropped);
  const std::vector<cv::Mat> aligned = AlignDrift(AlignmentMode::kSimilarity, kFrames);
  const double after = RigidFlow(aligned);
  RecordProperty("rigid_flow_crop_px", std::to_string(before));
  RecordProperty("rigid_flow_similarity_px", std::to_string(after));
  std::cout << "median rigid flow: crop " << before << " px, similarity " << after << " px\n";
  ASSERT_EQ(aligned.size(), cropped.size());
  EXPECT_GT(before, 0.5);
  EXPECT_LT(after, before / 4);
}

TEST_F(Alignment, LooksOnUntilAFaceIsFound) {
  FaceAligner aligner({}, {}, *finder_, kFps);
  std::vector<std::int64_t> indices;
  const auto sink = [&](const AlignedFrame& frame) { indices.push_back(frame.index); };
  for (int i = 0; i < 5; ++i) aligner.Push(head_.Empty(i), sink);
  for (int i = 5; i < 8; ++i) aligner.Push(head_.At(i, 0), sink);
  aligner.Finish(sink);
  EXPECT_THAT(indices, ::testing::ElementsAre(5, 6, 7));
  EXPECT_EQ(aligner.track().first_frame, 5);
  EXPECT_EQ(aligner.track().end_frame, 8);
}

TEST_F(Alignment, AVideoWithoutAFaceHasNoStretch) {
  for (const AlignmentMode mode : {AlignmentMode::kCrop, AlignmentMode::kSimilarity}) {
    FaceAligner aligner({.alignment = mode, .search_s = 0.2}, {}, *finder_, kFps);
    const auto sink = [](const AlignedFrame&) { FAIL() << "a crop without a face"; };
    for (int i = 0; i < 12; ++i) aligner.Push(head_.Empty(i), sink);
    aligner.Finish(sink);
    EXPECT_FALSE(aligner.found());
    EXPECT_FALSE(aligner.lost());
  }
}

TEST_F(Alignment, SimilarityHandsOnNothingAfterTheFaceWasLastSeen) {
  FaceAligner aligner({.alignment = AlignmentMode::kSimilarity, .check_s = 0.1}, {}, *finder_,
                      kFps);
  std::vector<std::int64_t> indices;
  const auto sink = [&](const AlignedFrame& frame) { indices.push_back(frame.index); };
  for (int i = 0; i < 11; ++i) aligner.Push(head_.At(i, 0), sink);
  int pushed = 11;
  for (; pushed < 20 && !aligner.lost(); ++pushed) aligner.Push(head_.Empty(pushed), sink);
  aligner.Finish(sink);
  // Checks stand at every third frame: 9 is the last to see the face, 12 the first to miss it.
  EXPECT_EQ(pushed, 13);
  ASSERT_EQ(indices.size(), 10U);
  EXPECT_EQ(indices.back(), 9);
  EXPECT_EQ(aligner.track().end_frame, 10);
}

TEST_F(Alignment, SimilarityLooksOnceMoreAtTheEnd) {
  for (const int without_face : {0, 2}) {
    FaceAligner aligner({.alignment = AlignmentMode::kSimilarity, .check_s = 1}, {}, *finder_,
                        kFps);
    std::int64_t frames = 0;
    const auto sink = [&](const AlignedFrame&) { ++frames; };
    for (int i = 0; i < 12; ++i) aligner.Push(head_.At(i, 0), sink);
    for (int i = 12; i < 12 + without_face; ++i) aligner.Push(head_.Empty(i), sink);
    aligner.Finish(sink);
    EXPECT_EQ(frames, without_face == 0 ? 12 : 1) << "the first check is the frame it was found in";
  }
}

TEST(FaceOptions, NamesTheFieldThatIsOutOfRange) {
  const auto message = [](const FaceOptions& options) {
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { options.Check(); });
  };
  EXPECT_THAT(message({.upsamplings = 4}),
              AllOf(HasSubstr("face.upsamplings is 4"), HasSubstr("[0, 3]")));
  EXPECT_THAT(message({.search_s = -1}), HasSubstr("search_s"));
  EXPECT_THAT(message({.smoothing_s = 2.5}), HasSubstr("smoothing_s is 2.5"));
  EXPECT_THAT(message({.check_s = 0}), HasSubstr("check_s is 0"));
}

}  // namespace
}  // namespace mestr::internal
