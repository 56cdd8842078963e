#include "face/face_finder.h"

// dlib's headers are heavy: this and landmark_regression.cpp are the only sources that include
// them.
#include <dlib/image_processing/object_detector.h>
#include <dlib/image_processing/scan_fhog_pyramid.h>
#include <dlib/image_transforms.h>
#include <dlib/opencv/cv_image.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "core/files.h"
#include "face/landmark_regression.h"
#include "face/unpacked_detector.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Detector = dlib::object_detector<dlib::scan_fhog_pyramid<dlib::pyramid_down<6>>>;

// `Pixel` says what the bytes of a pixel are taken for.
template <typename Pixel>
std::vector<dlib::rect_detection> Detections(Detector& detector, const cv::Mat& image,
                                             int upsamplings) {
  dlib::array2d<Pixel> pixels;
  dlib::assign_image(pixels, dlib::cv_image<Pixel>(image));
  for (int i = 0; i < upsamplings; ++i) dlib::pyramid_up(pixels);
  std::vector<dlib::rect_detection> detections;
  detector(pixels, detections);
  return detections;
}

std::vector<dlib::rect_detection> DetectionsIn(Detector& detector, const cv::Mat& image,
                                               int upsamplings, DetectorChannels channels) {
  if (image.channels() == 1) return Detections<unsigned char>(detector, image, upsamplings);
  return channels == DetectorChannels::kBgr
             ? Detections<dlib::rgb_pixel>(detector, image, upsamplings)
             : Detections<dlib::bgr_pixel>(detector, image, upsamplings);
}

Detector ReadDetector() {
  const std::string_view bytes = UnpackedDetector();
  std::istringstream stream{std::string(bytes)};
  Detector detector;
  try {
    dlib::deserialize(detector, stream);
  } catch (const dlib::error&) {
    // Only a lack of memory can damage what is part of the program.
    throw std::bad_alloc();
  }
  return detector;
}

// Finders of one process, each worker's own, have one model.
std::shared_ptr<const LandmarkModel> SharedModel(const fs::path& path) {
  static std::mutex mutex;
  static std::map<fs::path, std::weak_ptr<const LandmarkModel>> models;
  const std::lock_guard lock(mutex);
  std::shared_ptr<const LandmarkModel> model = models[path].lock();
  if (model == nullptr) {
    model = std::make_shared<const LandmarkModel>(path);
    models[path] = model;
  }
  return model;
}

// A detector keeps what it makes of an image, so that each thread needs one of its own.
class Detectors {
 public:
  class Loan {
   public:
    explicit Loan(Detectors& detectors) : detectors_(detectors), detector_(detectors.Take()) {}
    ~Loan() { detectors_.GiveBack(std::move(detector_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;

    Detector& operator*() { return *detector_; }

   private:
    Detectors& detectors_;
    std::unique_ptr<Detector> detector_;
  };

  Detectors() { idle_.push_back(std::make_unique<Detector>(ReadDetector())); }

 private:
  std::unique_ptr<Detector> Take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto detector = std::move(idle_.back());
        idle_.pop_back();
        return detector;
      }
      idle_.reserve(++made_);  // so that giving back takes no memory
    }
    return std::make_unique<Detector>(ReadDetector());
  }

  void GiveBack(std::unique_ptr<Detector> detector) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(detector));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Detector>> idle_;
  std::size_t made_ = 1;
};

}  // namespace

struct FaceFinder::Dlib {
  Detectors detectors;
};

FaceFinder::FaceFinder(const fs::path& landmark_model)
    : landmark_model_(SharedModel(landmark_model)), dlib_(std::make_unique<Dlib>()) {}

FaceFinder::~FaceFinder() = default;

std::optional<FaceDetection> FaceFinder::Detect(const cv::Mat& image, int upsamplings,
                                                DetectorChannels channels) {
  const std::vector<FaceDetection> detections = DetectAll(image, upsamplings, channels);
  if (detections.empty()) return std::nullopt;
  return *std::max_element(detections.begin(), detections.end(), [](const auto& a, const auto& b) {
    return a.confidence < b.confidence;
  });
}

std::vector<FaceDetection> FaceFinder::DetectAll(const cv::Mat& image, int upsamplings,
                                                 DetectorChannels channels) {
  std::vector<FaceDetection> detections;
  Detectors::Loan detector(dlib_->detectors);
  for (const dlib::rect_detection& found : DetectionsIn(*detector, image, upsamplings, channels)) {
    const dlib::rectangle rect =
        dlib::pyramid_down<2>().rect_down(found.rect, static_cast<unsigned int>(upsamplings));
    detections.push_back(
        {.box = {cv::Point(static_cast<int>(rect.left()), static_cast<int>(rect.top())),
                 cv::Point(static_cast<int>(rect.right()), static_cast<int>(rect.bottom()))},
         .confidence = found.detection_confidence});
  }
  return detections;
}

Landmarks FaceFinder::FindLandmarks(const cv::Mat& image, const cv::Rect& box) const {
  return internal::FindLandmarks(*landmark_model_, image, box);
}

fs::path FindLandmarkModel(const fs::path& requested) {
  if (!requested.empty()) return requested;
  if (const char* configured = std::getenv("MESTR_LANDMARKS")) return configured;
  for (const char* prefix : {"/usr/share/dlib", "/usr/local/share/dlib"}) {
    fs::path path = fs::path(prefix) / "shape_predictor_68_face_landmarks.dat";
    if (Exists(path)) return path;
  }
  throw Error(ErrorKind::kModel,
              "no landmark model found: install Debian's libdlib-data, or name a "
              "shape_predictor_68_face_landmarks.dat with --landmarks or MESTR_LANDMARKS");
}

}  // namespace mestr::internal
