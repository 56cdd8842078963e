#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "mestr/core/error.h"
#include "synth/camera.h"
#include "synth/expression_field.h"
#include "synth/eyelids.h"
#include "synth/head_motion.h"
#include "synth/neutral_face.h"
#include "synth/synth.h"
#include "synth/timeline.h"

namespace mestr::internal {

using synth::FaceAxes;
using synth::FieldGrid;
using synth::Point2d;
using synth::Random;
using Pixel = synth::Canvas::Pixel;

namespace {

// Side of the face crops that mestr works on.
constexpr double kCropSide_px = 128;

// A stream of random numbers for each purpose, so that turning one distractor off changes nothing
// else.
enum class Purpose : std::uint64_t {
  kPlacement = 1,
  kExpressions,
  kFields,
  kBlinks,
  kGaze,
  kHead,
  kFlicker,
  kNoise
};

std::uint64_t SeedFor(const SynthClipOptions& options, Purpose purpose) {
  return synth::MixSeed({options.seed, static_cast<std::uint64_t>(options.subject),
                         static_cast<std::uint64_t>(purpose)});
}

Random RandomFor(const SynthClipOptions& options, Purpose purpose) {
  return Random(SeedFor(options, purpose));
}

SynthClipOptions Checked(const SynthClipOptions& options) {
  options.Check();
  return options;
}

// As in front of a webcam: the face box takes 42 to 54 % of the picture's height, 200 to 260 px of
// 480; less in a picture that is higher than wide.
synth::Placement PlaceFace(const SynthClipOptions& options) {
  Random random = RandomFor(options, Purpose::kPlacement);
  const double side =
      std::min<double>(options.height_px, 0.85 * options.width_px) * random.Uniform(0.42, 0.54);
  const double room = std::max(0.0, options.width_px - side) / 2;
  const double x = options.width_px / 2.0 + 0.25 * room * random.Uniform(-1, 1);
  const double middle = options.height_px * random.Uniform(0.49, 0.53);
  // The box reaches from 0.45 inter-ocular distances above the eyes to 1.55 below.
  return {side, {x, middle - 0.275 * side}, random.Uniform(0.92, 1.05)};
}

// The eye on the picture's left (0) or right (1), with the lid's skin up to most of the way to the
// brow.
synth::Eye MakeEye(const synth::NeutralFace& face, int side) {
  const Portrait::Eyelids& lids = face.eyelids[side];
  const Point2d brow = synth::MeanOf(face.landmarks_px, side == 0 ? 18 : 23, side == 0 ? 20 : 25);
  const Point2d lid = lids.upper_px[lids.upper_px.size() / 2];
  return {lids, 0.8 * synth::PortableHypot(brow.x - lid.x, brow.y - lid.y)};
}

struct ActiveExpression {
  synth::PlannedExpression plan;
  FieldGrid field;  // backward, at full activation
};

// One frame's state of everything that moves.
struct Moment {
  bool still = true;  // offsets are 0 everywhere
  FieldGrid offsets;  // from a pixel of the frame to its place in the neutral face
  double closure = 0;
  Point2d gaze_px = {0, 0};
  double gain = 1;
  std::uint64_t noise_seed = 0;

  bool EyesAsInPortrait() const { return closure == 0 && gaze_px == Point2d(0, 0); }
};

// `row` gets the neutral face's pixels that frame row `y` shows.
void WarpRow(const synth::Canvas& canvas, const FieldGrid& offsets, int y, std::span<Pixel> row) {
  constexpr int kStep = FieldGrid::kSpacing;
  const cv::Point2f* above = offsets.row(y / kStep);
  const cv::Point2f* below = offsets.row(y / kStep + 1);
  const float part = static_cast<float>(y % kStep) / kStep;
  const int width = static_cast<int>(row.size());
  for (int x0 = 0, col = 0; x0 < width; x0 += kStep, ++col) {
    const cv::Point2f left = above[col] + (below[col] - above[col]) * part;
    const cv::Point2f right = above[col + 1] + (below[col + 1] - above[col + 1]) * part;
    const cv::Point2f slope = (right - left) * (1.0F / kStep);
    const int end = std::min(kStep, width - x0);
    for (int i = 0; i < end; ++i) {
      const auto step = static_cast<float>(i);
      row[x0 + i] = canvas.Sample(static_cast<float>(x0 + i) + left.x + slope.x * step,
                                  static_cast<float>(y) + left.y + slope.y * step);
    }
  }
}

}  // namespace

struct ClipRenderer::State {
  State(const Portrait& portrait, const SynthClipOptions& clip_options);

  Moment MomentOf(std::int64_t index) const;
  cv::Matx23d FrameFromNeutral(std::int64_t index) const { return head.At(TimeOf(index)); }
  const ActiveExpression* ExpressionAt(std::int64_t index) const;
  void PaintEyes(const Moment& moment, int y, std::span<Pixel> row) const;
  void CheckIndex(std::int64_t index) const;

