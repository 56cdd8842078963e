// A face, its points and what was found, drawn over a frame.
#pragma once

#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>

#include "mestr/core/landmarks.h"
#include "report/drawing.h"
#include "report/face_now.h"

namespace mestr::internal {

// The box of the face, with a label outside of it: the find and its emotion, or why the frame is
// not judged. A frame that is not judged has dashes for lines. `name` stands before it.
void DrawBox(cv::Mat& canvas, const Pen& pen, const FaceNow& face, const std::string& name);

// Brows, eyes, nose and mouth as outlines.
void DrawRegions(cv::Mat& canvas, const Pen& pen, const Landmarks& landmarks);

void DrawLandmarks(cv::Mat& canvas, const Pen& pen, const Landmarks& landmarks);

// "surprise 0.99"
std::string FindText(const FoundInterval& find);

}  // namespace mestr::internal
