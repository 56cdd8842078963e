#include "video/frame_converter.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <ostream>
#include <string>
#include <vector>

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace mestr::internal {
namespace {

// Noise in every byte; of samples of more than 8 bits the high byte stays small, so that they are
// in their range.
AvPtr<AVFrame> Noise(AVPixelFormat format, const cv::Size& size) {
  AvPtr<AVFrame> frame = Made(av_frame_alloc());
  frame->format = format;
  frame->width = size.width;
  frame->height = size.height;
  EXPECT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
  const AVPixFmtDescriptor& description = *av_pix_fmt_desc_get(format);
  cv::RNG random(5);
  for (int plane = 0; plane < av_pix_fmt_count_planes(format); ++plane) {
    const bool is_chroma = plane == 1 || plane == 2;
    const int rows =
        is_chroma ? AV_CEIL_RSHIFT(size.height, description.log2_chroma_h) : size.height;
    cv::Mat bytes(rows, frame->linesize[plane], CV_8U, frame->data[plane]);
    random.fill(bytes, cv::RNG::UNIFORM, 0, 256);
    if (description.comp[0].depth <= 8) continue;
    for (int y = 0; y < rows; ++y) {
      for (int x = 1; x < bytes.cols; x += 2) bytes.at<unsigned char>(y, x) &= 3;
    }
  }
  return frame;
}

cv::Rect RandomRegion(const cv::Size& size, cv::RNG& random) {
  const int x = random.uniform(0, size.width);
  const int y = random.uniform(0, size.height);
  return {x, y, random.uniform(1, size.width - x + 1), random.uniform(1, size.height - y + 1)};
}

bool AreEqual(const cv::Mat& a, const cv::Mat& b) {
  return a.type() == b.type() && a.size() == b.size() && cv::norm(a, b, cv::NORM_INF) == 0;
}

std::vector<Orientation> AllOrientations() {
  std::vector<Orientation> all;
  for (const bool transpose : {false, true}) {
    for (const bool flip_x : {false, true}) {
      for (const bool flip_y : {false, true}) all.push_back({transpose, flip_x, flip_y});
    }
  }
  return all;
}

class FormatThatCanBeCut : public ::testing::TestWithParam<AVPixelFormat> {};

TEST_P(FormatThatCanBeCut, APatchHasTheBitsOfTheWhole) {
  cv::RNG random(9);
  for (const cv::Size size : {cv::Size(2, 2), cv::Size(160, 90), cv::Size(202, 134)}) {
    const AvPtr<AVFrame> frame = Noise(GetParam(), size);
    FrameConverter converter({});
    const cv::Mat whole = converter.ToUpright(*frame, size, /*gray=*/false);
    ASSERT_EQ(whole.size(), size);
    for (int i = 0; i < 40; ++i) {
      const cv::Rect region = i == 0 ? cv::Rect({0, 0}, size) : RandomRegion(size, random);
      EXPECT_TRUE(AreEqual(whole(region), converter.ToUprightPatch(*frame, size, region)))
          << size << " " << region;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    FrameConverter, FormatThatCanBeCut,
    ::testing::Values(AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV422P,
                      AV_PIX_FMT_YUV440P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_NV12,
                      AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_YUV422P10LE, AV_PIX_FMT_P010LE),
    [](const auto& format) { return std::string(av_get_pix_fmt_name(format.param)); });

TEST(FrameConverter, APatchIsTurnedLikeTheWhole) {
  cv::RNG random(2);
  const cv::Size size(122, 66);
  for (const AVColorSpace matrix : {AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_BT709}) {
    const AvPtr<AVFrame> frame = Noise(AV_PIX_FMT_YUV420P, size);
    frame->colorspace = matrix;
    for (const Orientation& orientation : AllOrientations()) {
      FrameConverter converter(orientation);
      const cv::Mat whole = converter.ToUpright(*frame, size, /*gray=*/false);
      EXPECT_TRUE(whole.isContinuous());
      for (int i = 0; i < 12; ++i) {
        const cv::Rect region = RandomRegion(whole.size(), random);
        EXPECT_TRUE(AreEqual(whole(region), converter.ToUprightPatch(*frame, size, region)))
            << region << " " << orientation.transpose << orientation.flip_x << orientation.flip_y;
      }
    }
  }
}

TEST(FrameConverter, HasNoPatchWhereOnlyTheWholeHasTheBits) {
  const auto patch_of = [](AVPixelFormat format, const cv::Size& stored, const cv::Size& square) {
    const AvPtr<AVFrame> frame = Noise(format, stored);
    FrameConverter converter({});
    EXPECT_EQ(converter.ToUpright(*frame, square, /*gray=*/false).size(), square);
    return converter.ToUprightPatch(*frame, square, {2, 2, 8, 8});
  };
  const cv::Size even(64, 48);
  EXPECT_FALSE(patch_of(AV_PIX_FMT_YUV420P, even, even).empty());
  EXPECT_TRUE(patch_of(AV_PIX_FMT_YUV420P, even, {128, 48}).empty()) << "widened";
  EXPECT_TRUE(patch_of(AV_PIX_FMT_YUV420P, {63, 48}, {63, 48}).empty());
  EXPECT_TRUE(patch_of(AV_PIX_FMT_YUV420P, {64, 47}, {64, 47}).empty());
  for (const AVPixelFormat format : {AV_PIX_FMT_GRAY8, AV_PIX_FMT_BGR24, AV_PIX_FMT_GBRP,
                                     AV_PIX_FMT_YUYV422, AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUVA420P}) {
    EXPECT_TRUE(patch_of(format, even, even).empty()) << av_get_pix_fmt_name(format);
  }
}

// Earlier pictures may still be in use.
TEST(FrameConverter, EveryPictureHasMemoryOfItsOwn) {
  for (const cv::Size size : {cv::Size(64, 48), cv::Size(62, 48)}) {
    const AvPtr<AVFrame> frame = Noise(AV_PIX_FMT_YUV420P, size);
    FrameConverter converter({});
    const cv::Mat first = converter.ToUpright(*frame, size, /*gray=*/false);
    const cv::Mat kept = first.clone();
    cv::Mat(48, frame->linesize[0], CV_8U, frame->data[0]) = cv::Scalar(99);
    const cv::Mat second = converter.ToUpright(*frame, size, /*gray=*/false);
    EXPECT_TRUE(first.isContinuous() && second.isContinuous());
    EXPECT_TRUE(AreEqual(first, kept));
    EXPECT_FALSE(AreEqual(second, kept));
    const cv::Mat gray = converter.ToUpright(*frame, size, /*gray=*/true);
    EXPECT_EQ(gray.type(), CV_8UC1);
    EXPECT_TRUE(AreEqual(first, kept));
  }
}

}  // namespace
}  // namespace mestr::internal
