#include "synth/person_renderer.h"

#include <cmath>
#include <cstdlib>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <thread>

#include "mestr/core/error.h"
#include "support/test_support.h"

namespace mestr::internal::synth {
namespace {

using ::mestr::testing::ErrorMessage;
using ::testing::HasSubstr;

// A face of 200 px.
SceneOptions LargeFace(std::uint64_t seed = 3) {
  SceneOptions scene;
  scene.seed = seed;
  scene.width_px = 360;
  scene.height_px = 400;
  scene.face_width = 0.5;
  return scene;
}

SceneOptions SmallFace(std::uint64_t seed = 3) {
  SceneOptions scene;
  scene.seed = seed;
  scene.width_px = 160;
  scene.height_px = 160;
  scene.face_width = 0.5;
  return scene;
}

const PersonRenderer& Somebody() {
  static const PersonRenderer renderer(3, LargeFace());  // without glasses
  return renderer;
}

bool SameBytes(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && cv::norm(a, b, cv::NORM_INF) == 0;
}

// The units' largest motion is `px200` px at a face width of 200.
FaceState Moving(Unit unit, double px200) {
  FaceState state;
  state[unit] = 1;
  state[unit] = static_cast<float>(px200 / Somebody().UnitMotion_px200(state));
  return state;
}

cv::Point FastestPlace(const cv::Mat& flow, double& length_px) {
  length_px = -1;
  cv::Point place;
  for (int y = 0; y < flow.rows; ++y) {
    for (int x = 0; x < flow.cols; ++x) {
      const auto v = flow.at<cv::Vec2f>(y, x);
      if (std::hypot(v[0], v[1]) > length_px) {  // false for NaN
        length_px = std::hypot(v[0], v[1]);
        place = {x, y};
      }
    }
  }
  return place;
}

cv::Mat SmoothGray(const cv::Mat& picture) {
  cv::Mat gray;
  cv::cvtColor(picture, gray, cv::COLOR_BGR2GRAY);
  gray.convertTo(gray, CV_32F);
  cv::GaussianBlur(gray, gray, {}, 1.5);
  return gray;
}

struct Shifts {
  cv::Vec2d seen, truth;
};

// By how much the gray values in `area` move, by least squares on their slopes (Lucas, Kanade
// 1981), and by how much they would have to by the flow, with the same weights.
Shifts ShiftsIn(const cv::Rect& area, const cv::Mat& from, const cv::Mat& to, const cv::Mat& flow) {
  const cv::Mat a = SmoothGray(from);
  const cv::Mat b = SmoothGray(to);
  const cv::Mat middle = (a + b) / 2;
  cv::Matx22d normal = cv::Matx22d::zeros();
  cv::Vec2d seen = {0, 0};
  cv::Vec2d truth = {0, 0};
  for (int y = area.y; y < area.y + area.height; ++y) {
    for (int x = area.x; x < area.x + area.width; ++x) {
      const cv::Vec2d v = flow.at<cv::Vec2f>(y, x);
      if (std::isnan(v[0])) continue;
      const cv::Vec2d slope((middle.at<float>(y, x + 1) - middle.at<float>(y, x - 1)) / 2,
                            (middle.at<float>(y + 1, x) - middle.at<float>(y - 1, x)) / 2);
      normal += slope * slope.t();
      seen -= slope * static_cast<double>(b.at<float>(y, x) - a.at<float>(y, x));
      truth += slope * slope.dot(v);
    }
  }
  return {normal.inv() * seen, normal.inv() * truth};
}

TEST(PersonRenderer, DrawsTheSameBytesOnEveryCall) {
  const PersonRenderer a(5, SmallFace());
  const PersonRenderer b(5, SmallFace());
  FaceState state;
  state[Unit::kMouthSmileLeft] = 0.4F;
  state.yaw_rad = 0.1;
  const cv::Mat first = a.Render(state);
  a.Render({});
  cv::Mat elsewhere;
  std::thread([&] { elsewhere = b.Render(state); }).join();
  EXPECT_TRUE(SameBytes(first, a.Render(state)));
  EXPECT_TRUE(SameBytes(first, elsewhere));
}

TEST(PersonRenderer, TheFaceHasTheAskedWidthWhereverThePersonSits) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto points = PersonRenderer(4, SmallFace(seed)).LandmarkPoints({});
    EXPECT_NEAR(cv::norm(points[16] - points[0]), 80, 2);
  }
}

