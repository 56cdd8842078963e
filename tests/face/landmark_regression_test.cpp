#include "face/landmark_regression.h"

#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/opencv/cv_image.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <opencv2/imgproc.hpp>
#include <random>
#include <sstream>
#include <thread>

#include "face/face_finder.h"
#include "face/unpacked_detector.h"
#include "support/moving_person.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;

Landmarks FoundByDlib(const dlib::shape_predictor& predictor, const cv::Mat& image,
                      const cv::Rect& box) {
  const dlib::rectangle rect(box.x, box.y, box.x + box.width, box.y + box.height);
  const dlib::full_object_detection shape =
      image.channels() == 1 ? predictor(dlib::cv_image<unsigned char>(image), rect)
                            : predictor(dlib::cv_image<dlib::bgr_pixel>(image), rect);
  Landmarks landmarks;
  for (unsigned int i = 0; i < landmarks.size(); ++i) {
    landmarks[i] = {static_cast<int>(shape.part(i).x()), static_cast<int>(shape.part(i).y())};
  }
  return landmarks;
}

// Inside, across the border and outside of a picture, upright and flat.
std::vector<cv::Rect> Boxes(const cv::Size& picture) {
  std::mt19937 random(5);
  const auto below = [&](int end) { return static_cast<int>(random() % end); };
  std::vector<cv::Rect> boxes = {{0, 0, picture.width, picture.height}, {10, 10, 1, 1}};
  for (int i = 0; i < 20; ++i) {
    boxes.emplace_back(below(2 * picture.width) - picture.width / 2,
                       below(2 * picture.height) - picture.height / 2, 1 + below(picture.width),
                       1 + below(picture.height));
  }
  return boxes;
}

std::vector<cv::Mat> Pictures() {
  const cv::Mat person = testing::Somebody().image_bgr;
  cv::Mat gray;
  cv::cvtColor(person, gray, cv::COLOR_BGR2GRAY);
  cv::Mat noise(person.size(), CV_8UC3);
  cv::theRNG().state = 11;
  cv::randu(noise, 0, 256);
  return {person, gray, noise, person(cv::Rect(3, 5, 128, 97))};
}

// Of a few trees. Thresholds are of all sizes: zero, with mantissas of one to three bytes,
// denormal, huge.
dlib::shape_predictor SmallPredictor(unsigned int landmarks = 68) {
  std::mt19937 random(9);
  const std::vector<float> thresholds = {0.F,   1.F,   -0.5F, 1e-40F, -1e-45F,
                                         3e38F, -0.1F, 25.F,  1 / 3.F};
  const auto fraction = [&] { return static_cast<float>(random() % 1000) / 999.F; };
  dlib::matrix<float, 0, 1> shape(2L * landmarks);
  for (float& value : shape) value = fraction();
  std::vector<std::vector<dlib::impl::regression_tree>> forests(2);
  std::vector<std::vector<dlib::vector<float, 2>>> pixels(2);
  for (std::size_t level = 0; level < forests.size(); ++level) {
    for (int i = 0; i < 5; ++i) pixels[level].emplace_back(fraction(), -fraction());
    forests[level].resize(3);
    for (auto& tree : forests[level]) {
      for (int i = 0; i < 3; ++i) {
        tree.splits.push_back({random() % 5, random() % 5, thresholds[random() % 9]});
      }
      for (int i = 0; i < 4; ++i) tree.leaf_values.emplace_back(shape * (0.1F * fraction()));
    }
  }
  return {shape, forests, pixels};
}

std::string BytesOf(const dlib::shape_predictor& predictor) {
  std::ostringstream stream;
  dlib::serialize(predictor, stream);
  return stream.str();
}

