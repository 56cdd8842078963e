#include "video/jpeg_patch.h"

#include <csetjmp>
#include <cstdio>
// It needs <cstdio>.
#include <jpeglib.h>

#include <algorithm>

namespace mestr::internal {
namespace {

using namespace std::string_view_literals;

// TurboJPEG can decode no part of an image; the library behind it can, whose errors are to jump
// over its functions. So nothing that a jump passes may have a destructor.
class PatchDecoder {
 public:
  PatchDecoder(const cv::Size& size_px, const cv::Rect& region) : size_(size_px), region_(region) {
    info_.err = jpeg_std_error(&errors_);
    errors_.error_exit = Leave;
    errors_.emit_message = LeaveOnWarning;
  }
  ~PatchDecoder() { jpeg_destroy_decompress(&info_); }
  PatchDecoder(const PatchDecoder&) = delete;
  PatchDecoder& operator=(const PatchDecoder&) = delete;

  // False where DecodeImage is to be asked.
  bool Decode(const std::string& bytes) {
    if (setjmp(errors_.leave) != 0) return false;
    jpeg_create_decompress(&info_);
    jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_read_header(&info_, TRUE);
    if (!IsPlain()) return false;
    info_.out_color_space = JCS_EXT_BGR;
    jpeg_start_decompress(&info_);
    ChooseColumns();
    ReadRows();
    jpeg_finish_decompress(&info_);
    return true;
  }

  cv::Mat Patch() const {
    return rows_(cv::Rect(region_.x - first_column_, 0, region_.width, region_.height));
  }

 private:
  struct Errors : jpeg_error_mgr {
    std::jmp_buf leave;
  };

  [[noreturn]] static void Leave(j_common_ptr info) {
    std::longjmp(static_cast<Errors*>(info->err)->leave, 1);
  }
  static void LeaveOnWarning(j_common_ptr info, int level) {
    if (level < 0) Leave(info);
  }

  bool IsPlain() {
    return HasUsualColours() && !info_.arith_code && !jpeg_has_multiple_scans(&info_) &&
           info_.image_width == static_cast<JDIMENSION>(size_.width) &&
           info_.image_height == static_cast<JDIMENSION>(size_.height);
  }

  // Of others the library decodes some from memory that nobody wrote to, whole or not.
  bool HasUsualColours() const {
    if (info_.jpeg_color_space == JCS_GRAYSCALE) return info_.num_components == 1;
    if (info_.jpeg_color_space != JCS_YCbCr || info_.num_components != 3) return false;
    const auto is_sampled = [&](int component, int across, int down) {
      const jpeg_component_info& samples = info_.comp_info[component];
      return samples.h_samp_factor == across && samples.v_samp_factor == down;
    };
    const bool is_luma_usual =
        is_sampled(0, 1, 1) || is_sampled(0, 2, 1) || is_sampled(0, 2, 2) || is_sampled(0, 4, 1);
    return is_luma_usual && is_sampled(1, 1, 1) && is_sampled(2, 1, 1);
  }

  // Chroma at the edge of what is decoded is spread as at the edge of an image, so there is a
  // margin.
  void ChooseColumns() {
    const int margin = info_.max_h_samp_factor * DCTSIZE;
    const int first = std::max(0, region_.x - margin);
    const int end = std::min(size_.width, region_.x + region_.width + margin);
    auto column = static_cast<JDIMENSION>(first);
    auto columns = static_cast<JDIMENSION>(end - first);
    jpeg_crop_scanline(&info_, &column, &columns);
    first_column_ = static_cast<int>(column);
  }

  void ReadRows() {
    const int columns = static_cast<int>(info_.output_width);
    rows_.create(region_.height, columns, CV_8UC3);
    spare_row_.create(1, columns, CV_8UC3);
    SkipTo(region_.y);
    for (int y = 0; y < region_.height; ++y) ReadRow(rows_.ptr(y));
    // To skip the last row would be to skip all that is coded from here on.
    if (Row() < size_.height - 1) SkipTo(size_.height - 1);
    while (Row() < size_.height) ReadRow(spare_row_.data);
  }

  int Row() const { return static_cast<int>(info_.output_scanline); }

  void SkipTo(int row) {
    if (row > Row()) jpeg_skip_scanlines(&info_, static_cast<JDIMENSION>(row - Row()));
  }

  void ReadRow(unsigned char* row) { jpeg_read_scanlines(&info_, &row, 1); }

  cv::Size size_;
  cv::Rect region_;
  Errors errors_{};
  jpeg_decompress_struct info_{};
  int first_column_ = 0;
  cv::Mat rows_;  // of the region, with the margins
  cv::Mat spare_row_;
};

}  // namespace

bool MayBeTurned(std::string_view jpeg) { return jpeg.find("Exif\0\0"sv) != jpeg.npos; }

cv::Mat DecodeJpegPatch(const std::string& bytes, const cv::Size& size_px, const cv::Rect& region) {
  if (!bytes.starts_with("\xFF\xD8\xFF") || MayBeTurned(bytes)) return {};
  PatchDecoder decoder(size_px, region);
  return decoder.Decode(bytes) ? decoder.Patch() : cv::Mat();
}

}  // namespace mestr::internal
