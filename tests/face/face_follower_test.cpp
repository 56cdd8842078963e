#include "face/face_follower.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <set>

#include "face/crop.h"
#include "mestr/flow/flow_engine.h"
#include "support/moving_person.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::HasSubstr;
using testing::kPersonFps;
using testing::kPersonWidth_px;
using testing::MovingPerson;

constexpr int kCropSide = CropSpec{}.side_px;

// What a follower made of the frames that a test gave it.
class Followed {
 public:
  Followed(FaceOptions options, FaceFinder& finder)
      : follower_(options, {}, /*least_frames=*/4, finder, kPersonFps) {}

  void Push(const Frame& frame) { follower_.Push(frame, sink_); }
  void Cut() { follower_.Break(FaceCause::kCut, sink_); }
  void Finish() {
    follower_.Finish(sink_);
    for (std::size_t lane = 0; lane < follower_.lanes(); ++lane) {
      faces.push_back(follower_.TakeFaces(lane));
    }
    crops.resize(faces.size());
    stretches.resize(faces.size());
  }

  std::int64_t Count(FaceCause cause, std::size_t lane = 0) const {
    return std::count_if(faces[lane].begin(), faces[lane].end(),
                         [&](const FrameFace& face) { return face.cause == cause; });
  }

  // Each crop is of a usable frame of a stretch that is judged, and each such frame has a crop.
  void ExpectCropsOfUsableFramesAlone() const {
    for (std::size_t lane = 0; lane < faces.size(); ++lane) {
      std::set<std::int64_t> with_crop;
      for (const AlignedFrame& crop : crops[lane]) with_crop.insert(crop.index);
      for (std::size_t i = 0; i < faces[lane].size(); ++i) {
        EXPECT_EQ(faces[lane][i].usable(), with_crop.contains(static_cast<std::int64_t>(i)))
            << "frame " << i << " of lane " << lane << ", " << FaceCauseText(faces[lane][i].cause);
      }
    }
  }

  std::vector<std::vector<FrameFace>> faces;
  std::vector<std::vector<AlignedFrame>> crops;
  std::vector<std::vector<FaceTrack>> stretches;

 private:
  template <typename T>
  static void Add(std::vector<std::vector<T>>& lists, std::size_t lane, T value) {
    if (lists.size() <= lane) lists.resize(lane + 1);
    lists[lane].push_back(std::move(value));
  }

  FaceFollower follower_;
  FaceFollower::Sink sink_{
      .aligned = [this](std::size_t lane,
                        AlignedFrame frame) { Add(crops, lane, std::move(frame)); },
      .stretch_end = [this](std::size_t lane,
                            const FaceTrack& stretch) { Add(stretches, lane, stretch); }};
};

class Following : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { finder_ = std::make_unique<FaceFinder>(FindLandmarkModel({})); }
  static void TearDownTestSuite() { finder_.reset(); }

  // Stretches of ten frames are judged: the clips here are short.
  static FaceOptions Options() {
    return {.alignment = AlignmentMode::kSimilarity, .min_stretch_s = 10 / kPersonFps};
  }

  static std::unique_ptr<FaceFinder> finder_;
  MovingPerson person_;
};
std::unique_ptr<FaceFinder> Following::finder_;

// Median length of the flow of pairs 3 frames apart over the bridge of the nose and the eye
// sockets' inner parts, px of the crop: nothing there moves but with the head.
double RigidFlow(const std::vector<cv::Mat>& crops, const Landmarks& p) {
  const auto engine = MakeFlowEngine({.method = FlowMethod::kExact, .tvl1 = {}});
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
    engine->Compute(std::vector<FlowPair>{{gray(crops[i]), gray(crops[i + 3]), flow(u), flow(v)}});
    cv::Mat length;
    cv::magnitude(u, v, length);
    lengths.push_back(static_cast<float>(cv::mean(length(rigid))[0]));
  }
  std::nth_element(lengths.begin(), lengths.begin() + lengths.size() / 2, lengths.end());
  return lengths[lengths.size() / 2];
}