  SynthClipOptions options;
  synth::Placement placement;
  synth::NeutralFace face;
  FaceAxes axes;
  std::vector<synth::Eye> eyes;
  synth::HeadMotion head;
  synth::Flicker flicker;
  std::vector<synth::PlannedBlink> blinks;
  std::vector<synth::GazeShift> gaze;
  std::vector<ActiveExpression> expressions;
  FieldGrid head_weight;  // in x
  SynthClip truth;

 private:
  double TimeOf(std::int64_t index) const { return static_cast<double>(index) / options.fps; }
  void PlanExpressions();
  void PlanDistractors();
  FieldGrid OffsetsAt(std::int64_t index, const ActiveExpression* active) const;
  double ClosureAt(double time_s) const;
};

ClipRenderer::State::State(const Portrait& portrait, const SynthClipOptions& clip_options)
    : options(Checked(clip_options)),
      placement(PlaceFace(options)),
      face(synth::MakeNeutralFace(portrait, options.subject, placement,
                                  {options.width_px, options.height_px})),
      axes(FaceAxes::Of(face.landmarks_px)),
      eyes({MakeEye(face, 0), MakeEye(face, 1)}),
      head(RandomFor(options, Purpose::kHead), axes.ToPx({0, 0.55}), options.drift_crop_px,
           placement.face_box_px / kCropSide_px),
      flicker(RandomFor(options, Purpose::kFlicker), options.flicker),
      head_weight({0, 0, options.width_px, options.height_px}) {
  head_weight.Fill([&](Point2d p) { return Point2d(synth::HeadWeight(axes, p), 0); });
  truth.fps = options.fps;
  truth.frames = synth::FrameCount(options);
  truth.crop_px = placement.face_box_px / kCropSide_px;
  PlanExpressions();
  PlanDistractors();
}

void ClipRenderer::State::PlanExpressions() {
  Random plan_random = RandomFor(options, Purpose::kExpressions);
  Random field_random = RandomFor(options, Purpose::kFields);
  for (synth::PlannedExpression& plan : synth::PlanExpressions(options, plan_random)) {
    plan.truth.apex_displacement_px = plan.intensity_crop_px * truth.crop_px;
    truth.expressions.push_back(plan.truth);
    expressions.push_back(
        {plan, synth::MakeExpressionField(plan.truth.emotion, face.landmarks_px,
                                          plan.truth.apex_displacement_px, field_random)});
  }
}

void ClipRenderer::State::PlanDistractors() {
  const double seconds = TimeOf(truth.frames);
  Random blink_random = RandomFor(options, Purpose::kBlinks);
  blinks = synth::PlanBlinks(options, seconds, blink_random);
  for (const synth::PlannedBlink& blink : blinks) {
    const double end_s = blink.start_s + blink.length_s;
    const auto first = static_cast<std::int64_t>(std::floor(blink.start_s * options.fps));
    const auto last = static_cast<std::int64_t>(std::ceil(end_s * options.fps));
    truth.blinks.push_back({{first, std::min(last, truth.frames - 1)}});
  }
  Random gaze_random = RandomFor(options, Purpose::kGaze);
  gaze = synth::PlanGaze(options, seconds, gaze_random);
}

const ActiveExpression* ClipRenderer::State::ExpressionAt(std::int64_t index) const {
  const auto next = std::upper_bound(
      expressions.begin(), expressions.end(), index,
      [](std::int64_t i, const ActiveExpression& e) { return i < e.plan.truth.frames.onset; });
  if (next == expressions.begin() || (next - 1)->plan.Activation(index) == 0) return nullptr;
  return &*(next - 1);
}

double ClipRenderer::State::ClosureAt(double time_s) const {
  const auto next = std::upper_bound(
      blinks.begin(), blinks.end(), time_s,
      [](double time, const synth::PlannedBlink& blink) { return time < blink.start_s; });
  return next == blinks.begin() ? 0 : (next - 1)->Closure(time_s);
}

Moment ClipRenderer::State::MomentOf(std::int64_t index) const {
  const double time_s = TimeOf(index);
  const ActiveExpression* active = ExpressionAt(index);
  Moment moment;
  moment.still = head.still() && active == nullptr;
  moment.offsets = OffsetsAt(index, active);
  moment.closure = ClosureAt(time_s);
  moment.gaze_px = synth::GazeAt(gaze, time_s) * (options.gaze_crop_px * truth.crop_px);
  moment.gain = flicker.GainAt(time_s);
  moment.noise_seed =
      synth::MixSeed({SeedFor(options, Purpose::kNoise), static_cast<std::uint64_t>(index)});
  return moment;
}

FieldGrid ClipRenderer::State::OffsetsAt(std::int64_t index, const ActiveExpression* active) const {
  FieldGrid offsets({0, 0, options.width_px, options.height_px});
  if (head.still() && active == nullptr) return offsets;
  const double activation = active == nullptr ? 0 : active->plan.Activation(index);
  const cv::Matx23d neutral_from_frame = synth::InverseOf(FrameFromNeutral(index));
  offsets.Fill([&](Point2d p) {
    const Point2d head_offset = (synth::Apply(neutral_from_frame, p) - p) * head_weight.At(p).x;
    if (active == nullptr) return head_offset;
    return head_offset - active->field.At(p + head_offset) * activation;
  });
  return offsets;
}

void ClipRenderer::State::PaintEyes(const Moment& moment, int y, std::span<Pixel> row) const {
  // How far head and expression can carry an eye.
  const double reach = (2 * options.drift_crop_px + 4) * truth.crop_px;
  for (const synth::Eye& eye : eyes) {
    const cv::Rect2d area = eye.area_px();
    if (y < area.y - reach || y > area.y + area.height + reach) continue;
    const int begin = std::max(0, static_cast<int>(area.x - reach));
    const int end = std::min(options.width_px, static_cast<int>(area.x + area.width + reach) + 1);
    for (int x = begin; x < end; ++x) {
      const Point2d p(x, y);
      const Point2d neutral = p + moment.offsets.At(p);
      if (!area.contains(neutral)) continue;
      const synth::Eye::Source source = eye.SourceOf(neutral, moment.closure, moment.gaze_px);
      const Pixel lid = face.canvas.Sample(source.lid);
      const Pixel behind = face.canvas.Sample(source.behind);
      const auto cover = static_cast<float>(source.cover);
      for (int k = 0; k < 3; ++k) row[x].c[k] = behind.c[k] + (lid.c[k] - behind.c[k]) * cover;
    }
  }
}

void ClipRenderer::State::CheckIndex(std::int64_t index) const {
  if (index < 0 || index >= truth.frames) {
    throw Error(ErrorKind::kInvalidArgument, "frame " + std::to_string(index) +
                                                 " of a synthetic clip with " +
                                                 std::to_string(truth.frames) + " frames");
  }
}

ClipRenderer::ClipRenderer(const Portrait& portrait, const SynthClipOptions& options)
    : state_(std::make_unique<const State>(portrait, options)) {}
ClipRenderer::~ClipRenderer() = default;
ClipRenderer::ClipRenderer(ClipRenderer&&) noexcept = default;
ClipRenderer& ClipRenderer::operator=(ClipRenderer&&) noexcept = default;

const SynthClip& ClipRenderer::truth() const { return state_->truth; }

cv::Mat ClipRenderer::Render(std::int64_t index) const {
  state_->CheckIndex(index);
  const SynthClipOptions& options = state_->options;
  const synth::Canvas& canvas = state_->face.canvas;
  const Moment moment = state_->MomentOf(index);
  cv::Mat frame(options.height_px, options.width_px, CV_8UC3);
  std::vector<Pixel> row(options.width_px);
  for (int y = 0; y < options.height_px; ++y) {
    if (moment.still) {
      std::copy_n(&canvas.at(0, y), options.width_px, row.begin());
    } else {
      WarpRow(canvas, moment.offsets, y, row);
    }
    if (!moment.EyesAsInPortrait()) state_->PaintEyes(moment, y, row);
    synth::ExposeRow(row, static_cast<float>(moment.gain), static_cast<float>(options.noise_sigma),
                     synth::MixSeed({moment.noise_seed, static_cast<std::uint64_t>(y)}),
                     frame.ptr<cv::Vec3b>(y));
  }
  return frame;
}

double ClipRenderer::Activation(std::int64_t index) const {
  state_->CheckIndex(index);
  const ActiveExpression* active = state_->ExpressionAt(index);
  return active == nullptr ? 0 : active->plan.Activation(index);
}

std::array<cv::Point2d, Portrait::kLandmarkCount> ClipRenderer::Landmarks(
    std::int64_t index) const {
  state_->CheckIndex(index);
  const ActiveExpression* active = state_->ExpressionAt(index);
  const cv::Matx23d frame_from_neutral = state_->FrameFromNeutral(index);
  std::array<cv::Point2d, Portrait::kLandmarkCount> landmarks = state_->face.landmarks_px;
  for (Point2d& p : landmarks) {
    if (active != nullptr) {
      const double activation = active->plan.Activation(index);
      p = synth::ForwardPoint(p, [&](Point2d q) { return active->field.At(q) * activation; });
    }
    p = synth::Apply(frame_from_neutral, p);
  }
  return landmarks;
}

cv::Matx23d ClipRenderer::FrameFromNeutral(std::int64_t index) const {
  state_->CheckIndex(index);
  return state_->FrameFromNeutral(index);
}

}  // namespace mestr::internal
