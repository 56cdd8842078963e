// Where the landmarks of a face are.
#pragma once

#include <opencv2/core/mat.hpp>

#include "face/landmark_model.h"
#include "mestr/core/landmarks.h"

namespace mestr::internal {

// The bits of dlib's shape_predictor. `image` is 8 bit, gray or BGR; `box` has the right and bottom
// line of dlib's rectangle outside of it (FaceDetection).
Landmarks FindLandmarks(const LandmarkModel& model, const cv::Mat& image, const cv::Rect& box);

}  // namespace mestr::internal