TEST_F(Following, TakesHeadMotionOutOfTheFlow) {
  constexpr int kFrames = 75;
  Followed aligned(Options(), *finder_);
  std::vector<cv::Mat> cropped;
  // One slow nod to and fro in two seconds, about what a person does who tries to sit still.
  std::vector<Frame> frames;
  for (int i = 0; i < kFrames; ++i) {
    frames.push_back(person_.At(i, std::sin(2 * M_PI * i / kPersonFps / 2)));
    aligned.Push(frames.back());
  }
  aligned.Finish();
  ASSERT_EQ(aligned.stretches[0].size(), 1U);
  const FaceTrack& track = aligned.stretches[0][0];
  std::vector<cv::Mat> crops;
  for (const AlignedFrame& crop : aligned.crops[0]) crops.push_back(crop.crop);
  for (const Frame& frame : frames) {
    cv::Mat gray;
    cv::cvtColor(CutBox(frame.image_bgr, track.box, kCropSide), gray, cv::COLOR_BGR2GRAY);
    cropped.push_back(gray);
  }
  const double before = RigidFlow(cropped, track.crop_landmarks);
  const double after = RigidFlow(crops, track.crop_landmarks);
  std::cout << "median rigid flow: crop " << before << " px, similarity " << after << " px\n";
  ASSERT_EQ(crops.size(), static_cast<std::size_t>(kFrames));
  EXPECT_GT(before, 0.5);
  EXPECT_LT(after, before / 4);
}

TEST_F(Following, SaysOfEachFrameWhatTheFaceIsLike) {
  Followed followed(Options(), *finder_);
  for (int i = 0; i < 20; ++i) followed.Push(person_.At(i));
  followed.Finish();
  ASSERT_EQ(followed.faces[0].size(), 20U);
  for (const FrameFace& face : followed.faces[0]) {
    EXPECT_TRUE(face.usable());
    EXPECT_EQ(face.track, 0);
    EXPECT_LT(std::abs(face.yaw_deg), 20);
    EXPECT_LT(std::abs(face.pitch_deg), 20);
    EXPECT_GT(face.width_px, 60);
    EXPECT_GT(face.sharpness, 0.4);
    EXPECT_GT(face.confidence, 0.5);
    EXPECT_LE(face.confidence, 1);
    EXPECT_GT(face.right_eye_openness, 0.15);
    EXPECT_GT(face.left_eye_openness, 0.15);
    EXPECT_LT(face.head_motion_px, 3);
  }
  EXPECT_EQ(followed.faces[0][0].head_motion_px, 0);
  for (const AlignedFrame& crop : followed.crops[0]) {
    EXPECT_EQ(crop.landmarks.has_value(), crop.index == 0);
    EXPECT_EQ(crop.face.box, followed.faces[0][crop.index].box);
  }
}

TEST_F(Following, AVideoWithoutAFaceHasNoStretch) {
  FaceOptions options = Options();
  options.search_s = 0.2;
  for (const bool all_faces : {false, true}) {
    options.all_faces = all_faces;
    Followed followed(options, *finder_);
    for (int i = 0; i < 12; ++i) followed.Push(person_.Empty(i));
    followed.Finish();
    for (const auto& stretches : followed.stretches) EXPECT_TRUE(stretches.empty());
    if (!all_faces) {
      EXPECT_EQ(followed.Count(FaceCause::kNoFace), 12);
    }
  }
}

TEST_F(Following, FindsAFaceThatAppearsLate) {
  FaceOptions options = Options();
  options.search_s = 0.1;
  Followed followed(options, *finder_);
  for (int i = 0; i < 100; ++i) followed.Push(person_.Empty(i));
  for (int i = 100; i < 130; ++i) followed.Push(person_.At(i));
  followed.Finish();
  ASSERT_EQ(followed.stretches[0].size(), 1U);
  EXPECT_LE(followed.stretches[0][0].first_frame, 106)
      << "the late search looks five times a second";
  EXPECT_EQ(followed.stretches[0][0].end_frame, 130);
  followed.ExpectCropsOfUsableFramesAlone();
}

