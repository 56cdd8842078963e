#include "synth/webcam.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "synth/footage_statistics.h"

namespace mestr::internal::synth {
namespace {

// The bank of noise is read from another place in each frame, around its ends.
constexpr int kBankSide = 1024;
constexpr int kLevels = 256;

// Sigma by gray level, 1 at middle gray. After the gamma curve shot noise is even; the sensor's own
// noise stands out where the picture is dark.
std::array<float, kLevels> SigmaByLevel() {
  std::array<float, kLevels> sigma;
  for (int level = 0; level < kLevels; ++level) {
    const double dark = 128.0 / std::max(level, 32);
    sigma[level] = static_cast<float>(std::sqrt(0.75 + 0.25 * dark * dark));
  }
  return sigma;
}

std::uint8_t Rounded(float value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F) + 0.5F);
}

double MostlyLow(double low, double high, Random& random) {
  const double u = random.Unit();
  return low + (high - low) * u * u;
}

}  // namespace

Webcam::Webcam(cv::Size size, double fps, std::int64_t frames, std::optional<double> noise_gray,
               Random random)
    : size_(size), fps_(fps), frames_(frames), noise_(size, CV_32F, cv::Scalar(0)) {
  PlanLight(random);
  PlanDrops(random);
  sharpness_ = random.Uniform(-0.6, 0.8);
  const double drawn_gray = MostlyLow(kNoiseMin_gray, kNoiseMax_gray, random);
  noise_gray_ = noise_gray.value_or(drawn_gray);
  lag_ = random.Uniform(kNoiseLagMin, kNoiseLagMax);
  noise_seed_ = MixSeed({static_cast<std::uint64_t>(random.Unit() * 0x1p53)});
  MakeNoiseBank(random);
}

void Webcam::PlanLight(Random& random) {
  daylight_ = Wander(kLight_percent, 0.01 * random.Uniform(0.1, 1.2), random);
  constexpr double kWithSteps = 0.25;
  const double seconds = static_cast<double>(frames_) / fps_;
  if (random.Unit() < kWithSteps) {
    const double start_s = random.Uniform(0, seconds);
    const double end_s = start_s + random.Uniform(0.3, 1.2);
    const double never_s = seconds + end_s + 1;
    steps_.push_back({{start_s, end_s, never_s, never_s}, random.Uniform(-0.1, 0.1)});
  }
  flicker_ = random.HalfOfTimes(random.Uniform(0, 0.012));
  flicker_hz_ = random.Index(2) == 0 ? 100 : 120;
  flicker_hz_ *= 1 + random.Uniform(-0.003, 0.003);  // the mains' frequency is never quite that
  flicker_rows_ = random.Uniform(0.5, 3);
}

void Webcam::PlanDrops(Random& random) {
  const double rate = random.Unit() < 0.2 ? random.Uniform(0.001, 0.01) : 0;
  for (std::int64_t i = 0; i < frames_; ++i) {
    shown_.push_back(i > 0 && random.Unit() < rate ? i - 1 : i);
  }
}

void Webcam::MakeNoiseBank(Random& random) {
  std::vector<float> fresh(kBankSide * kBankSide);
  for (float& value : fresh) value = static_cast<float>(random.Normal());
  // What demosaicing and denoising leave: neighbours that are alike.
  const auto side = static_cast<float>(random.Uniform(0.15, 0.6));
  const float sigma = 1 / (1 + 2 * side * side);  // of the weights (side, 1, side), both ways
  bank_.resize(fresh.size());
  for (int y = 0; y < kBankSide; ++y) {
    const auto row = [&](int dy) { return &fresh[((y + dy) % kBankSide) * kBankSide]; };
    const float* above = row(kBankSide - 1);
    const float* here = row(0);
    const float* below = row(1);
    for (int x = 0; x < kBankSide; ++x) {
      const int left = (x + kBankSide - 1) % kBankSide;
      const int right = (x + 1) % kBankSide;
      const auto column = [&](int i) { return here[i] + side * (above[i] + below[i]); };
      bank_[y * kBankSide + x] = sigma * (column(x) + side * (column(left) + column(right)));
    }
  }
}

void Webcam::NextNoise() {
  const std::uint64_t bits = Mix(noise_seed_ + static_cast<std::uint64_t>(index_));
  const int x0 = static_cast<int>(bits % kBankSide);
  const int y0 = static_cast<int>(bits / kBankSide % kBankSide);
  const auto keep = static_cast<float>(index_ == 0 ? 0 : lag_);
  const float add = std::sqrt(1 - keep * keep);
  for (int y = 0; y < size_.height; ++y) {
    const float* bank = &bank_[(y + y0) % kBankSide * kBankSide];
    auto* noise = noise_.ptr<float>(y);
    for (int x = 0; x < size_.width;) {
      const int from = (x + x0) % kBankSide;
      const int end = std::min(size_.width, x + kBankSide - from);
      for (int i = 0; x < end; ++x, ++i) noise[x] = keep * noise[x] + add * bank[from + i];
    }
  }
}

double Webcam::GainAt(double time_s) const {
  double gain = 1 + daylight_.At(time_s);
  for (const Step& step : steps_) gain *= 1 + step.part * step.envelope.At(time_s);
  return gain;
}

void Webcam::Soften(cv::Mat& picture_bgr) const {
  cv::Mat soft;
  cv::GaussianBlur(picture_bgr, soft, {3, 3}, 0);
  cv::addWeighted(picture_bgr, 1 + sharpness_, soft, -sharpness_, 0, picture_bgr);
}

void Webcam::Expose(cv::Mat& picture_bgr) {
  static const std::array<float, kLevels> sigma_by_level = SigmaByLevel();
  std::array<float, kLevels> sigma;
  for (int i = 0; i < kLevels; ++i) {
    sigma[i] = static_cast<float>(noise_gray_) * sigma_by_level[i];
  }
  Soften(picture_bgr);
  NextNoise();
  const double time_s = static_cast<double>(index_) / fps_;
  const double gain = GainAt(time_s);
  for (int y = 0; y < size_.height; ++y) {
    const double turns = flicker_hz_ * time_s + flicker_rows_ * y / size_.height;
    const auto row_gain = static_cast<float>(gain * (1 + flicker_ * SinTurns(turns)));
    const float* noise = noise_.ptr<float>(y);
    auto* row = picture_bgr.ptr<cv::Vec3b>(y);
    for (int x = 0; x < size_.width; ++x) {
      cv::Vec3b& pixel = row[x];
      const float grain = noise[x] * sigma[pixel[1]];
      for (int k = 0; k < 3; ++k)
        pixel[k] = Rounded(static_cast<float>(pixel[k]) * row_gain + grain);
    }
  }
  ++index_;
}

}  // namespace mestr::internal::synth
