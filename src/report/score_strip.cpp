#include "report/score_strip.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "core/number_text.h"
#include "report/face_drawing.h"
#include "report/palette.h"

namespace mestr::internal {
namespace {

constexpr double kShown_s = 8;
// At scale 1.
constexpr double kWords_px = 22;
constexpr double kNames_px = 18;
constexpr double kPlot_px = 72;
constexpr double kSeconds_px = 18;
constexpr double kWhole_px = 8;

// Whatever the causes.
std::vector<Interval> NotJudged(const FaceResults& face, std::int64_t frames) {
  std::vector<Interval> together;
  for (const CauseRun& run : UnusableRuns(face, frames)) {
    const bool goes_on = !together.empty() && together.back().offset + 1 == run.frames.onset;
    if (!goes_on) together.push_back(run.frames);
    together.back().offset = run.frames.offset;
  }
  return together;
}

}  // namespace

// Where things lie on the canvas.
struct ScoreStrip::View {
  double from_s = 0;
  double to_s = 1;
  std::int64_t frame = 0;
  cv::Rect plot;
  cv::Rect whole;

  int X(double time_s) const {
    const double share = (time_s - from_s) / (to_s - from_s);
    // What is far outside must not leave the range of a pixel's number.
    return plot.x + static_cast<int>(std::lround(std::clamp(share, -1.0, 2.0) * plot.width));
  }
  int Y(double share) const {
    return plot.y + static_cast<int>(std::lround((1 - share) * (plot.height - 1)));
  }
};

ScoreStrip::ScoreStrip(const VideoResults& video, const FaceResults& face, std::string name,
                       const Pen& pen)
    : video_(video),
      face_(face),
      name_(std::move(name)),
      pen_(pen),
      not_judged_(NotJudged(face, video.frames)) {
  // Probabilities have the same axis in every video.
  const auto take = [this](double value) {
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  };
  take(face.threshold);
  for (const FoundStretch& stretch : face.stretches) take(stretch.threshold.value_or(0));
  for (std::size_t i = 0; i < face.scores.size(); ++i) {
    if (face.scores.valid[i] == 0) continue;
    take(face.scores.spot[i]);
    take(face.smoothed[i]);
  }
}

int ScoreStrip::height_px() const {
  return pen_.Px(kWords_px) + pen_.Px(kNames_px) + pen_.Px(kPlot_px) + pen_.Px(kSeconds_px) +
         pen_.Px(kWhole_px);
}

double ScoreStrip::TimeOf(std::int64_t frame) const {
  const auto& times_s = video_.frame_times_s;
  if (frame >= video_.frames) return times_s.back() + 1 / video_.fps;
  return times_s[static_cast<std::size_t>(frame)];
}

double ScoreStrip::YShare(double score) const { return (score - low_) / (high_ - low_); }

ScoreStrip::View ScoreStrip::ViewAt(std::int64_t frame, const cv::Size& canvas) const {
  View view;
  view.frame = frame;
  const double first_s = TimeOf(0);
  const double end_s = TimeOf(video_.frames);
  const double shown_s = std::min(kShown_s, end_s - first_s);
  view.from_s = std::clamp(TimeOf(frame) - shown_s / 2, first_s, end_s - shown_s);
  view.to_s = view.from_s + shown_s;
  view.plot = {0, pen_.Px(kWords_px) + pen_.Px(kNames_px), canvas.width, pen_.Px(kPlot_px)};
  view.whole = {0, canvas.height - pen_.Px(kWhole_px), canvas.width, pen_.Px(kWhole_px)};
  return view;
}

void ScoreStrip::DrawWords(cv::Mat& canvas, std::int64_t frame) const {
  const FaceNow now = FaceAt(face_, frame);
  std::vector<std::string> words;
  if (!name_.empty()) words.push_back(name_);
  words.push_back("frame " + std::to_string(frame + 1) + " / " + std::to_string(video_.frames));
  words.push_back(FixedText(TimeOf(frame), 3) + " s");
  if (now.score) {
    words.push_back("score " + FixedText(*now.score, 2) + ", threshold " +
                    FixedText(now.threshold, 2));
  }
  if (now.find != nullptr) {
    words.push_back(FindText(*now.find) + (now.find->peak == frame ? ", apex" : ""));
  } else if (now.cause != FaceCause::kNone) {
    words.push_back("not judged: " + std::string(FaceCauseText(now.cause)));
  }
  cv::Point at(pen_.Px(6), pen_.Px(kWords_px - 6));
  for (const std::string& word : words) {
    const int width = pen_.TextSize(word).width;
    if (at.x + width > canvas.cols && at.x > pen_.Px(6)) return;
    pen_.Text(canvas, word, at, DarkColour("text"));
    at.x += width + pen_.Px(16);
  }
}

void ScoreStrip::DrawNotJudged(cv::Mat& canvas, const View& view) const {
  for (const Interval& run : not_judged_) {
    const int x = view.X(TimeOf(run.onset));
    const int end = view.X(TimeOf(run.offset + 1));
    Shade(canvas, {x, view.plot.y, end - x, view.plot.height}, DarkColour("unusable"), 1);
  }
}

void ScoreStrip::DrawThreshold(cv::Mat& canvas, const View& view) const {
  for (const FoundStretch& stretch : face_.stretches) {
    const int y = view.Y(YShare(stretch.threshold.value_or(face_.threshold)));
    const int x = std::max(0, view.X(TimeOf(stretch.frames.onset)));
    const int end = std::min(canvas.cols - 1, view.X(TimeOf(stretch.frames.offset + 1)));
    DashedLine(canvas, {x, y}, {end, y}, DarkColour("threshold"), pen_.line_px(), pen_.Px(5));
  }
}

// The indices whose frames are in view, and one beyond to either side.
std::pair<std::size_t, std::size_t> ScoreStrip::IndicesIn(const View& view) const {
  const ScoreTrack& scores = face_.scores;
  const auto index_at = [&](double time_s) {
    const auto& times_s = video_.frame_times_s;
    const auto frame = std::lower_bound(times_s.begin(), times_s.end(), time_s) - times_s.begin();
    return (frame - scores.first_frame) / scores.frame_step;
  };
  const auto size = static_cast<std::int64_t>(scores.size());
  const auto first = std::clamp<std::int64_t>(index_at(view.from_s) - 1, 0, size);
  const auto end = std::clamp<std::int64_t>(index_at(view.to_s) + 2, first, size);
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(end)};
}

