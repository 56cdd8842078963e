#include "pipeline/frame_reader.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <latch>
#include <memory>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/window_means.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::PatternSource;

constexpr int kWidth = 320;
constexpr int kHeight = 240;

// A reader, and the thread that reads.
class Reading {
 public:
  Reading(FrameSource& source, RunResources& resources, const RegionRequest* region = nullptr)
      : reader_(source, resources, region), thread_([this] { reader_.Run(); }) {}
  ~Reading() { reader_.Abort(); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  FrameReader* operator->() { return &reader_; }

  // Those that are left.
  std::vector<Frame> TakeAll() {
    std::vector<Frame> frames;
    for (Frame frame; reader_.Next(frame);) {
      frames.push_back(frame);
      reader_.Release();
    }
    return frames;
  }

 private:
  FrameReader reader_;
  std::jthread thread_;  // ends before the reader does
};

// As somebody reads who knows nothing of threads.
std::vector<Frame> ReadSerially(FrameSource& source, const RegionRequest& region = {}) {
  RegionReads reads(region);
  std::vector<Frame> frames;
  for (Frame frame; reads.Next(source, frame); frame = {}) frames.push_back(frame);
  return frames;
}

void ExpectSame(const cv::Mat& image, const cv::Mat& expected) {
  ASSERT_EQ(image.size(), expected.size());
  ASSERT_EQ(image.type(), expected.type());
  if (expected.empty()) return;
  EXPECT_EQ(cv::norm(image, expected, cv::NORM_INF), 0);
}

void ExpectSame(const std::vector<Frame>& frames, const std::vector<Frame>& expected) {
  ASSERT_EQ(frames.size(), expected.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(frames[i].index, expected[i].index);
    EXPECT_EQ(frames[i].time_s, expected[i].time_s);
    EXPECT_EQ(frames[i].continues, expected[i].continues);
    EXPECT_EQ(frames[i].missing, expected[i].missing);
    EXPECT_EQ(frames[i].patch_origin, expected[i].patch_origin);
    ExpectSame(frames[i].image_bgr, expected[i].image_bgr);
    ExpectSame(frames[i].patch_bgr, expected[i].patch_bgr);
  }
}

// A folder of 40 JPEG frames, of which every third takes longer than those around it.
class JpegFolders : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 1; i <= 40; ++i) {
      cv::Mat image(kHeight, kWidth, CV_8UC3, cv::Scalar(i, 2 * i, 3 * i));
      cv::theRNG().state = static_cast<std::uint64_t>(i);
      if (i % 3 == 0) cv::randu(image, 0, 256);
      ASSERT_TRUE(cv::imwrite(File(i).string(), image));
    }
  }

  fs::path File(int number) const {
    return folder_.path() / ("img" + std::to_string(number) + ".jpg");
  }
  std::unique_ptr<FrameSource> Open() const { return OpenFrameFolder(folder_.path(), 30.0); }

  testing::TemporaryFolder folder_;
};

TEST_F(JpegFolders, GiveTheirFramesInOrderWithTheBitsOfReadingOneAfterAnother) {
  const std::vector<Frame> expected = ReadSerially(*Open());
  ASSERT_EQ(expected.size(), 40U);
  for (const int jobs : {1, 2, 5}) {
    RunResources resources(jobs);
    const auto source = Open();
    ExpectSame(Reading(*source, resources).TakeAll(), expected);
  }
}

TEST_F(JpegFolders, GiveTheRegionThatIsAskedFor) {
  RegionRequest region;
  region.Ask(0, {70, 50, 100, 90});
  const std::vector<Frame> expected = ReadSerially(*Open(), region);
  EXPECT_FALSE(expected.back().patch_bgr.empty());
  for (const int jobs : {1, 5}) {
    RunResources resources(jobs);
    const auto source = Open();
    ExpectSame(Reading(*source, resources, &region).TakeAll(), expected);
  }
}

TEST_F(JpegFolders, FailAtTheFrameThatIsDamaged) {
  const std::vector<Frame> whole = ReadSerially(*Open());
  fs::resize_file(File(18), fs::file_size(File(18)) / 2);
  const std::string why = testing::ErrorMessage(ErrorKind::kInput, [&] { ReadSerially(*Open()); });
  EXPECT_THAT(why, HasSubstr("img18.jpg"));
  for (const int jobs : {1, 5}) {
    RunResources resources(jobs);
    const auto source = Open();
    Reading reading(*source, resources);
    std::vector<Frame> frames;
    EXPECT_EQ(testing::ErrorMessage(ErrorKind::kInput,
                                    [&] {
                                      for (Frame frame; reading->Next(frame);) {
                                        frames.push_back(frame);
                                        reading->Release();
                                      }
                                    }),
              why);
    ExpectSame(frames, {whole.begin(), whole.begin() + 17});
  }
}