TEST_F(Following, HandsOnNothingAfterTheFaceWasLastSeen) {
  FaceOptions options = Options();
  options.check_s = 0.1;
  Followed followed(options, *finder_);
  for (int i = 0; i < 15; ++i) followed.Push(person_.At(i));
  for (int i = 15; i < 30; ++i) followed.Push(person_.Empty(i));
  followed.Finish();
  // Looks stand at every third frame: 12 is the last to see the face, 15 the first to miss it.
  ASSERT_EQ(followed.stretches[0].size(), 1U);
  EXPECT_EQ(followed.stretches[0][0].end_frame, 13);
  EXPECT_EQ(followed.crops[0].back().index, 12);
  EXPECT_NE(followed.stretches[0][0].ended_by, FaceCause::kVideoEnd);
  followed.ExpectCropsOfUsableFramesAlone();
}

TEST_F(Following, LooksOnceMoreAtTheEnd) {
  for (const int without_face : {0, 2}) {
    FaceOptions options = Options();
    options.check_s = 1;
    Followed followed(options, *finder_);
    for (int i = 0; i < 12; ++i) followed.Push(person_.At(i));
    for (int i = 12; i < 12 + without_face; ++i) followed.Push(person_.Empty(i));
    followed.Finish();
    EXPECT_EQ(followed.crops[0].size(), without_face == 0 ? 12U : 0U)
        << "the first look is the frame it was found in";
  }
}

TEST_F(Following, AStretchThatIsTooShortIsNamedAndNotHandedOn) {
  Followed followed(Options(), *finder_);
  for (int i = 0; i < 6; ++i) followed.Push(person_.At(i));
  followed.Cut();
  for (int i = 6; i < 30; ++i) followed.Push(person_.At(i));
  followed.Finish();
  ASSERT_EQ(followed.stretches[0].size(), 2U);
  EXPECT_TRUE(followed.stretches[0][0].too_short);
  EXPECT_EQ(followed.stretches[0][0].ended_by, FaceCause::kCut);
  EXPECT_FALSE(followed.stretches[0][1].too_short);
  EXPECT_EQ(followed.stretches[0][1].ended_by, FaceCause::kVideoEnd);
  EXPECT_EQ(followed.Count(FaceCause::kTooShort), 6);
  followed.ExpectCropsOfUsableFramesAlone();
}

TEST_F(Following, ACoveredFaceIsNotUsableAndIsTheSameFaceAfterwards) {
  Followed followed(Options(), *finder_);
  int frame = 0;
  for (; frame < 30; ++frame) followed.Push(person_.At(frame));
  const int covered_from = frame;
  for (; frame < 45; ++frame) {
    followed.Push(person_.Covered(frame, std::min(0.6, 0.06 * (frame - covered_from + 1))));
  }
  const int covered_to = frame;
  for (; frame < 90; ++frame) followed.Push(person_.At(frame));
  followed.Finish();
  EXPECT_GE(followed.Count(FaceCause::kCovered), 5);
  // The first frames of the block lie below the mouth.
  for (int i = covered_from + 4; i < covered_to; ++i) {
    EXPECT_FALSE(followed.faces[0][i].usable()) << i;
  }
  ASSERT_GE(followed.stretches[0].size(), 2U);
  for (const FaceTrack& stretch : followed.stretches[0]) EXPECT_EQ(stretch.track, 0);
  EXPECT_EQ(followed.stretches[0].back().end_frame, 90);
  followed.ExpectCropsOfUsableFramesAlone();
}