void ScoreStrip::DrawLine(cv::Mat& canvas, const View& view, bool smoothed) const {
  const auto [first, end] = IndicesIn(view);
  std::vector<cv::Point> points;
  const auto draw = [&] {
    cv::polylines(canvas, points, false, DarkColour(smoothed ? "smoothed" : "score"),
                  pen_.Px(smoothed ? 2 : 1), cv::LINE_AA);
    points.clear();
  };
  for (std::size_t i = first; i < end; ++i) {
    if (face_.scores.valid[i] == 0) {
      draw();
      continue;
    }
    const double score = smoothed ? face_.smoothed[i] : face_.scores.spot[i];
    points.emplace_back(view.X(TimeOf(face_.scores.FrameOf(static_cast<std::int64_t>(i)))),
                        view.Y(YShare(score)));
  }
  draw();
}

void ScoreStrip::DrawFinds(cv::Mat& canvas, const View& view) const {
  int free_from = 0;
  for (const FoundInterval& find : face_.intervals) {
    const cv::Scalar colour = EmotionColour(find.emotion);
    const int x = view.X(TimeOf(find.interval.onset));
    const int end = std::max(x + 1, view.X(TimeOf(find.interval.offset + 1)));
    if (end < 0 || x >= canvas.cols) continue;
    Shade(canvas, {x, view.plot.y, end - x, view.plot.height}, colour, 0.35);
    Shade(canvas, {x, view.plot.y, end - x, pen_.Px(3)}, colour, 1);
    const int peak = view.X(TimeOf(find.peak));
    DashedLine(canvas, {peak, view.plot.y}, {peak, view.plot.y + view.plot.height - 1}, colour,
               pen_.line_px(), pen_.Px(2));
    // Its name, unless that of the one before is in the way.
    if (x < free_from) continue;
    pen_.Text(canvas, find.emotion, {x, view.plot.y - pen_.Px(5)}, colour);
    free_from = x + pen_.TextSize(find.emotion).width + pen_.Px(6);
  }
}

void ScoreStrip::DrawSeconds(cv::Mat& canvas, const View& view) const {
  const int y = view.plot.y + view.plot.height;
  const auto last = static_cast<std::int64_t>(std::floor(view.to_s));
  for (auto second = static_cast<std::int64_t>(std::ceil(view.from_s)); second <= last; ++second) {
    const int x = view.X(static_cast<double>(second));
    cv::line(canvas, {x, y}, {x, y + pen_.Px(3)}, DarkColour("muted"), pen_.line_px());
    const std::string text = std::to_string(second) + " s";
    const cv::Size size = pen_.TextSize(text);
    const int left = x - size.width / 2;
    if (left < 0 || left + size.width > canvas.cols) continue;
    pen_.Text(canvas, text, {left, y + pen_.Px(kSeconds_px - 3)}, DarkColour("muted"));
  }
}

void ScoreStrip::DrawWhole(cv::Mat& canvas, const View& view) const {
  View all = view;
  all.plot = view.whole;
  all.from_s = TimeOf(0);
  all.to_s = TimeOf(video_.frames);
  Shade(canvas, all.plot, DarkColour("grid"), 1);
  const auto bar = [&](double from_s, double to_s, const cv::Scalar& colour, double opacity) {
    const int x = all.X(from_s);
    const int width = std::max(pen_.Px(2), all.X(to_s) - x);
    Shade(canvas, {x, all.plot.y, width, all.plot.height}, colour, opacity);
  };
  bar(view.from_s, view.to_s, DarkColour("muted"), 0.4);
  for (const FoundInterval& find : face_.intervals) {
    bar(TimeOf(find.interval.onset), TimeOf(find.interval.offset + 1), EmotionColour(find.emotion),
        1);
  }
  bar(TimeOf(view.frame), TimeOf(view.frame), DarkColour("text"), 1);
}

void ScoreStrip::Draw(cv::Mat& canvas, std::int64_t frame) const {
  canvas.setTo(DarkColour("surface"));
  const View view = ViewAt(frame, canvas.size());
  Shade(canvas, view.plot, DarkColour("background"), 1);
  DrawNotJudged(canvas, view);
  DrawFinds(canvas, view);
  DrawThreshold(canvas, view);
  DrawLine(canvas, view, /*smoothed=*/false);
  DrawLine(canvas, view, /*smoothed=*/true);
  const int now = view.X(TimeOf(frame));
  cv::line(canvas, {now, view.plot.y}, {now, view.plot.y + view.plot.height - 1},
           DarkColour("text"), pen_.line_px());
  DrawSeconds(canvas, view);
  DrawWhole(canvas, view);
  DrawWords(canvas, frame);
}

}  // namespace mestr::internal