TEST_F(JpegFolders, TellWhatTheFramesTakenCost) {
  RunResources resources(2);
  const auto source = Open();
  Reading reading(*source, resources);
  EXPECT_EQ(reading->cost().cpu_s, 0);
  Frame frame;
  ASSERT_TRUE(reading->Next(frame));
  const double first_s = reading->cost().wall_s;
  EXPECT_GT(first_s, 0);
  reading->Release();
  reading.TakeAll();
  EXPECT_GT(reading->cost().wall_s, first_s);
  EXPECT_GT(reading->cost().cpu_s, 0);
}

// Independent frames, each of which is finished as the test says.
class MadeFile : public FileSource {
 public:
  MadeFile(int frames, std::function<void(std::int64_t index)> finish)
      : frames_(frames), finish_(std::move(finish)) {
    info_.width = info_.height = 2;
  }

  const VideoInfo& info() const override { return info_; }
  bool frames_are_independent() const override { return true; }
  bool Next(Frame& frame) override {
    FrameFinish finish;
    if (!NextUnfinished(frame, finish)) return false;
    finish(frame);
    return true;
  }
  bool NextUnfinished(Frame& frame, FrameFinish& finish) override {
    ++calls_;
    if (next_ == frames_) return false;
    frame = {.index = next_++};
    finish = [this](Frame& unfinished) {
      finish_(unfinished.index);
      unfinished.image_bgr = cv::Mat(2, 2, CV_8UC3, cv::Scalar::all(1));
    };
    return true;
  }

  int calls() const { return calls_; }

 private:
  VideoInfo info_;
  std::int64_t frames_;
  std::function<void(std::int64_t)> finish_;
  std::int64_t next_ = 0;
  std::atomic<int> calls_ = 0;
};

TEST(FrameReader, GivesFramesThatAreReadyEarlierInTheirTurn) {
  std::latch third_is_ready(1);
  MadeFile source(6, [&](std::int64_t index) {
    if (index == 0) third_is_ready.wait();
    if (index == 2) third_is_ready.count_down();
  });
  RunResources resources(2, /*is_limited=*/true);
  const std::vector<Frame> frames = Reading(source, resources).TakeAll();
  ASSERT_EQ(frames.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(frames[i].index, static_cast<std::int64_t>(i));
    EXPECT_FALSE(frames[i].image_bgr.empty());
  }
}

TEST(FrameReader, KeepsAnErrorThatIsThereEarlierUntilItsFrame) {
  std::latch has_failed(1);
  MadeFile source(6, [&](std::int64_t index) {
    if (index == 0) has_failed.wait();
    if (index == 2) {
      has_failed.count_down();
      throw std::runtime_error("no pixels\nat all");
    }
  });
  RunResources resources(2, /*is_limited=*/true);
  Reading reading(source, resources);
  Frame frame;
  for (const std::int64_t index : {0, 1}) {
    ASSERT_TRUE(reading->Next(frame));
    EXPECT_EQ(frame.index, index);
    reading->Release();
  }
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kInput, [&] { reading->Next(frame); }),
            "reading frames failed: no pixels");
}

TEST(FrameReader, GivesTheFramesOfASourceOfOnesOwn) {
  const testing::Pattern pattern{
      .brightness = testing::Blinking(50), .cuts = {20}, .missing = {7, 8}, .breaks = {30}};
  PatternSource serial(pattern);
  const std::vector<Frame> expected = ReadSerially(serial);
  for (const int jobs : {1, 3}) {
    PatternSource source(pattern);
    RunResources resources(jobs);
    ExpectSame(Reading(source, resources).TakeAll(), expected);
  }
}

// A source of one's own, which does at each frame what the test says.
class OwnSource : public FrameSource {
 public:
  explicit OwnSource(int frames, const cv::Size& size_px = {2, 2}) : frames_(frames) {
    info_.width = size_px.width;
    info_.height = size_px.height;
  }

  const VideoInfo& info() const override { return info_; }
  bool Next(Frame& frame) override {
    const int index = calls_++;
    if (on_frame) on_frame(index);
    if (index >= frames_) return false;
    frame = {.image_bgr = cv::Mat(2, 2, CV_8UC3, cv::Scalar::all(index)), .index = index};
    return true;
  }

  int calls() const { return calls_; }
  std::function<void(int index)> on_frame;

 private:
  VideoInfo info_;
  int frames_;
  std::atomic<int> calls_ = 0;
};

