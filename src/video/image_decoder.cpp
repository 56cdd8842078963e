#include "video/image_decoder.h"

#include <turbojpeg.h>
#include <zlib.h>

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string_view>

#include "core/border.h"
#include "mestr/core/error.h"
#include "video/jpeg_patch.h"
#include "video/video_options.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using namespace std::string_view_literals;

constexpr auto kJpegStart = "\xFF\xD8\xFF"sv;
constexpr auto kPngStart = "\x89PNG\r\n\x1A\n"sv;
constexpr auto kBmpStart = "BM"sv;

[[noreturn]] void ThrowDamaged(const fs::path& path, const std::string& reason) {
  throw Error(ErrorKind::kInput, path.string() + ": the image is damaged (" + reason +
                                     "): get the file again from where it was made");
}

std::uint32_t BigEndian32(std::string_view bytes, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i]));
  };
  return byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
}

std::uint32_t LittleEndian(std::string_view bytes, std::size_t at, int count) {
  std::uint32_t value = 0;
  for (int i = count - 1; i >= 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  }
  return value;
}

// How pixels leave the decoders: as OpenCV's flag and TurboJPEG's format.
struct Pixels {
  int opencv_flag;
  TJPF turbojpeg_format;
  int type;
};
constexpr Pixels kBgr = {cv::IMREAD_COLOR, TJPF_BGR, CV_8UC3};
constexpr Pixels kGray = {cv::IMREAD_GRAYSCALE, TJPF_GRAY, CV_8UC1};

cv::Mat DecodeWithOpenCv(const std::string& bytes, const fs::path& path, const Pixels& pixels) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    ThrowDamaged(path, "larger than 2 GB");
  }
  // imdecode only reads it.
  const cv::Mat content(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
  cv::Mat image;
  try {
    image = cv::imdecode(content, pixels.opencv_flag);
  } catch (const cv::Exception& error) {
    if (IsLackOfMemory(error)) throw std::bad_alloc();
    ThrowDamaged(path, error.err);
  }
  if (image.empty()) ThrowDamaged(path, "it does not decode");
  return image;
}

struct TurboJpegDelete {
  void operator()(void* handle) const { tjDestroy(handle); }
};

// The reference decoder of cv::imread too, so that the values are equal; but it tells when it had
// to make data up.
cv::Mat DecodeJpeg(const std::string& bytes, const fs::path& path, double most_megapixels,
                   const Pixels& pixels) {
  const std::unique_ptr<void, TurboJpegDelete> handle(tjInitDecompress());
  if (!handle) throw Error(ErrorKind::kInput, path.string() + ": no JPEG decoder");
  const auto check = [&](int result) {
    if (result != 0) ThrowDamaged(path, tjGetErrorStr2(handle.get()));
  };
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colors = 0;
  const int header =
      tjDecompressHeader3(handle.get(), data, bytes.size(), &width, &height, &subsampling, &colors);
  // It also fails on sampling factors that it has no name for, which it decodes all the same.
  if (width < 1 || height < 1) check(header);
  CheckPixels(path, width, height, most_megapixels);
  const bool is_cmyk = colors == TJCS_CMYK || colors == TJCS_YCCK;
  cv::Mat image(height, width, is_cmyk ? CV_8UC4 : pixels.type);
  check(tjDecompress2(handle.get(), data, bytes.size(), image.data, width,
                      static_cast<int>(image.step), height,
                      is_cmyk ? TJPF_CMYK : pixels.turbojpeg_format, 0));
  // Sound; what is to be turned or converted is left to the one who does it for cv::imread.
  return is_cmyk || MayBeTurned(bytes) ? DecodeWithOpenCv(bytes, path, pixels) : image;
}

struct PixelSize {
  std::int64_t width = 0;
  std::int64_t height = 0;
};

// PNG specification, 11.2.2: IHDR is the first chunk and begins with both.
PixelSize PngPixels(std::string_view bytes, const fs::path& path) {
  constexpr std::size_t kWidthAt = 16;
  if (bytes.size() < kWidthAt + 8 || bytes.substr(12, 4) != "IHDR") {
    ThrowDamaged(path, "the PNG does not begin with its header");
  }
  return {BigEndian32(bytes, kWidthAt), BigEndian32(bytes, kWidthAt + 4)};
}

