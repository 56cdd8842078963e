#include "face/face_finder.h"

// dlib's headers are heavy: this is the only source that includes them.
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>
#include <dlib/opencv/cv_image.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>

#include "core/files.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

constexpr unsigned long kLandmarkCount = 68;

using Bgr = dlib::cv_image<dlib::bgr_pixel>;
using Gray = dlib::cv_image<unsigned char>;

dlib::shape_predictor LoadPredictor(const fs::path& path) {
  dlib::shape_predictor predictor;
  try {
    dlib::deserialize(path.string()) >> predictor;
  } catch (const dlib::serialization_error&) {
    throw Error(ErrorKind::kModel, "cannot read the landmark model " + path.string() +
                                       ": the file is missing or is no dlib shape predictor");
  }
  if (predictor.num_parts() != kLandmarkCount) {
    throw Error(ErrorKind::kModel, "the landmark model " + path.string() + " has " +
                                       std::to_string(predictor.num_parts()) +
                                       " points; the 68-point model is needed");
  }
  return predictor;
}

// `Pixel` says what the bytes of a pixel are taken for.
template <typename Pixel>
std::vector<dlib::rect_detection> Detections(dlib::frontal_face_detector& detector,
                                             const cv::Mat& image, int upsamplings) {
  dlib::array2d<Pixel> pixels;
  dlib::assign_image(pixels, dlib::cv_image<Pixel>(image));
  for (int i = 0; i < upsamplings; ++i) dlib::pyramid_up(pixels);
  std::vector<dlib::rect_detection> detections;
  detector(pixels, detections);
  return detections;
}

std::vector<dlib::rect_detection> DetectionsIn(dlib::frontal_face_detector& detector,
                                               const cv::Mat& image, int upsamplings,
                                               DetectorChannels channels) {
  if (image.channels() == 1) return Detections<unsigned char>(detector, image, upsamplings);
  return channels == DetectorChannels::kBgr
             ? Detections<dlib::rgb_pixel>(detector, image, upsamplings)
             : Detections<dlib::bgr_pixel>(detector, image, upsamplings);
}

// dlib unpacks its detector from a text of its own, which only a lack of memory can damage.
dlib::frontal_face_detector UnpackDetector() {
  try {
    return dlib::get_frontal_face_detector();
  } catch (const dlib::error&) {
    throw std::bad_alloc();
  }
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

    dlib::frontal_face_detector& operator*() { return *detector_; }

   private:
    Detectors& detectors_;
    std::unique_ptr<dlib::frontal_face_detector> detector_;
  };

  Detectors() { idle_.push_back(std::make_unique<dlib::frontal_face_detector>(UnpackDetector())); }

 private:
  std::unique_ptr<dlib::frontal_face_detector> Take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto detector = std::move(idle_.back());
        idle_.pop_back();
        return detector;
      }
      idle_.reserve(++made_);  // so that giving back takes no memory
    }
    return std::make_unique<dlib::frontal_face_detector>(UnpackDetector());
  }

  void GiveBack(std::unique_ptr<dlib::frontal_face_detector> detector) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(detector));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<dlib::frontal_face_detector>> idle_;
  std::size_t made_ = 1;
};

}  // namespace

struct FaceFinder::Dlib {
  Detectors detectors;
  dlib::shape_predictor predictor;
};

FaceFinder::FaceFinder(const fs::path& landmark_model) : dlib_(std::make_unique<Dlib>()) {
  dlib_->predictor = LoadPredictor(landmark_model);
}

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
  const dlib::rectangle rect(box.x, box.y, box.x + box.width, box.y + box.height);
  const dlib::full_object_detection shape = image.channels() == 1
                                                ? dlib_->predictor(Gray(image), rect)
                                                : dlib_->predictor(Bgr(image), rect);
  Landmarks landmarks;
  for (unsigned long i = 0; i < kLandmarkCount; ++i) {
    landmarks[i] = {static_cast<int>(shape.part(i).x()), static_cast<int>(shape.part(i).y())};
  }
  return landmarks;
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
