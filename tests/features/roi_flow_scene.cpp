#include "features/roi_flow_scene.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/video.hpp>

#include "features/roi_flow_v1.h"

namespace mestr {
namespace {

constexpr int kSide = 320;

// Where the points of a 320 px crop around a frontal face lie, one shape a line.
void DrawFace(Landmarks& p) {
  for (int i = 0; i < 17; ++i) p[static_cast<std::size_t>(i)] = {60 + i * 12, 180};
  for (int i = 0; i < 5; ++i) {
    p[static_cast<std::size_t>(17 + i)] = {70 + i * 16, 84 - (i % 3) * 4};
    p[static_cast<std::size_t>(22 + i)] = {186 + i * 16, 80 - ((i + 1) % 3) * 4};
  }
  for (int i = 0; i < 4; ++i) p[static_cast<std::size_t>(27 + i)] = {160, 124 + i * 15};
  for (int i = 0; i < 5; ++i) p[static_cast<std::size_t>(31 + i)] = {138 + i * 11, 186};
  for (int i = 0; i < 6; ++i) {
    p[static_cast<std::size_t>(36 + i)] = {88 + i * 8, 120 + (i % 2) * 6};
    p[static_cast<std::size_t>(42 + i)] = {192 + i * 8, 120 + (i % 2) * 6};
  }
  for (int i = 0; i < 20; ++i) {
    p[static_cast<std::size_t>(48 + i)] = {120 + (i % 7) * 13, 222 + (i / 7) * 14};
  }
}

cv::Mat Texture(const cv::Size& size, double blur_px) {
  cv::RNG random(7);
  cv::Mat texture(size, CV_8UC1);
  random.fill(texture, cv::RNG::UNIFORM, 0, 256);
  cv::GaussianBlur(texture, texture, {0, 0}, blur_px);
  cv::normalize(texture, texture, 20, 235, cv::NORM_MINMAX);
  return texture;
}

// Python's [begin:end] of a sequence of `size`.
cv::Range Slice(int begin, int end, int size) {
  const auto at = [&](int i) { return std::clamp(i < 0 ? i + size : i, 0, size); };
  return {at(begin), std::max(at(begin), at(end))};
}

cv::Mat SliceOf(const cv::Mat& image, int top, int bottom, int left, int right) {
  return image(Slice(top, bottom, image.rows), Slice(left, right, image.cols));
}

cv::Mat FlowOf(const cv::Mat& from, const cv::Mat& to) {
  cv::Mat flow;
  if (!from.empty()) cv::calcOpticalFlowFarneback(from, to, flow, 0.5, 3, 15, 5, 7, 1.5, 0);
  return flow;
}

cv::Point2d SortedTopMean(const cv::Mat& flow, double share) {
  if (flow.empty()) return {0, 0};
  std::vector<cv::Vec2f> vectors;
  for (int y = 0; y < flow.rows; ++y) {
    for (int x = 0; x < flow.cols; ++x) vectors.push_back(flow.at<cv::Vec2f>(y, x));
  }
  const auto length = [](const cv::Vec2f& v) { return std::sqrt(v[0] * v[0] + v[1] * v[1]); };
  std::stable_sort(vectors.begin(), vectors.end(),
                   [&](const auto& a, const auto& b) { return length(a) < length(b); });
  const auto dropped = static_cast<std::size_t>(static_cast<double>(vectors.size()) * (1 - share));
  cv::Point2d sum;
  for (std::size_t i = dropped; i < vectors.size(); ++i) {
    sum += cv::Point2d(vectors[i][0], vectors[i][1]);
  }
  return sum / static_cast<double>(vectors.size() - dropped);
}

struct Edges {
  int top, bottom, left, right;
};

Edges EdgesOf(const Landmarks& p, std::size_t first, std::size_t end) {
  Edges e{p[first].y, p[first].y, p[first].x, p[first].x};
  for (std::size_t i = first; i < end; ++i) {
    e = {std::min(e.top, p[i].y), std::max(e.bottom, p[i].y), std::min(e.left, p[i].x),
         std::max(e.right, p[i].x)};
  }
  return e;
}

class PlainWindow {
 public:
  PlainWindow(const cv::Mat& reference, const Landmarks& landmarks)
      : reference_(reference), p_(landmarks) {}

