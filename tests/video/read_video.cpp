#include "video/read_video.h"

#include <gtest/gtest.h>

#include <memory>
#include <numeric>

#include "mestr/core/error.h"
#include "support/test_support.h"
#include "video/test_clips.h"

namespace mestr::testing {

ReadVideo ReadAll(const std::filesystem::path& path, const VideoOptions& options) {
  ReadVideo read;
  const std::unique_ptr<FrameSource> source = OpenVideoFile(path, std::nullopt, options);
  read.before = source->info();
  Frame frame;
  while (source->Next(frame)) {
    EXPECT_EQ(frame.index, static_cast<std::int64_t>(read.numbers.size()));
    EXPECT_EQ(frame.image_bgr.type(), CV_8UC3);
    EXPECT_EQ(frame.image_bgr.size(), cv::Size(read.before.width, read.before.height));
    if (frame.missing) read.missing.push_back(static_cast<int>(frame.index));
    if (!frame.continues) read.breaks.push_back(static_cast<int>(frame.index));
    read.numbers.push_back(NumberOf(frame.image_bgr));
    read.times_s.push_back(frame.time_s);
    read.images.push_back(frame.image_bgr);
  }
  EXPECT_FALSE(source->Next(frame)) << "the end stays the end";
  read.after = source->info();
  return read;
}

std::string ReadError(const std::filesystem::path& path, const VideoOptions& options) {
  return ErrorMessage(ErrorKind::kInput, [&] { ReadAll(path, options); });
}

std::vector<int> Numbers(int first, int count) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

}  // namespace mestr::testing
