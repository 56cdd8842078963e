#include "face/face_look.h"

#include <opencv2/imgproc.hpp>

#include "face/face_finder.h"
#include "face/people.h"
#include "support/moving_person.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::MovingPerson;

class Looks : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { finder_ = std::make_unique<FaceFinder>(FindLandmarkModel({})); }
  static void TearDownTestSuite() { finder_.reset(); }

  static RigidPoints PointsOf(const cv::Mat& image) {
    const auto found = finder_->Detect(image, 1);
    EXPECT_TRUE(found.has_value());
    return RigidPointsOf(finder_->FindLandmarks(image, found->box));
  }
  static FaceLook LookOf(const cv::Mat& image) { return LookOfPerson(image, PointsOf(image)); }

  static std::unique_ptr<FaceFinder> finder_;
  MovingPerson person_;
};
std::unique_ptr<FaceFinder> Looks::finder_;

TEST_F(Looks, APersonIsLikeThemselvesInOtherLightAndSizeAndUnlikeAnother) {
  PersonGallery gallery;
  gallery.Add(LookOf(person_.At(0).image_bgr));
  EXPECT_GT(gallery.Likeness(LookOf(person_.At(5, 0.8).image_bgr)), 0.5);
  cv::Mat darker;
  person_.At(1).image_bgr.convertTo(darker, -1, 0.85);
  EXPECT_GT(gallery.Likeness(LookOf(darker)), kSamePerson);
  cv::Mat larger;
  cv::resize(person_.At(2).image_bgr, larger, {}, 1.6, 1.6);
  EXPECT_GT(gallery.Likeness(LookOf(larger)), kSamePerson);
  EXPECT_LT(gallery.Likeness(LookOf(person_.Other(3).image_bgr)), kSamePerson);
}

TEST_F(Looks, ABlockOverTheMouthIsAChangeAndLightIsNone) {
  RecentLook recent;
  const cv::Mat image = person_.At(0).image_bgr;
  const RigidPoints points = PointsOf(image);
  EXPECT_EQ(recent.ChangedShare(LookOfFace(image, points)), 0) << "nothing to compare with";
  recent.Add(LookOfFace(image, points), 0.1);
  EXPECT_LT(recent.ChangedShare(LookOfFace(person_.At(1).image_bgr, points)), 0.02);
  cv::Mat darker;
  image.convertTo(darker, -1, 0.85);
  EXPECT_LT(recent.ChangedShare(LookOfFace(darker, points)), 0.05);
  EXPECT_GT(recent.ChangedShare(LookOfFace(person_.Covered(2, 0.5).image_bgr, points)),
            FaceOptions{}.max_changed);
  recent.Clear();
  EXPECT_EQ(recent.ChangedShare(LookOfFace(image, points)), 0);
}

TEST_F(Looks, PeopleAreFoundByLookAndByPlaceWithinAShot) {
  People people(testing::kPersonFps, 2);
  Person* first = people.Add();
  ASSERT_NE(first, nullptr);
  const FaceLook look = LookOf(person_.At(0).image_bgr);
  first->gallery.Add(look);
  first->box = {10, 10, 100, 100};
  first->frame = 5;
  const FaceLook other = LookOf(person_.Other(1).image_bgr);
  EXPECT_EQ(people.Find(look, {300, 10, 100, 100}, 10, {}), first);
  EXPECT_EQ(people.Find(look, {300, 10, 100, 100}, 10, {first}), nullptr) << "taken";
  EXPECT_EQ(people.Find(other, {300, 10, 100, 100}, 10, {}), nullptr);
  ASSERT_NE(people.Add(), nullptr);
  EXPECT_EQ(people.Add(), nullptr) << "as many as may be";
}

}  // namespace
}  // namespace mestr::internal
