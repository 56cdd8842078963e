#include "bench/published_windows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/video.hpp>
#include <utility>
#include <vector>

namespace mestr::internal {
namespace {

constexpr int kSide = 320;

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

// As the published code has it: P, and the crop's box around it.
Edges BoxOf(const Landmarks& p) {
  const int h = (p[42].x - p[39].x) / 2;
  const int x = (p[39].x + p[42].x) / 2;
  const int y = (p[39].y + p[42].y) / 2;
  return {std::max(0, y - h * 7 / 2), y + h * 11 / 2, std::max(0, x - h * 9 / 2), x + h * 9 / 2};
}

cv::Rect RectOf(const Edges& box) {
  return {cv::Point(box.left, box.top), cv::Point(box.right, box.bottom)};
}

class PublishedWindows final : public WindowExtractor {
 public:
  PublishedWindows(WindowSpec spec, std::unique_ptr<ReferenceFaceFinder> finder)
      : spec_(std::move(spec)), finder_(std::move(finder)) {}

  const WindowSpec& spec() const override { return spec_; }

  WindowRows Compute(std::span<const cv::Mat> frames) override {
    WindowRows rows;
    rows.frames.resize(frames.size());
    std::size_t t = 0;
    for (; t < frames.size() && !rows.reference; ++t) {
      rows.values.insert(rows.values.end(), spec_.RowValues(), 0.0F);
      if (TakeReference(frames[t], rows)) rows.reference = static_cast<int>(t);
    }
    if (!rows.reference) return rows;
    const PlainWindow window(Crop(frames[t - 1], box_), rows.crop_landmarks);
    for (; t < frames.size(); ++t) AddRow(window, frames[t], rows.frames[t], rows.values);
    return rows;
  }

 private:
  bool TakeReference(const cv::Mat& frame, WindowRows& rows) {
    const auto face = finder_->FindInFrame(frame);
    if (!face) return false;
    box_ = BoxOf(face->landmarks);
    const auto found = finder_->FindInCrop(Crop(frame, box_));
    for (std::size_t i = 0; i < rows.crop_landmarks.size(); ++i) {
      const cv::Point p = face->landmarks[i];
      rows.crop_landmarks[i] = {
          static_cast<int>((p.x - box_.left) * (double{kSide} / (box_.right - box_.left))),
          static_cast<int>((p.y - box_.top) * (double{kSide} / (box_.bottom - box_.top)))};
    }
    if (found) rows.crop_landmarks = *found;
    return true;
  }

  void AddRow(const PlainWindow& window, const cv::Mat& frame, WindowFrame& seen,
              std::vector<float>& values) {
    cv::Mat crop = Crop(frame, box_);
    cv::Point2d nose = window.Nose(crop);
    for (; seen.corrections < 3 && nose.dot(nose) > 1; ++seen.corrections) {
      const int dx = cvRound(nose.x);
      const int dy = cvRound(nose.y);
      box_ = {std::max(0, box_.top + dy), box_.bottom + dy, std::max(0, box_.left + dx),
              box_.right + dx};
      crop = Crop(frame, box_);
      nose = window.Nose(crop);
    }
    seen.box = RectOf(box_);
    for (const cv::Point2d& region : window.Regions(crop)) {
      values.push_back(static_cast<float>(region.x - nose.x));
      values.push_back(static_cast<float>(region.y - nose.y));
    }
  }

  WindowSpec spec_;
  std::unique_ptr<ReferenceFaceFinder> finder_;
  Edges box_{};
};

}  // namespace

std::unique_ptr<WindowExtractor> MakePublishedWindows(WindowSpec spec,
                                                      std::unique_ptr<ReferenceFaceFinder> finder) {
  return std::make_unique<PublishedWindows>(std::move(spec), std::move(finder));
}

}  // namespace mestr::internal
