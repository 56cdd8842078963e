#include "report/face_drawing.h"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/number_text.h"
#include "report/palette.h"

namespace mestr::internal {
namespace {

// iBUG 300-W: first, last, whether the line closes.
struct Outline {
  int first;
  int last;
  bool closed;
};
constexpr std::array<Outline, 8> kRegions = {{{17, 21, false},
                                              {22, 26, false},
                                              {27, 30, false},
                                              {31, 35, false},
                                              {36, 41, true},
                                              {42, 47, true},
                                              {48, 59, true},
                                              {60, 67, true}}};

std::string LabelOf(const FaceNow& face) {
  if (face.find != nullptr) return FindText(*face.find);
  if (face.cause != FaceCause::kNone) {
    return "not judged: " + std::string(FaceCauseText(face.cause));
  }
  return {};
}

cv::Scalar ColourOf(const FaceNow& face) {
  if (face.find != nullptr) return EmotionColour(face.find->emotion);
  return DarkColour(face.cause == FaceCause::kNone ? "smoothed" : "muted");
}

// Above the box, or below it, or where neither is free at the picture's top.
cv::Point PlaceOf(const cv::Rect& box, const cv::Size& label, const cv::Size& canvas) {
  const int x = std::clamp(box.x, 0, std::max(0, canvas.width - label.width));
  if (box.y >= label.height) return {x, box.y - label.height};
  const int below = box.y + box.height;
  return {x, below + label.height <= canvas.height ? below : 0};
}

void DashedBox(cv::Mat& canvas, const Pen& pen, const cv::Rect& box, const cv::Scalar& colour) {
  const cv::Point far = box.br() - cv::Point(1, 1);
  const auto line = [&](cv::Point from, cv::Point to) {
    DashedLine(canvas, from, to, colour, pen.line_px(), pen.Px(6));
  };
  line(box.tl(), {far.x, box.y});
  line({box.x, far.y}, far);
  line(box.tl(), {box.x, far.y});
  line({far.x, box.y}, far);
}

}  // namespace

std::string FindText(const FoundInterval& find) {
  return find.emotion + " " + FixedText(find.probability, 2);
}

void DrawBox(cv::Mat& canvas, const Pen& pen, const FaceNow& face, const std::string& name) {
  if (face.box.empty()) return;
  const cv::Scalar colour = ColourOf(face);
  if (face.cause == FaceCause::kNone) {
    cv::rectangle(canvas, face.box, colour, pen.Px(face.find != nullptr ? 3 : 1.5));
  } else {
    DashedBox(canvas, pen, face.box, colour);
  }
  const std::string what = LabelOf(face);
  const std::string label = name.empty() || what.empty() ? name + what : name + ": " + what;
  if (label.empty()) return;
  pen.Label(canvas, label, PlaceOf(face.box, pen.LabelSize(label), canvas.size()), colour,
            DarkColour("background"));
}

void DrawRegions(cv::Mat& canvas, const Pen& pen, const Landmarks& landmarks) {
  for (const Outline& region : kRegions) {
    const std::vector<cv::Point> points(landmarks.begin() + region.first,
                                        landmarks.begin() + region.last + 1);
    cv::polylines(canvas, points, region.closed, DarkColour("text"), pen.line_px(), cv::LINE_AA);
  }
}

void DrawLandmarks(cv::Mat& canvas, const Pen& pen, const Landmarks& landmarks) {
  for (const cv::Point& point : landmarks) {
    cv::circle(canvas, point, pen.Px(1.5), DarkColour("smoothed"), cv::FILLED, cv::LINE_AA);
  }
}

}  // namespace mestr::internal