TEST(FrameReader, ThrowsWhatASourceThrowsWhereItsFrameWouldCome) {
  RunResources resources(2);
  const auto run = [&](const std::function<void()>& fail) {
    OwnSource source(20);
    source.on_frame = [&](int index) {
      if (index == 9) fail();
    };
    Reading reading(source, resources);
    int frames = 0;
    Frame frame;
    try {
      for (; reading->Next(frame); ++frames) reading->Release();
    } catch (...) {
      EXPECT_EQ(frames, 9);
      EXPECT_FALSE(reading->Next(frame));
      EXPECT_EQ(source.calls(), 10);  // after an error it is not asked again
      throw;
    }
  };
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kModel,
                                  [&] { run([] { throw Error(ErrorKind::kModel, "why"); }); }),
            "why");
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kInput,
                                  [&] { run([] { throw std::runtime_error("camera is gone"); }); }),
            "reading frames failed: camera is gone");
  EXPECT_THROW(run([] { throw std::bad_alloc(); }), std::bad_alloc);
}

TEST(FrameReader, EndsRunWhereNobodyTakesFrames) {
  OwnSource source(1000000);
  RunResources resources(1);
  FrameReader reader(source, resources);
  std::jthread running([&] { reader.Run(); });
  while (source.calls() < 2) std::this_thread::yield();
  reader.Abort();
  running.join();
  Frame frame;
  EXPECT_FALSE(reader.Next(frame));
  EXPECT_LT(source.calls(), 1000000);
}

// As a camera that gives nothing.
TEST(FrameReader, EndsNextWhereTheSourceWaits) {
  OwnSource source(10);
  std::latch may_go_on(1);
  source.on_frame = [&](int index) {
    if (index == 1) may_go_on.wait();
  };
  RunResources resources(1);
  FrameReader reader(source, resources);
  std::jthread running([&] { reader.Run(); });
  Frame frame;
  ASSERT_TRUE(reader.Next(frame));
  std::jthread taking([&] {
    Frame none;
    EXPECT_FALSE(reader.Next(none));
  });
  while (source.calls() < 2) std::this_thread::yield();
  reader.Abort();
  taking.join();
  may_go_on.count_down();
  running.join();
  EXPECT_EQ(source.calls(), 2);
}

// Frames of 24 MiB, of which two fit into the room of one job.
const cv::Size kLarge_px(4096, 2048);

TEST(FrameReader, HoldsNoMoreThanThereIsRoomFor) {
  constexpr int kFrames = 30;
  OwnSource source(kFrames, kLarge_px);
  std::atomic<int> released = 0;
  std::atomic<int> most = 0;
  source.on_frame = [&](int index) { most = std::max(most.load(), index + 1 - released); };
  RunResources resources(1);
  Reading reading(source, resources);
  Frame frame;
  for (int i = 0; i < kFrames; ++i) {
    while (source.calls() < i + 2) std::this_thread::yield();  // it reads one ahead
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ASSERT_TRUE(reading->Next(frame));
    ++released;
    reading->Release();
  }
  EXPECT_EQ(most, 2);
}

TEST(FrameReader, GetsOnWhateverOtherVideosHold) {
  OwnSource first(10, kLarge_px);
  OwnSource second(10, kLarge_px);
  RunResources resources(1);
  Reading holding(first, resources);
  Frame frame;
  ASSERT_TRUE(holding->Next(frame));
  while (first.calls() < 2) std::this_thread::yield();  // the room is full
  EXPECT_EQ(Reading(second, resources).TakeAll().size(), 10U);
}

TEST(FrameReader, ReadsAheadBySomeFramesHoweverSmallTheyAre) {
  OwnSource source(100000);
  RunResources resources(1);
  Reading reading(source, resources);
  while (source.calls() < 4) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_LT(source.calls(), 50);
}

TEST(FrameReader, NeedsAProcessorForAFile) {
  MadeFile source(5, [](std::int64_t) {});
  RunResources resources(1, /*is_limited=*/true);
  std::optional<Processors::Busy> mine(resources.processors());
  Reading reading(source, resources);
  while (resources.processors().waiting() == 0 && source.calls() == 0) std::this_thread::yield();
  EXPECT_EQ(source.calls(), 0);
  mine.reset();
  EXPECT_EQ(reading.TakeAll().size(), 5U);
}

// It may wait for who has one.
TEST(FrameReader, NeedsNoProcessorForASourceOfOnesOwn) {
  OwnSource source(5);
  RunResources resources(1, /*is_limited=*/true);
  std::optional<Processors::Busy> mine(resources.processors());
  Reading reading(source, resources);
  while (resources.processors().waiting() == 0 && source.calls() == 0) std::this_thread::yield();
  EXPECT_EQ(resources.processors().waiting(), 0U);
  if (resources.processors().waiting() > 0) mine.reset();
  EXPECT_EQ(reading.TakeAll().size(), 5U);
}

}  // namespace
}  // namespace mestr::internal
