// Whether a face detector takes the synthetic people for people.
#include <opencv2/core.hpp>

#include "face/face_finder.h"
#include "support/test_support.h"
#include "synth/person_renderer.h"

namespace mestr::internal::synth {
namespace {

constexpr int kPeople = 50;

// Mean over the points, in distances between the eyes.
double Disagreement(const Landmarks& found, const std::array<cv::Point2d, 68>& truth) {
  const auto eye = [&](int first) {
    cv::Point2d sum = {0, 0};
    for (int i = first; i < first + 6; ++i) sum += truth[static_cast<std::size_t>(i)] / 6;
    return sum;
  };
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) sum += cv::norm(cv::Point2d(found[i]) - truth[i]);
  return sum / static_cast<double>(truth.size()) / cv::norm(eye(42) - eye(36));
}

TEST(PersonFaces, AreFoundWithTheirLandmarksInNearlyEveryNeutralPicture) {
  FaceFinder finder(FindLandmarkModel({}));
  int found = 0;
  double disagreement = 0;
  for (int person = 1; person <= kPeople; ++person) {
    SceneOptions scene;
    scene.seed = static_cast<std::uint64_t>(person);
    scene.width_px = 320;
    scene.height_px = 240;
    scene.face_width = 0.5;
    const PersonRenderer renderer(person, scene);
    const cv::Mat picture = renderer.Render({});
    const auto face = finder.Detect(picture, 0);
    if (!face) continue;
    ++found;
    disagreement +=
        Disagreement(finder.FindLandmarks(picture, face->box), renderer.LandmarkPoints({}));
  }
  EXPECT_GE(found, 0.99 * kPeople);
  EXPECT_LT(disagreement / found, 0.05);
}

}  // namespace
}  // namespace mestr::internal::synth