TEST(PersonRenderer, LandmarksAreTheirPointsToTheWholePx) {
  const auto points = Somebody().LandmarkPoints({});
  const auto landmarks = Somebody().LandmarksOf({});
  for (std::size_t i = 0; i < points.size(); ++i) {
    EXPECT_LE(std::abs(points[i].x - landmarks[i].x), 0.5001);
    EXPECT_LE(std::abs(points[i].y - landmarks[i].y), 0.5001);
  }
}

TEST(PersonRenderer, UnitsOfOnePxMoveThePictureByOnePx) {
  for (const Unit unit : {Unit::kMouthSmileLeft, Unit::kBrowInnerUp, Unit::kNoseSneerRight,
                          Unit::kMouthFrownRight, Unit::kBrowDownLeft}) {
    const FaceState state = Moving(unit, 1);
    EXPECT_NEAR(Somebody().UnitMotion_px200(state), 1, 1e-3);
    double fastest_px = 0;
    const cv::Mat flow = Somebody().Flow({}, state);
    FastestPlace(flow, fastest_px);
    // Nearer to the camera than the face's edges, between which its width is: larger.
    EXPECT_NEAR(fastest_px, 1.1, 0.25) << UnitName(unit);
    // Brows, nose and mouth have edges to see a motion by.
    const auto before = Somebody().LandmarkPoints({});
    const auto after = Somebody().LandmarkPoints(state);
    std::size_t most = 17;
    for (std::size_t i = 17; i < 60; ++i) {
      if (cv::norm(after[i] - before[i]) > cv::norm(after[most] - before[most])) most = i;
    }
    const cv::Rect area(cv::Point(before[most]) - cv::Point(12, 12), cv::Size(25, 25));
    const Shifts shifts = ShiftsIn(area, Somebody().Render({}), Somebody().Render(state), flow);
    EXPECT_GT(cv::norm(shifts.truth), 0.3) << UnitName(unit);
    EXPECT_LT(cv::norm(shifts.seen - shifts.truth), 0.25) << UnitName(unit);
  }
}

TEST(PersonRenderer, ATenthOfAPxIsSeenAsATenthOfAPx) {
  const cv::Mat still = Somebody().Render({});
  const auto points = Somebody().LandmarkPoints({});
  const cv::Rect area{cv::Point(points[17]), cv::Point(points[10])};  // from a brow to the jaw
  for (const double px : {0.1, 0.25, 0.5}) {
    for (const cv::Vec2d& way : {cv::Vec2d(px, 0), cv::Vec2d(0, px)}) {
      FaceState moved;
      moved.shift = {way[0] / 200, way[1] / 200, 0};
      const Shifts shifts =
          ShiftsIn(area, still, Somebody().Render(moved), Somebody().Flow({}, moved));
      EXPECT_NEAR(cv::norm(shifts.truth), px * 1.15, px * 0.15);
      EXPECT_LT(cv::norm(shifts.seen - shifts.truth), 0.1 * px + 0.01);
    }
  }
}

TEST(PersonRenderer, UnitsOfTheLeftMoveThePersonsLeftWhichIsThePicturesRight) {
  const auto points = Somebody().LandmarkPoints({});
  const double middle = points[27].x;
  double length = 0;
  const auto fastest = [&](Unit unit) {
    return FastestPlace(Somebody().Flow({}, Moving(unit, 1)), length).x;
  };
  EXPECT_GT(fastest(Unit::kBrowOuterUpLeft), middle + 20);
  EXPECT_LT(fastest(Unit::kBrowOuterUpRight), middle - 20);
  EXPECT_GT(fastest(Unit::kMouthSmileLeft), middle);
  EXPECT_LT(fastest(Unit::kMouthSmileRight), middle);
}

TEST(PersonRenderer, ABlinkClosesTheLidsOverTheIris) {
  for (const int person : {1, 2, 3, 4, 5, 6}) {
    const PersonRenderer renderer(person, LargeFace());
    FaceState closed;
    closed[Unit::kEyeBlinkLeft] = closed[Unit::kEyeBlinkRight] = 1;
    const auto points = renderer.LandmarkPoints({});
    const cv::Mat open_flow = renderer.Flow({}, {});
    const cv::Mat closed_flow = renderer.Flow(closed, closed);
    for (const int eye : {36, 42}) {
      cv::Point2d centre = {0, 0};
      for (int i = eye; i < eye + 6; ++i) centre += points[static_cast<std::size_t>(i)] / 6;
      // The iris' upper half: the closed lids' lashes lie across its lower end.
      int open = 0;
      int covered = 0;
      for (int y = -4; y <= 0; ++y) {
        for (int x = -4; x <= 4; ++x) {
          const cv::Point at = cv::Point(centre) + cv::Point(x, y);
          open += std::isnan(open_flow.at<cv::Vec2f>(at)[0]) ? 1 : 0;
          covered += std::isnan(closed_flow.at<cv::Vec2f>(at)[0]) ? 0 : 1;
        }
      }
      EXPECT_GT(open, 30) << person;
      EXPECT_EQ(covered, 45) << person;
    }
  }
}