TEST_F(Following, ASmallFaceIsSeenAndNotJudged) {
  Followed followed(Options(), *finder_);
  for (int i = 0; i < 20; ++i) followed.Push(person_.Scaled(i, 0.5));
  followed.Finish();
  EXPECT_EQ(followed.Count(FaceCause::kTooSmall), 20);
  EXPECT_TRUE(followed.stretches[0].empty());
  FaceOptions options = Options();
  options.min_width_px = 30;
  Followed lenient(options, *finder_);
  for (int i = 0; i < 20; ++i) lenient.Push(person_.Scaled(i, 0.5));
  lenient.Finish();
  EXPECT_EQ(lenient.Count(FaceCause::kNone), 20);
}

TEST_F(Following, ABlurredFaceIsNotJudged) {
  Followed followed(Options(), *finder_);
  for (int i = 0; i < 45; ++i) {
    Frame frame = person_.At(i);
    if (i >= 15 && i < 20) cv::GaussianBlur(frame.image_bgr, frame.image_bgr, {}, 5);
    followed.Push(frame);
  }
  followed.Finish();
  for (int i = 15; i < 20; ++i) EXPECT_FALSE(followed.faces[0][i].usable()) << i;
  EXPECT_GE(followed.Count(FaceCause::kBlurred) + followed.Count(FaceCause::kCovered), 5);
  EXPECT_EQ(followed.stretches[0].size(), 2U);
  followed.ExpectCropsOfUsableFramesAlone();
}

TEST_F(Following, MissingFramesAreNamed) {
  Followed followed(Options(), *finder_);
  for (int i = 0; i < 12; ++i) followed.Push(person_.At(i));
  followed.Cut();
  Frame missing = person_.At(12);
  missing.missing = true;
  followed.Push(missing);
  followed.Finish();
  EXPECT_EQ(followed.faces[0][12].cause, FaceCause::kMissing);
}

TEST_F(Following, AnotherPersonAfterACutIsAnotherTrack) {
  Followed followed(Options(), *finder_);
  for (int i = 0; i < 20; ++i) followed.Push(person_.At(i));
  followed.Cut();
  for (int i = 20; i < 40; ++i) followed.Push(person_.Other(i));
  followed.Cut();
  for (int i = 40; i < 60; ++i) followed.Push(person_.At(i));
  followed.Finish();
  ASSERT_EQ(followed.stretches[0].size(), 3U);
  EXPECT_EQ(followed.stretches[0][0].track, 0);
  EXPECT_EQ(followed.stretches[0][1].track, 1);
  EXPECT_EQ(followed.stretches[0][2].track, 0);
  EXPECT_EQ(followed.stretches[0][1].first_frame, 20);
}

TEST_F(Following, AnotherPersonInTheSamePlaceEndsTheStretchWithoutACut) {
  Followed followed(Options(), *finder_);
  for (int i = 0; i < 25; ++i) followed.Push(person_.At(i));
  for (int i = 25; i < 60; ++i) followed.Push(person_.Other(i));
  followed.Finish();
  for (const FaceTrack& stretch : followed.stretches[0]) {
    EXPECT_TRUE(stretch.end_frame <= 25 || stretch.first_frame >= 25);
    EXPECT_EQ(stretch.track, stretch.end_frame <= 25 ? 0 : 1);
  }
  EXPECT_EQ(followed.stretches[0].back().end_frame, 60);
}

TEST_F(Following, StaysWithTheSamePersonWhereSeveralAre) {
  Followed followed(Options(), *finder_);
  const auto both = [&](int i, bool swapped) {
    return swapped ? MovingPerson::Beside(person_.Other(i), person_.At(i))
                   : MovingPerson::Beside(person_.At(i), person_.Other(i));
  };
  for (int i = 0; i < 15; ++i) followed.Push(both(i, false));
  followed.Cut();
  for (int i = 15; i < 30; ++i) followed.Push(both(i, true));
  followed.Finish();
  ASSERT_EQ(followed.stretches[0].size(), 2U);
  EXPECT_EQ(followed.stretches[0][0].track, followed.stretches[0][1].track);
  const bool left_first = followed.stretches[0][0].box.x < kPersonWidth_px;
  EXPECT_EQ(followed.stretches[0][1].box.x < kPersonWidth_px, !left_first);
}

