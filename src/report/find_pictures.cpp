#include "report/find_pictures.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/quantile.h"
#include "flow/mat_views.h"
#include "report/drawing.h"
#include "report/face_now.h"
#include "report/flow_picture.h"
#include "report/motion_magnification.h"
#include "report/palette.h"
#include "video/jpeg_encoder.h"
#include "video/mp4_writer.h"

namespace mestr::internal {
namespace {

// Nobody sees more of them in a second of slow motion.
constexpr double kMostClip_fps = 120;
// Less than it is noise, and is to look like it.
constexpr double kLeastFullColour_px = 0.5;
constexpr double kMostGain = 8;
// How far the difference goes from gray to either side.
constexpr double kContrast_gray = 100;
constexpr int kMiddle_gray = 128;
constexpr int kProgress_px = 4;

// The frames within `around_s` of the find that belong to the same stretch.
Interval FramesAround(const VideoResults& video, const FaceResults& face, const Interval& find,
                      double around_s) {
  Interval bounds{0, video.frames - 1};
  for (const FoundStretch& stretch : face.stretches) {
    if (OverlapFrames(stretch.frames, find) > 0) bounds = stretch.frames;
  }
  const auto& times_s = video.frame_times_s;
  const auto first = std::lower_bound(times_s.begin(), times_s.end(),
                                      times_s[static_cast<std::size_t>(find.onset)] - around_s);
  const auto end = std::upper_bound(times_s.begin(), times_s.end(),
                                    times_s[static_cast<std::size_t>(find.offset)] + around_s);
  return {std::min(find.onset, std::max<std::int64_t>(bounds.onset, first - times_s.begin())),
          std::max(find.offset, std::min<std::int64_t>(bounds.offset, end - times_s.begin() - 1))};
}

cv::Mat Gray(const cv::Mat& bgr) {
  cv::Mat gray;
  cv::cvtColor(bgr, gray, cv::COLOR_BGR2GRAY);
  return gray;
}

// `image` at the places that the motion leads to.
cv::Mat Moved(const cv::Mat& image, const SharedMotion& motion) {
  cv::Mat x = motion.u.clone();
  cv::Mat y = motion.v.clone();
  for (int row = 0; row < x.rows; ++row) {
    for (int column = 0; column < x.cols; ++column) {
      x.at<float>(row, column) += static_cast<float>(column);
      y.at<float>(row, column) += static_cast<float>(row);
    }
  }
  cv::Mat moved;
  cv::remap(image, moved, x, y, cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  return moved;
}

cv::Mat DifferenceOf(const cv::Mat& before, const cv::Mat& after) {
  cv::Mat difference;
  cv::subtract(after, before, difference, cv::noArray(), CV_32F);
  cv::GaussianBlur(difference, difference, {}, 1);  // the noise of two frames
  return difference;
}

// By how much a difference is amplified: nearly all of it keeps within the contrast.
double GainOf(const cv::Mat& difference) {
  std::vector<double> sizes;
  for (int y = 0; y < difference.rows; ++y) {
    for (int x = 0; x < difference.cols; ++x) sizes.push_back(std::abs(difference.at<float>(y, x)));
  }
  const double large = QuantileOf(std::move(sizes), 0.995);
  return std::clamp(kContrast_gray / std::max(large, 1.0), 1.0, kMostGain);
}

}  // namespace

FindPictures::FindPictures(const VideoResults& video, const FaceResults& face,
                           const FoundInterval& find, const PictureOptions& options,
                           FaceFinder& finder)
    : video_(video),
      face_(face),
      find_(find),
      options_(options),
      step_(std::max<std::int64_t>(1, std::llround(video.fps / kMostClip_fps))),
      frames_(FramesAround(video, face, find.interval, options.around_s)),
      steady_(options.side_px, video.fps / static_cast<double>(step_), finder) {}

bool FindPictures::Wants(std::int64_t frame) const {
  if (frame < frames_.onset || frame > frames_.offset) return false;
  if (FaceAt(face_, frame).box.empty()) return false;
  return IsOfClip(frame) || frame == find_.peak || frame == find_.interval.offset;
}

void FindPictures::Push(const Frame& frame) {
  steady_.Push(frame.image_bgr, FaceAt(face_, frame.index).box);
  taken_.push_back(frame.index);
}

// The nearest one that is there.
std::size_t FindPictures::IndexOf(std::int64_t frame) const {
  const auto nearest = std::min_element(
      taken_.begin(), taken_.end(),
      [&](std::int64_t a, std::int64_t b) { return std::abs(a - frame) < std::abs(b - frame); });
  return static_cast<std::size_t>(nearest - taken_.begin());
}

std::string FindPictures::Jpeg(const cv::Mat& picture_bgr) const {
  JpegEncoder encoder(picture_bgr.cols, picture_bgr.rows, options_.jpeg_quality);
  return std::string(encoder.Encode(picture_bgr));
}

IntervalPictures FindPictures::Make(FlowEngine& flow) const {
  IntervalPictures pictures;
  if (taken_.empty()) return pictures;
  pictures.side_px = options_.side_px;
  const std::vector<cv::Mat> crops = steady_.Crops(IndexOf(find_.interval.onset));
  pictures.onset_jpeg = Jpeg(crops[IndexOf(find_.interval.onset)]);
  pictures.apex_jpeg = Jpeg(crops[IndexOf(find_.peak)]);
  pictures.offset_jpeg = Jpeg(crops[IndexOf(find_.interval.offset)]);
  AddMotion(crops, flow, pictures);
  AddClips(crops, pictures);
  return pictures;
}

void FindPictures::AddMotion(const std::vector<cv::Mat>& crops, FlowEngine& flow,
                             IntervalPictures& pictures) const {
  const std::size_t onset_index = IndexOf(find_.interval.onset);
  const std::size_t apex_index = IndexOf(find_.peak);
  if (onset_index == apex_index) return;
  const cv::Mat onset = Gray(crops[onset_index]);
  const cv::Mat apex = Gray(crops[apex_index]);
  cv::Mat u(onset.size(), CV_32F);
  cv::Mat v(onset.size(), CV_32F);
  const FlowPair pair = FlowPairOf(onset, apex, u, v);
  flow.Compute({&pair, 1});
  const SharedMotion shared = SharedMotionOf(u, v);
  const cv::Mat difference = DifferenceOf(onset, Moved(apex, shared));
  pictures.difference_gain = GainOf(difference);
  cv::Mat picture;
  difference.convertTo(picture, CV_8U, pictures.difference_gain, kMiddle_gray);
  cv::cvtColor(picture, picture, cv::COLOR_GRAY2BGR);
  pictures.difference_jpeg = Jpeg(picture);
  u -= shared.u;
  v -= shared.v;
  pictures.flow_full_px = FullColour_px(u, v, kLeastFullColour_px);
  pictures.flow_jpeg = Jpeg(FlowOverFace(onset, u, v, pictures.flow_full_px));
}

void FindPictures::AddClips(const std::vector<cv::Mat>& crops, IntervalPictures& pictures) const {
  std::vector<cv::Mat> of_clip;
  for (std::size_t i = 0; i < crops.size(); ++i) {
    if (IsOfClip(taken_[i])) of_clip.push_back(crops[i]);
  }
  if (of_clip.empty()) return;
  const MagnificationOptions magnification;
  pictures.magnification = 1 + magnification.factor;
  pictures.first_s = TimeOf(taken_.front());
  pictures.slow_down = options_.slow_down;
  const double fps = video_.fps / static_cast<double>(step_);
  pictures.magnified_mp4 = Clip(MagnifyMotion(of_clip, fps, magnification));
  pictures.clip_mp4 = Clip(std::move(of_clip));
}

// How far it is, and where the find lies: along the lower edge.
void FindPictures::DrawProgress(cv::Mat& crop, double time_s) const {
  const double first_s = TimeOf(frames_.onset);
  const double length_s = TimeOf(frames_.offset) - first_s + 1 / video_.fps;
  const auto bar = [&](double from_s, double to_s, const cv::Scalar& colour) {
    const int x = static_cast<int>(std::lround((from_s - first_s) / length_s * crop.cols));
    const int end = static_cast<int>(std::lround((to_s - first_s) / length_s * crop.cols));
    Shade(crop, {x, crop.rows - kProgress_px, std::max(2, end - x), kProgress_px}, colour, 1);
  };
  bar(first_s, first_s + length_s, DarkColour("grid"));
  bar(TimeOf(find_.interval.onset), TimeOf(find_.interval.offset) + 1 / video_.fps,
      EmotionColour(find_.emotion));
  bar(time_s, time_s, DarkColour("text"));
}

std::string FindPictures::Clip(std::vector<cv::Mat> crops) const {
  constexpr int kTicksPerSecond = 90'000;
  const double fps = video_.fps / static_cast<double>(step_) / options_.slow_down;
  Mp4Writer writer(std::nullopt, {.size = crops.front().size(),
                                  .fps = fps,
                                  .rate_factor = options_.rate_factor,
                                  .compact = true,
                                  .ticks_per_s = kTicksPerSecond});
  std::size_t next = 0;
  for (const std::int64_t frame : taken_) {
    if (!IsOfClip(frame)) continue;
    cv::Mat& crop = crops[next++];
    crop = crop.clone();  // the stills show it, too
    DrawProgress(crop, TimeOf(frame));
    writer.Write(crop, (TimeOf(frame) - TimeOf(taken_.front())) * options_.slow_down);
  }
  writer.Finish();
  return writer.TakeBytes();
}

}  // namespace mestr::internal
