#include "video/jpeg_patch.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
// It needs <cstdio>.
#include <jpeglib.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mestr/core/error.h"
#include "video/image_decoder.h"

namespace mestr::internal {
namespace {

// How a JPEG is coded.
struct Coding {
  const char* name;
  int luma_across = 1;  // samples a chroma sample
  int luma_down = 1;
  J_COLOR_SPACE colours = JCS_YCbCr;
  int restart_interval = 0;  // MCUs
  bool progressive = false;
  bool arithmetic = false;
  bool planes_apart = false;  // a scan a component
};

const std::vector<Coding> kPlain = {
    {"4:4:4"},
    {"4:2:2", 2, 1},
    {"4:2:0", 2, 2},
    {"4:1:1", 4, 1},
    {.name = "gray", .colours = JCS_GRAYSCALE},
    {.name = "gray in fours", .luma_across = 2, .luma_down = 2, .colours = JCS_GRAYSCALE},
    {.name = "4:2:0 with restarts", .luma_across = 2, .luma_down = 2, .restart_interval = 3},
    {.name = "4:2:2 with restarts", .luma_across = 2, .restart_interval = 1},
};
const std::vector<Coding> kOther = {
    {.name = "progressive", .luma_across = 2, .luma_down = 2, .progressive = true},
    {.name = "arithmetic", .luma_across = 2, .luma_down = 2, .arithmetic = true},
    {.name = "planes apart", .luma_across = 2, .luma_down = 2, .planes_apart = true},
    {"4:4:0", 1, 2},
    {"3:1", 3, 1},
    {"4 x 2", 4, 2},
    {.name = "RGB", .colours = JCS_RGB},
    {.name = "CMYK", .colours = JCS_CMYK},
};

// Noise of every frequency, so that no neighbour is like another.
cv::Mat Picture(const cv::Size& size, int channels) {
  cv::Mat picture(size, CV_8UC(channels));
  cv::RNG random(7);
  random.fill(picture, cv::RNG::UNIFORM, 0, 256);
  cv::Mat smooth;
  cv::GaussianBlur(picture, smooth, {0, 0}, 1.5);
  cv::addWeighted(picture, 0.4, smooth, 0.6, 0, picture);
  return picture;
}

void ApplyCoding(jpeg_compress_struct& info, const Coding& coding) {
  jpeg_set_defaults(&info);
  jpeg_set_colorspace(&info, coding.colours);
  jpeg_set_quality(&info, 90, TRUE);
  info.comp_info[0].h_samp_factor = coding.luma_across;
  info.comp_info[0].v_samp_factor = coding.luma_down;
  info.restart_interval = static_cast<unsigned>(coding.restart_interval);
  info.arith_code = coding.arithmetic ? TRUE : FALSE;
  if (coding.progressive) jpeg_simple_progression(&info);
}

std::string Encode(const cv::Size& size, const Coding& coding) {
  const bool is_gray = coding.colours == JCS_GRAYSCALE;
  const bool is_cmyk = coding.colours == JCS_CMYK;
  const int channels = is_gray ? 1 : is_cmyk ? 4 : 3;
  cv::Mat picture = Picture(size, channels);
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* data = nullptr;
  unsigned long bytes = 0;
  jpeg_mem_dest(&info, &data, &bytes);
  info.image_width = static_cast<JDIMENSION>(size.width);
  info.image_height = static_cast<JDIMENSION>(size.height);
  info.input_components = channels;
  info.in_color_space = is_gray ? JCS_GRAYSCALE : is_cmyk ? JCS_CMYK : JCS_RGB;
  ApplyCoding(info, coding);
  std::vector<jpeg_scan_info> scans;
  if (coding.planes_apart) {
    for (int i = 0; i < 3; ++i) scans.push_back({1, {i, 0, 0, 0}, 0, 63, 0, 0});
    info.scan_info = scans.data();
    info.num_scans = 3;
  }
  jpeg_start_compress(&info, TRUE);
  for (int y = 0; y < size.height; ++y) {
    unsigned char* row = picture.ptr(y);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  std::string jpeg(reinterpret_cast<const char*>(data), bytes);
  std::free(data);
  return jpeg;
}

cv::Rect RandomRegion(const cv::Size& size, cv::RNG& random) {
  const int x = random.uniform(0, size.width);
  const int y = random.uniform(0, size.height);
  return {x, y, random.uniform(1, size.width - x + 1), random.uniform(1, size.height - y + 1)};
}

cv::Mat Whole(const std::string& jpeg) { return DecodeImage(jpeg, "frame.jpg", 100); }

// Empty where it is damaged.
cv::Mat WholeIfSound(const std::string& jpeg) {
  try {
    return Whole(jpeg);
  } catch (const Error&) {
    return {};
  }
}

bool IsPartOf(const cv::Mat& whole, const cv::Rect& region, const cv::Mat& patch) {
  return patch.type() == CV_8UC3 && patch.size() == region.size() &&
         cv::norm(patch, whole(region), cv::NORM_INF) == 0;
}

TEST(JpegPatch, HasTheBitsOfTheWhole) {
  cv::RNG random(11);
  for (const Coding& coding : kPlain) {
    for (const cv::Size& size : {cv::Size(1, 1), cv::Size(7, 5), cv::Size(16, 16), cv::Size(33, 17),
                                 cv::Size(3, 90), cv::Size(97, 2), cv::Size(203, 131)}) {
      const std::string jpeg = Encode(size, coding);
      const cv::Mat whole = Whole(jpeg);
      const int regions = size.area() > 1000 ? 60 : 8;
      for (int i = 0; i < regions; ++i) {
        const cv::Rect region = i == 0 ? cv::Rect({0, 0}, size) : RandomRegion(size, random);
        EXPECT_TRUE(IsPartOf(whole, region, DecodeJpegPatch(jpeg, size, region)))
            << coding.name << " " << size << " " << region;
      }
    }
  }
}

TEST(JpegPatch, LeavesWhatIsNotPlainToTheWhole) {
  const cv::Size size(64, 48);
  for (const Coding& coding : kOther) {
    const std::string jpeg = Encode(size, coding);
    EXPECT_EQ(Whole(jpeg).size(), size) << coding.name;
    EXPECT_TRUE(DecodeJpegPatch(jpeg, size, {8, 8, 8, 8}).empty()) << coding.name;
  }
  const std::string plain = Encode(size, kPlain[2]);
  EXPECT_FALSE(DecodeJpegPatch(plain, size, {8, 8, 8, 8}).empty());
  EXPECT_TRUE(DecodeJpegPatch(plain, {64, 47}, {8, 8, 8, 8}).empty());
  using namespace std::string_literals;
  const std::string exif = "\xFF\xE1\0\x08"s + "Exif\0\0"s;
  EXPECT_TRUE(
      DecodeJpegPatch(plain.substr(0, 2) + exif + plain.substr(2), size, {8, 8, 8, 8}).empty());
  for (const std::string& other : {""s, "\xFF\xD8\xFF"s, "BM, a bitmap"s}) {
    EXPECT_TRUE(DecodeJpegPatch(other, size, {8, 8, 8, 8}).empty());
  }
}

// What damage does to a region that it does not touch.
class DamagedJpeg : public ::testing::TestWithParam<int> {
 protected:
  // Where the whole tells of damage there is no patch, and where there is one it is the whole's.
  void Compare(const std::string& jpeg, const std::string& what) {
    const cv::Mat whole = WholeIfSound(jpeg);
    const cv::Mat patch = DecodeJpegPatch(jpeg, size_, region_);
    damaged_ += whole.empty() ? 1 : 0;
    sound_ += patch.empty() ? 0 : 1;
    if (patch.empty()) return;
    ASSERT_FALSE(whole.empty()) << what;
    ASSERT_EQ(whole.size(), size_) << what;
    EXPECT_TRUE(IsPartOf(whole, region_, patch)) << what;
  }

  const cv::Size size_{161, 120};
  const cv::Rect region_{40, 3, 50, 30};
  const std::string jpeg_ = Encode(size_, kPlain[static_cast<std::size_t>(GetParam())]);
  int damaged_ = 0;
  int sound_ = 0;
};

TEST_P(DamagedJpeg, IsNoticedWhereverItEnds) {
  for (std::size_t bytes = 0; bytes < jpeg_.size(); bytes += bytes + 40 < jpeg_.size() ? 61 : 1) {
    Compare(jpeg_.substr(0, bytes), std::to_string(bytes) + " bytes");
  }
  EXPECT_GT(damaged_, 50);
  EXPECT_EQ(sound_, 0);
}

TEST_P(DamagedJpeg, IsNoticedWhereverAByteIsWrong) {
  cv::RNG random(3);
  for (int i = 0; i < 400; ++i) {
    std::string wrong = jpeg_;
    const auto at = static_cast<std::size_t>(random.uniform(2, static_cast<int>(wrong.size())));
    wrong[at] = static_cast<char>(random.uniform(0, 256));
    Compare(wrong, "byte " + std::to_string(at));
  }
  EXPECT_GT(damaged_, 20);
  EXPECT_GT(sound_, 20);
}

TEST_P(DamagedJpeg, IsNoticedWhereAPartIsMissing) {
  cv::RNG random(4);
  for (int i = 0; i < 200; ++i) {
    std::string wrong = jpeg_;
    const auto at = static_cast<std::size_t>(random.uniform(700, static_cast<int>(wrong.size())));
    wrong.erase(at, static_cast<std::size_t>(random.uniform(1, 300)));
    Compare(wrong, "byte " + std::to_string(at));
  }
  EXPECT_GT(damaged_, 20);
}

INSTANTIATE_TEST_SUITE_P(OfEachSampling, DamagedJpeg, ::testing::Values(0, 1, 2, 4, 6),
                         ::testing::PrintToStringParamName());

}  // namespace
}  // namespace mestr::internal