TEST_F(Following, AllFacesGetATrackEachAndKeepItAcrossACut) {
  FaceOptions options = Options();
  options.all_faces = true;
  Followed followed(options, *finder_);
  for (int i = 0; i < 15; ++i) {
    followed.Push(MovingPerson::Beside(person_.At(i), person_.Other(i)));
  }
  followed.Cut();
  for (int i = 15; i < 30; ++i) {
    followed.Push(MovingPerson::Beside(person_.Other(i), person_.At(i)));
  }
  followed.Finish();
  ASSERT_EQ(followed.stretches.size(), 2U);
  for (std::size_t lane = 0; lane < 2; ++lane) {
    ASSERT_EQ(followed.stretches[lane].size(), 2U);
    for (const FaceTrack& stretch : followed.stretches[lane]) {
      EXPECT_EQ(stretch.track, static_cast<int>(lane));
    }
    EXPECT_NE(followed.stretches[lane][0].box.x < kPersonWidth_px,
              followed.stretches[lane][1].box.x < kPersonWidth_px)
        << "they changed places";
    EXPECT_EQ(followed.Count(FaceCause::kNone, lane), 30);
  }
  followed.ExpectCropsOfUsableFramesAlone();
}

TEST_F(Following, AFaceThatJoinsLaterHasNoFaceBefore) {
  FaceOptions options = Options();
  options.all_faces = true;
  Followed followed(options, *finder_);
  for (int i = 0; i < 20; ++i) {
    followed.Push(MovingPerson::Beside(person_.At(i), person_.Empty(i)));
  }
  for (int i = 20; i < 75; ++i) {
    followed.Push(MovingPerson::Beside(person_.At(i), person_.Other(i)));
  }
  followed.Finish();
  ASSERT_EQ(followed.stretches.size(), 2U);
  EXPECT_EQ(followed.Count(FaceCause::kNone, 0), 75);
  ASSERT_EQ(followed.stretches[1].size(), 1U);
  EXPECT_GE(followed.stretches[1][0].first_frame, 20);
  EXPECT_LE(followed.stretches[1][0].first_frame, 51) << "newcomers are looked for once a second";
  EXPECT_EQ(followed.faces[1][10].cause, FaceCause::kNoFace);
}

TEST(FaceOptions, NamesTheFieldThatIsOutOfRange) {
  const auto message = [](const FaceOptions& options) {
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { options.Check(); });
  };
  EXPECT_THAT(message({.upsamplings = 4}),
              ::testing::AllOf(HasSubstr("face.upsamplings is 4"), HasSubstr("[0, 3]")));
  EXPECT_THAT(message({.search_s = -1}), HasSubstr("search_s"));
  EXPECT_THAT(message({.smoothing_s = 2.5}), HasSubstr("smoothing_s is 2.5"));
  EXPECT_THAT(message({.check_s = 0}), HasSubstr("check_s is 0"));
  EXPECT_THAT(message({.min_width_px = -1}), HasSubstr("face.min_width_px is -1"));
  EXPECT_THAT(message({.max_yaw_deg = 0}), HasSubstr("face.max_yaw_deg is 0"));
  EXPECT_THAT(message({.max_pitch_deg = 91}), HasSubstr("face.max_pitch_deg is 91"));
  EXPECT_THAT(message({.min_sharpness = 1.5}), HasSubstr("face.min_sharpness is 1.5"));
  EXPECT_THAT(message({.max_changed = -0.1}), HasSubstr("face.max_changed is -0.1"));
  EXPECT_THAT(message({.min_stretch_s = 601}), HasSubstr("face.min_stretch_s is 601"));
  EXPECT_THAT(message({.all_faces = true}), HasSubstr("needs face.alignment similarity"));
}

}  // namespace
}  // namespace mestr::internal