TEST(PersonRenderer, FlowGoesWhereTheLandmarksGo) {
  FaceState smile;
  smile[Unit::kMouthSmileLeft] = smile[Unit::kMouthSmileRight] = 0.3F;
  smile[Unit::kBrowInnerUp] = 0.7F;
  smile.yaw_rad = 0.02;
  smile.pitch_rad = -0.01;
  smile.shift = {0.01, 0.01, 0.02};
  const auto before = Somebody().LandmarkPoints({});
  const auto after = Somebody().LandmarkPoints(smile);
  const cv::Mat flow = Somebody().Flow({}, smile);
  int compared = 0;
  for (std::size_t i = 17; i < 60; ++i) {  // the jaw's lie on the edge, the inner lips' in the gap
    const auto v = flow.at<cv::Vec2f>(cv::Point(before[i]));
    if (std::isnan(v[0])) continue;  // beside a lash
    EXPECT_NEAR(v[0], after[i].x - before[i].x, 0.3) << i;
    EXPECT_NEAR(v[1], after[i].y - before[i].y, 0.3) << i;
    ++compared;
  }
  EXPECT_GT(compared, 30);
}

TEST(PersonRenderer, FlowIsKnownOnSeenSkinOnly) {
  const cv::Mat still = Somebody().Flow({}, {});
  EXPECT_TRUE(std::isnan(still.at<cv::Vec2f>(2, 2)[0]));  // the room
  FaceState turned;
  turned.yaw_rad =
      0.6;  // to the picture's right: the right cheek, on the picture's left, comes forth
  const auto points = Somebody().LandmarkPoints({});
  const cv::Mat flow = Somebody().Flow({}, turned);
  EXPECT_FALSE(std::isnan(flow.at<cv::Vec2f>(cv::Point(points[2]) + cv::Point(12, 0))[0]));
  EXPECT_TRUE(std::isnan(flow.at<cv::Vec2f>(cv::Point(points[15]) - cv::Point(3, 0))[0]));
}

TEST(PersonRenderer, ThePersonIsTheSameInEveryScene) {
  const PersonRenderer here(7, SmallFace(1));
  const PersonRenderer there(7, SmallFace(2));
  const PersonRenderer other(8, SmallFace(2));
  FaceState smile;
  smile[Unit::kMouthSmileLeft] = 1;
  EXPECT_EQ(here.UnitMotion_px200(smile), there.UnitMotion_px200(smile));
  EXPECT_NE(here.UnitMotion_px200(smile), other.UnitMotion_px200(smile));
  EXPECT_FALSE(SameBytes(here.Render({}), there.Render({})));
  EXPECT_FALSE(SameBytes(there.Render({}), other.Render({})));
}

TEST(PersonRenderer, LightIsOnEverythingInThePicture) {
  FaceState dim;
  dim.light = 0.5;
  const cv::Mat bright = Somebody().Render({});
  const cv::Mat dark = Somebody().Render(dim);
  EXPECT_LT(cv::mean(dark)[1], 0.85 * cv::mean(bright)[1]);
  EXPECT_EQ(cv::countNonZero(cv::Mat(dark.reshape(1) > bright.reshape(1))), 0);
}

TEST(PersonRenderer, RefusesWhatIsNoPersonAndNoPicture) {
  const auto message = [](int person, const SceneOptions& scene) {
    return ErrorMessage(ErrorKind::kInvalidArgument, [&] { PersonRenderer(person, scene); });
  };
  EXPECT_THAT(message(0, {}), HasSubstr("person 0"));
  SceneOptions flat;
  flat.height_px = 3;
  EXPECT_THAT(message(1, flat), HasSubstr("at least 16 px"));
}

}  // namespace
}  // namespace mestr::internal::synth
