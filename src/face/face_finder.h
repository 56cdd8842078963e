// Where a face is and where its 68 landmarks are: dlib behind a small interface.
#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <vector>

#include "face/landmark_model.h"
#include "mestr/core/landmarks.h"
#include "mestr/face/face.h"

namespace mestr::internal {

// In px of the image: columns [x, x + width), rows [y, y + height). dlib's own rectangle includes
// its right and bottom line; the published baseline's crop leaves them out, and so does this box.
// May lie partly outside the image.
struct FaceDetection {
  cv::Rect box;
  double confidence = 0;  // dlib's detection score, > 0
};

// HOG face detector (Dalal and Triggs 2005; dlib's frontal faces, about 80 px and larger) and
// landmark regression (Kazemi and Sullivan 2014). Thread-safe: it keeps a detector for each thread
// that looks at the same time, with what the last image took.
class FaceFinder {
 public:
  // Throws Error{kModel} when the file is missing or is no 68-point predictor.
  explicit FaceFinder(const std::filesystem::path& landmark_model);
  ~FaceFinder();
  FaceFinder(const FaceFinder&) = delete;
  FaceFinder& operator=(const FaceFinder&) = delete;

  // The most confident face of an 8-bit image, BGR or gray, or nothing. Each upsampling doubles the
  // image first, so that one finds faces from 40 px. Of BGR, kBgr hands dlib blue for red and red
  // for blue, as the published baseline does; kAuto is kRgb here.
  std::optional<FaceDetection> Detect(const cv::Mat& image, int upsamplings,
                                      DetectorChannels channels = DetectorChannels::kRgb);

  // All of them, in no order that means anything.
  std::vector<FaceDetection> DetectAll(const cv::Mat& image, int upsamplings,
                                       DetectorChannels channels = DetectorChannels::kRgb);

  // `image` is 8 bit, gray or BGR.
  Landmarks FindLandmarks(const cv::Mat& image, const cv::Rect& box) const;

 private:
  struct Dlib;
  std::shared_ptr<const LandmarkModel> landmark_model_;
  std::unique_ptr<Dlib> dlib_;
};

// The 68-point model: `requested` when it is not empty, else the environment's MESTR_LANDMARKS,
// else the place where Debian's libdlib-data puts it. Throws Error{kModel} saying how to get it
// when there is none.
std::filesystem::path FindLandmarkModel(const std::filesystem::path& requested);

}  // namespace mestr::internal
