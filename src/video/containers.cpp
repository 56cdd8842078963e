#include "video/containers.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

// By FFmpeg's names. Those of single pictures, of text, of devices and of games are not here
// either; a few of sound are, whose users are then told that there is no picture in it.
// clang-format off
constexpr std::array<std::string_view, 53> kContainers = {
    "3dostr", "aac", "aiff", "apng", "asf", "asf_o", "av1", "avi", "avs2", "avs3", "cavsvideo",
    "cine", "dhav", "dirac", "dnxhd", "dv", "evc", "flac", "flic", "flv", "gif", "gxf", "h261",
    "h263", "h264", "hevc", "ivf", "jpeg_pipe", "kux", "live_flv", "lxf", "m4v", "matroska,webm",
    "mjpeg", "mjpeg_2000", "mov,mp4,m4a,3gp,3g2,mj2", "mp3", "mpeg", "mpegts", "mpegvideo",
    "mpjpeg", "mxf", "nsv", "nut", "nuv", "obu", "ogg", "rm", "vc1", "vvc", "wav", "wtv",
    "yuv4mpegpipe"};
// clang-format on

struct CloseIo {
  void operator()(AVIOContext* io) const { avio_close(io); }
};

}  // namespace

bool IsReadContainer(std::string_view name) {
  return std::find(kContainers.begin(), kContainers.end(), name) != kContainers.end();
}

std::string UrlOf(const std::filesystem::path& path) { return "file:" + path.string(); }

void ThrowNoVideo(const std::filesystem::path& path, int code, const AvLog& log) {
  const std::string detail = log.LastError();
  throw Error(ErrorKind::kInput,
              path.string() + ": cannot be read as a video (" + AvErrorText(code) +
                  (detail.empty() ? "" : "; " + detail) +
                  "): if it plays elsewhere, convert it to mp4 there, otherwise get the file again "
                  "from where it was made");
}

const AVInputFormat& ContainerOf(const std::filesystem::path& path, const AvLog& log) {
  const std::string url = UrlOf(path);
  AVIOContext* opened = nullptr;
  int result = avio_open(&opened, url.c_str(), AVIO_FLAG_READ);
  const std::unique_ptr<AVIOContext, CloseIo> io(opened);
  const AVInputFormat* format = nullptr;
  if (result >= 0) {
    result = av_probe_input_buffer2(io.get(), &format, url.c_str(), /*logctx=*/nullptr,
                                    /*offset=*/0, /*max_probe_size=*/0);
  }
  if (result < 0) ThrowNoVideo(path, result, log);
  if (!IsReadContainer(format->name)) {
    throw Error(ErrorKind::kInput, path.string() + ": its container, " + format->name + " (" +
                                       format->long_name +
                                       "), is not one of a video with its own data; convert it to "
                                       "mp4 or mkv with a program that plays it");
  }
  return *format;
}

}  // namespace mestr::internal
