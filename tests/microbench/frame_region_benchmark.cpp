// Frames whole against the first face's box alone, as alignment crop asks for it.
//
//   mestr_frame_region_benchmark INPUT...
//     Of each input, a video or a folder of frames: reading it through, whole and in the box,
//     taking turns. Of a video also swscale's part of that, on a YUV 4:2:0 picture of its size. And
//     the first frame as the thumbnail in which cuts are found, OpenCV's way and ours. The bits are
//     compared first.
#include <cstdio>
#include <exception>
#include <functional>
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bench/machine.h"
#include "bench/region_decoding.h"
#include "bench/statistics.h"
#include "core/cost.h"
#include "face/area_resize.h"
#include "face/crop_aligner.h"
#include "mestr/video/inputs.h"
#include "video/frame_converter.h"

namespace mestr::internal {
namespace {

constexpr int kRepetitions = 9;
constexpr double kFps = 30;

std::unique_ptr<FrameSource> Open(const std::string& path) {
  return OpenInput({.path = path, .fps = kFps});
}

cv::Rect FirstBox(const std::string& path, FaceFinder& finder) {
  CropAligner aligner({}, {}, finder, kFps);
  const auto source = Open(path);
  for (Frame frame; !aligner.found() && source->Next(frame);) {
    aligner.Push(frame, [](const AlignedFrame&) {});
  }
  if (!aligner.found()) throw std::runtime_error(path + ": no face");
  return aligner.region();
}

constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();

// How many frames there are.
std::int64_t CompareBits(const std::string& path, const cv::Rect& box) {
  const RegionCheck check = CheckRegion(*Open(path), *Open(path), box, kAll);
  std::printf("  %lld frames, %lld of them in the box alone, all with the bits of the whole\n",
              static_cast<long long>(check.frames), static_cast<long long>(check.patches));
  return check.frames;
}

// Process CPU milliseconds an item, in turns.
void Compare(const char* what, std::int64_t items, const std::function<void()>& whole,
             const std::function<void()>& part, const char* whole_name = "whole",
             const char* part_name = "box") {
  std::vector<double> ms[2];
  for (int i = 0; i < 2 * kRepetitions; ++i) {
    const bool is_whole = (i % 2 == 0) == (i % 4 < 2);
    Cost cost;
    {
      const ScopedCost timer(cost);
      (is_whole ? whole : part)();
    }
    ms[is_whole ? 0 : 1].push_back(1e3 * cost.cpu_s / static_cast<double>(items));
  }
  const auto print = [](const char* name, const Spread& spread) {
    std::printf("  %s %.2f [%.2f, %.2f]", name, spread.median, spread.first_quartile,
                spread.third_quartile);
  };
  std::printf("  %s, CPU ms a frame:", what);
  print(whole_name, SpreadOf(ms[0]));
  print(part_name, SpreadOf(ms[1]));
  print("ratio", SpreadOfRatios(ms[0], ms[1]));
  std::printf("\n");
}

// Pale colours: swscale takes longer where values are to be cut off.
AvPtr<AVFrame> Noise(const cv::Size& size) {
  AvPtr<AVFrame> frame = Made(av_frame_alloc());
  frame->format = AV_PIX_FMT_YUV420P;
  frame->width = size.width;
  frame->height = size.height;
  if (av_frame_get_buffer(frame.get(), 0) != 0) throw std::bad_alloc();
  cv::RNG random(1);
  for (int plane = 0; plane < 3; ++plane) {
    const int rows = plane == 0 ? size.height : (size.height + 1) / 2;
    cv::Mat bytes(rows, frame->linesize[plane], CV_8U, frame->data[plane]);
    random.fill(bytes, cv::RNG::UNIFORM, 110, 140);
  }
  return frame;
}

void CompareConversion(const cv::Size& size, const cv::Rect& box) {
  constexpr int kPictures = 20;
  const AvPtr<AVFrame> frame = Noise(size);
  FrameConverter converter({});
  const cv::Mat whole = converter.ToUpright(*frame, size, /*gray=*/false);
  const cv::Mat part = converter.ToUprightPatch(*frame, size, box);
  if (part.empty() || cv::norm(whole(box), part, cv::NORM_INF) != 0) {
    throw std::runtime_error("other bits");
  }
  const auto times = [&](const std::function<void()>& convert) {
    return [=] {
      for (int i = 0; i < kPictures; ++i) convert();
    };
  };
  Compare("conversion", kPictures,
          times([&] { converter.ToUpright(*frame, size, /*gray=*/false); }),
          times([&] { converter.ToUprightPatch(*frame, size, box); }));
}

void CompareThumbnails(const std::string& path) {
  constexpr int kTimes = 20;
  const cv::Size side(32, 32);
  Frame frame;
  Open(path)->Next(frame);
  cv::Mat theirs;
  const auto resize = [&] {
    for (int i = 0; i < kTimes; ++i) {
      cv::resize(frame.image_bgr, theirs, side, 0, 0, cv::INTER_AREA);
    }
  };
  cv::Mat ours;
  const auto area_resize = [&] {
    for (int i = 0; i < kTimes; ++i) ours = AreaResize(frame.image_bgr, side);
  };
  resize();
  area_resize();
  if (cv::norm(theirs, ours, cv::NORM_INF) != 0) throw std::runtime_error("other bits");
  Compare("thumbnail", kTimes, resize, area_resize, "OpenCV", "ours");
}

void CompareAll(const std::vector<std::string>& paths) {
  const Machine machine = ThisMachine();
  std::printf("%s, %d processors, load %.2f; %d repetitions, median [quartiles]\n",
              machine.cpu.c_str(), machine.processors, machine.load.value_or(0), kRepetitions);
  FaceFinder finder(FindLandmarkModel({}));
  for (const std::string& path : paths) {
    const cv::Rect box = FirstBox(path, finder);
    const VideoInfo info = Open(path)->info();
    std::printf("%s: %d x %d px, box %d x %d at %d, %d\n", path.c_str(), info.width, info.height,
                box.width, box.height, box.x, box.y);
    const std::int64_t frames = CompareBits(path, box);
    Compare(
        "reading", frames, [&] { TimeDecoding(*Open(path), kAll); },
        [&] { TimeDecoding(*Open(path), kAll, box); });
    if (!std::filesystem::is_directory(path)) CompareConversion({info.width, info.height}, box);
    CompareThumbnails(path);
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace mestr::internal

int main(int argc, char** argv) {
  try {
    mestr::internal::CompareAll({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