  cv::Point2d Nose(const cv::Mat& crop) const {
    const Edges n = EdgesOf(p_, 29, 31);
    const auto cut = [&](const cv::Mat& image) {
      return SliceOf(image, n.top - 13, n.bottom + 13, n.left - 13, n.right + 13);
    };
    return SortedTopMean(SliceOf(FlowOf(cut(reference_), cut(crop)), 15, -10, 5, -5), 0.7);
  }

  std::vector<cv::Point2d> Regions(const cv::Mat& crop) const {
    std::vector<cv::Point2d> all;
    AddBrow(crop, EdgesOf(p_, 17, 22), 5, {20, 19, 18}, 0.2, all);
    AddBrow(crop, EdgesOf(p_, 22, 27), 0, {23, 24, 25}, 0.3, all);
    AddMouthAndNose(crop, all);
    for (const std::size_t first : {std::size_t{36}, std::size_t{42}}) {
      const Edges e = EdgesOf(p_, first, first + 6);
      const double m = (e.top + e.bottom) / 2.0;
      const double w = e.right - e.left;
      const cv::Mat flow = Flow(crop, static_cast<int>(m + w / 4), static_cast<int>(m + 3 * w / 4),
                                std::max(0, e.left), e.right);
      all.push_back(SortedTopMean(SliceOf(flow, 5, -5, 5, -5), 0.3));
    }
    return all;
  }

 private:
  cv::Mat Flow(const cv::Mat& crop, int top, int bottom, int left, int right) const {
    return FlowOf(SliceOf(reference_, top, bottom, left, right),
                  SliceOf(crop, top, bottom, left, right));
  }

  cv::Point2d Around(const cv::Mat& flow, std::size_t landmark, int top, int left,
                     const std::array<int, 4>& reach, double share) const {
    const int y = p_[landmark].y - top;
    const int x = p_[landmark].x - left;
    return SortedTopMean(SliceOf(flow, y - reach[0], y + reach[1], x - reach[2], x + reach[3]),
                         share);
  }

  void AddBrow(const cv::Mat& crop, const Edges& e, int margin,
               const std::array<std::size_t, 3>& points, double share,
               std::vector<cv::Point2d>& all) const {
    const int top = e.top - 15;
    const int left = e.left - margin;
    const cv::Mat flow =
        Flow(crop, std::max(0, top), e.bottom + 5, margin > 0 ? std::max(0, left) : left, e.right);
    const int above = std::max(0, 10 + std::min(0, top));
    const bool few = margin > 0 && e.bottom + 5 - std::max(0, top) - 3 < 10 + above;
    all.push_back(SortedTopMean(SliceOf(flow, above, few ? -4 : -10, 10, -10), 0.3));
    for (const std::size_t point : points) {
      all.push_back(Around(flow, point, top, left, {10, 10, 10, 10}, share));
    }
  }

  void AddMouthAndNose(const cv::Mat& crop, std::vector<cv::Point2d>& all) const {
    const Edges m = EdgesOf(p_, 48, 67);
    const cv::Mat mouth =
        Flow(crop, m.top - 15, m.bottom + 10, std::max(0, m.left - 20), m.right + 20);
    all.push_back(SortedTopMean(SliceOf(mouth, 10, -10, 10, -10), 0.3));
    const auto at_mouth = [&](std::size_t point, const std::array<int, 4>& reach) {
      all.push_back(Around(mouth, point, m.top - 15, m.left - 20, reach, 0.2));
    };
    at_mouth(48, {10, 10, 10, 20});
    at_mouth(54, {10, 10, 20, 10});
    for (const std::size_t point : {51, 57, 62}) at_mouth(point, {10, 10, 10, 10});
    const Edges n = EdgesOf(p_, 30, 36);
    const cv::Mat nose =
        Flow(crop, n.top - 20, n.bottom + 5, std::max(0, n.left - 30), n.right + 30);
    all.push_back(Around(nose, 31, n.top - 20, n.left - 30, {20, 5, 20, 10}, 0.2));
    all.push_back(Around(nose, 35, n.top - 20, n.left - 30, {20, 5, 10, 20}, 0.2));
  }