fs::path Written(const testing::TemporaryFolder& folder, const std::string& bytes) {
  const fs::path path = folder.path() / "model.dat";
  fs::remove(path);  // a file system may wait for the disk where a file is written over
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

void ExpectAlike(const LandmarkModel& model, const dlib::shape_predictor& predictor) {
  for (const cv::Mat& picture : Pictures()) {
    for (const cv::Rect& box : Boxes(picture.size())) {
      ASSERT_EQ(FindLandmarks(model, picture, box), FoundByDlib(predictor, picture, box)) << box;
    }
  }
}

TEST(LandmarkRegression, FindsWhatDlibFindsWithTheModelOf68Points) {
  const fs::path path = FindLandmarkModel({});
  dlib::shape_predictor predictor;
  dlib::deserialize(path.string()) >> predictor;
  ExpectAlike(LandmarkModel(path), predictor);
}

TEST(LandmarkRegression, FindsWhatDlibFindsWithNumbersOfAllSizes) {
  const testing::TemporaryFolder folder;
  const dlib::shape_predictor predictor = SmallPredictor();
  ExpectAlike(LandmarkModel(Written(folder, BytesOf(predictor))), predictor);
}

TEST(LandmarkRegression, FindsTheSameInThreadsThatShareAModel) {
  const testing::TemporaryFolder folder;
  const dlib::shape_predictor predictor = SmallPredictor();
  const LandmarkModel model(Written(folder, BytesOf(predictor)));
  std::thread other([&] { ExpectAlike(model, predictor); });
  ExpectAlike(model, predictor);
  other.join();
}

TEST(LandmarkModel, IsReadFromAPipe) {
  const testing::TemporaryFolder folder;
  const dlib::shape_predictor predictor = SmallPredictor();
  const fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << BytesOf(predictor); });
  const LandmarkModel model(pipe);
  writer.join();
  ExpectAlike(model, predictor);
}

TEST(LandmarkModel, CutAnywhereIsRefused) {
  const testing::TemporaryFolder folder;
  const std::string bytes = BytesOf(SmallPredictor());
  for (std::size_t size = 0; size < bytes.size(); size += size < 150 ? 1 : 197) {
    const fs::path path = Written(folder, bytes.substr(0, size));
    EXPECT_THAT(testing::ErrorMessage(ErrorKind::kModel, [&] { LandmarkModel model(path); }),
                ::testing::HasSubstr(path.string() + ": the file is missing or is no dlib"))
        << size;
  }
}

TEST(LandmarkModel, OfOtherPointsIsRefused) {
  const testing::TemporaryFolder folder;
  const fs::path path = Written(folder, BytesOf(SmallPredictor(5)));
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kModel, [&] { LandmarkModel model(path); }),
              ::testing::HasSubstr(path.string() + " has 5 points; the 68-point model is needed"));
}

// Whether everything in it that is an index can be looked up.
bool IsWhole(const LandmarkModel& model) {
  for (const LandmarkLevel& level : model.levels()) {
    for (const LandmarkPixel& pixel : level.pixels) {
      if (pixel.landmark >= kLandmarkCount) return false;
    }
    for (const LandmarkTree& tree : level.trees) {
      if (tree.first_split + tree.splits > model.splits().size()) return false;
      if (tree.first_leaf + tree.splits >= model.leaves()) return false;
      for (const LandmarkSplit& split : model.splits().subspan(tree.first_split, tree.splits)) {
        if (std::max(split.first_pixel, split.second_pixel) >= level.pixels.size()) return false;
      }
    }
  }
  for (std::size_t i = 0; i < model.leaves(); ++i) model.Leaf(i);
  return true;
}

TEST(LandmarkModel, DamagedAnywhereIsRefusedOrWhole) {
  const testing::TemporaryFolder folder;
  const std::string bytes = BytesOf(SmallPredictor());
  int refused = 0;
  // What is not a number of a leaf lies near the end and the beginning.
  for (std::size_t at = 0; at<bytes.size(); at += at + 500> bytes.size() ? 1 : 13) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    const fs::path path = Written(folder, damaged);
    try {
      EXPECT_TRUE(IsWhole(LandmarkModel(path))) << at;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kModel);
      ++refused;
    }
  }
  EXPECT_GT(refused, 20);
}

TEST(Detector, UnpackedAtBuildTimeIsDlibsToTheByte) {
  std::ostringstream stream;
  dlib::serialize(dlib::get_frontal_face_detector(), stream);
  EXPECT_TRUE(stream.view() == UnpackedDetector());
}

}  // namespace
}  // namespace mestr::internal