// PNG specification, 5.3: length, type, data, CRC of type and data; the last chunk is IEND.
void CheckPngChunks(std::string_view bytes, const fs::path& path) {
  constexpr std::size_t kFrame = 12;  // bytes of a chunk beside its data
  std::size_t at = kPngStart.size();
  while (bytes.size() - at >= kFrame) {
    const std::size_t length = BigEndian32(bytes, at);
    if (length > bytes.size() - at - kFrame) break;
    const std::string_view type = bytes.substr(at + 4, 4);
    const auto* summed = reinterpret_cast<const Bytef*>(bytes.data() + at + 4);
    const uLong crc = crc32(0, summed, static_cast<uInt>(length + 4));
    if (crc != BigEndian32(bytes, at + 8 + length)) {
      ThrowDamaged(path, "wrong checksum in the PNG's " + std::string(type));
    }
    if (type == "IEND") return;
    at += kFrame + length;
  }
  ThrowDamaged(path, "the PNG ends too early");
}

// BITMAPCOREHEADER has 16 bits for each, BITMAPINFOHEADER 32 with a sign. The headers are there.
PixelSize BmpPixels(std::string_view bytes) {
  constexpr std::uint32_t kCoreHeader = 12;
  if (LittleEndian(bytes, 14, 4) == kCoreHeader) {
    return {LittleEndian(bytes, 18, 2), LittleEndian(bytes, 20, 2)};
  }
  const auto signed_size = [&](std::size_t at) {
    return std::abs(std::int64_t{static_cast<std::int32_t>(LittleEndian(bytes, at, 4))});
  };
  return {signed_size(18), signed_size(22)};
}

// The sizes that a BMP's headers (BITMAPFILEHEADER, BITMAPINFOHEADER) promise.
void CheckBmpSize(std::string_view bytes, const fs::path& path) {
  constexpr std::size_t kHeaders = 14 + 40;
  constexpr std::uint32_t kRle8 = 1;
  constexpr std::uint32_t kRle4 = 2;
  constexpr auto kTooShort = "the BMP ends too early";
  if (bytes.size() < 26) ThrowDamaged(path, kTooShort);
  const std::uint64_t file_bytes = LittleEndian(bytes, 2, 4);
  const std::uint64_t pixels_at = LittleEndian(bytes, 10, 4);
  const bool is_windows = LittleEndian(bytes, 14, 4) >= 40;
  if (is_windows && bytes.size() < kHeaders) ThrowDamaged(path, kTooShort);
  const std::uint32_t compression = is_windows ? LittleEndian(bytes, 30, 4) : 0;
  std::uint64_t needed = 0;
  if (!is_windows || compression == kRle8 || compression == kRle4) {
    needed = file_bytes;  // how much the rows take is known only when they are decoded
  } else {
    const std::uint64_t bits = LittleEndian(bytes, 28, 2);
    const PixelSize size = BmpPixels(bytes);
    const auto columns = static_cast<std::uint64_t>(size.width);
    needed = pixels_at + (columns * bits + 31) / 32 * 4 * static_cast<std::uint64_t>(size.height);
  }
  if (bytes.size() < needed) ThrowDamaged(path, kTooShort);
}

cv::Mat Decode(const std::string& bytes, const fs::path& path, double most_megapixels,
               const Pixels& pixels) {
  const std::string_view content = bytes;
  if (content.empty()) ThrowDamaged(path, "0 bytes");
  if (content.substr(0, kJpegStart.size()) == kJpegStart)
    return DecodeJpeg(bytes, path, most_megapixels, pixels);
  if (content.substr(0, kPngStart.size()) == kPngStart) {
    CheckPngChunks(content, path);
    const PixelSize size = PngPixels(content, path);
    CheckPixels(path, size.width, size.height, most_megapixels);
    return DecodeWithOpenCv(bytes, path, pixels);
  }
  if (content.substr(0, kBmpStart.size()) == kBmpStart) {
    CheckBmpSize(content, path);
    const PixelSize size = BmpPixels(content);
    CheckPixels(path, size.width, size.height, most_megapixels);
    return DecodeWithOpenCv(bytes, path, pixels);
  }
  throw Error(ErrorKind::kInput, path.string() + ": is not a JPEG, PNG or BMP image");
}

}  // namespace

cv::Mat DecodeImage(const std::string& bytes, const fs::path& path, double most_megapixels) {
  return Decode(bytes, path, most_megapixels, kBgr);
}

cv::Mat DecodeGrayImage(const std::string& bytes, const fs::path& path, double most_megapixels) {
  return Decode(bytes, path, most_megapixels, kGray);
}

}  // namespace mestr::internal