  cv::Mat reference_;
  const Landmarks& p_;
};

cv::Mat Crop(const cv::Mat& frame, const Edges& box) {
  cv::Mat crop;
  cv::resize(SliceOf(frame, box.top, box.bottom, box.left, box.right), crop, {kSide, kSide});
  return crop;
}

}  // namespace

MadeUpFace FaceAt(const cv::Point& middle, int half_px) {
  MadeUpFace face;
  DrawFace(face.crop_landmarks);
  for (std::size_t i = 0; i < face.crop_landmarks.size(); ++i) {
    const cv::Point in_crop = face.crop_landmarks[i];
    face.in_frame.landmarks[i] = {middle.x + (in_crop.x - kSide / 2) * 9 * half_px / kSide,
                                  middle.y + (in_crop.y - 124) * 9 * half_px / kSide};
  }
  face.in_frame.landmarks[39] = middle - cv::Point(half_px, 0);
  face.in_frame.landmarks[42] = middle + cv::Point(half_px, 0);
  face.in_frame.box = {middle.x - 3 * half_px, middle.y - 2 * half_px, 6 * half_px, 6 * half_px};
  return face;
}

MadeUpFace FaceIn(const cv::Size& frame, int half_px) {
  return FaceAt({frame.width / 2, frame.height / 2 - half_px}, half_px);
}

std::vector<cv::Mat> FramesWithMotion(const cv::Size& size, int count, const cv::Point2d& step_px,
                                      double blur_px) {
  const cv::Mat texture = Texture({size.width + 200, size.height + 200}, blur_px);
  std::vector<cv::Mat> frames;
  for (int t = 0; t < count; ++t) {
    cv::Mat frame;
    const cv::Mat shift =
        (cv::Mat_<double>(2, 3) << 1, 0, -100 + t * step_px.x, 0, 1, -100 + t * step_px.y);
    cv::warpAffine(texture, frame, shift, size);
    // The lower part, where mouths are, goes a little further.
    const cv::Rect mouth(0, size.height * 3 / 5, size.width, size.height / 5);
    const cv::Mat further =
        (cv::Mat_<double>(2, 3) << 1, 0, -100 + t * (step_px.x + 0.3), 0, 1, -100 + t * step_px.y);
    cv::Mat moved;
    cv::warpAffine(texture, moved, further, size);
    moved(mouth).copyTo(frame(mouth));
    frames.push_back(frame);
  }
  return frames;
}

PlainRows PlainPublishedRows(const std::vector<cv::Mat>& frames, const MadeUpFace& face) {
  const Landmarks& p = face.in_frame.landmarks;
  const int h = (p[42].x - p[39].x) / 2;
  const int x = (p[39].x + p[42].x) / 2;
  const int y = (p[39].y + p[42].y) / 2;
  Edges box{std::max(0, y - h * 7 / 2), y + h * 11 / 2, std::max(0, x - h * 9 / 2), x + h * 9 / 2};
  const auto rect = [&] {
    return cv::Rect(cv::Point(box.left, box.top), cv::Point(box.right, box.bottom));
  };
  const PlainWindow window(Crop(frames.front(), box), face.crop_landmarks);
  PlainRows rows;
  rows.values.assign(internal::kRoiFlow36Values, 0.0F);
  rows.boxes.push_back(rect());
  for (std::size_t t = 1; t < frames.size(); ++t) {
    cv::Mat crop = Crop(frames[t], box);
    cv::Point2d nose = window.Nose(crop);
    for (int i = 0; i < 3 && nose.dot(nose) > 1; ++i) {
      const int dx = cvRound(nose.x);
      const int dy = cvRound(nose.y);
      box = {std::max(0, box.top + dy), box.bottom + dy, std::max(0, box.left + dx),
             box.right + dx};
      crop = Crop(frames[t], box);
      nose = window.Nose(crop);
    }
    rows.boxes.push_back(rect());
    for (const cv::Point2d& region : window.Regions(crop)) {
      rows.values.push_back(static_cast<float>(region.x - nose.x));
      rows.values.push_back(static_cast<float>(region.y - nose.y));
    }
  }
  return rows;
}

}  // namespace mestr
