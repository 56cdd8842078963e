#include "video/test_clips.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

#include <cstring>
#include <fstream>
#include <functional>
#include <numeric>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <stdexcept>
#include <string>

#include "video/av_owners.h"

namespace mestr::testing {
namespace fs = std::filesystem;
namespace {

constexpr int kBits = 8;
constexpr int kBlack = 20;
constexpr int kWhite = 235;

void Check(bool ok, const std::string& what) {
  if (!ok) throw std::runtime_error("test clip: " + what);
}

Owned<AVFormatContext> OpenMuxer(const fs::path& path) {
  av_log_set_level(AV_LOG_ERROR);  // x264 reports on each of its runs
  AVFormatContext* opened = nullptr;
  avformat_alloc_output_context2(&opened, nullptr, nullptr, path.c_str());
  Check(opened != nullptr, "no container for " + path.string());
  Owned<AVFormatContext> format(opened);
  Check(avio_open(&format->pb, ("file:" + path.string()).c_str(), AVIO_FLAG_WRITE) >= 0,
        "cannot write " + path.string());
  return format;
}

void SetDisplayMatrix(AVStream& stream, const std::vector<std::int32_t>& matrix) {
  if (matrix.empty()) return;
  const std::size_t bytes = matrix.size() * sizeof(std::int32_t);
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
  AVPacketSideData* data = av_packet_side_data_new(&stream.codecpar->coded_side_data,
                                                   &stream.codecpar->nb_coded_side_data,
                                                   AV_PKT_DATA_DISPLAYMATRIX, bytes, 0);
  std::memcpy(data->data, matrix.data(), bytes);
#else
  std::memcpy(av_stream_new_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, bytes), matrix.data(),
              bytes);
#endif
}

class Options {
 public:
  explicit Options(const std::vector<std::pair<std::string, std::string>>& options) {
    for (const auto& [key, value] : options) av_dict_set(&options_, key.c_str(), value.c_str(), 0);
  }
  ~Options() { av_dict_free(&options_); }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  AVDictionary** get() { return &options_; }
  // What nobody knew stays in it.
  void CheckAllUsed() const { Check(av_dict_count(options_) == 0, "unknown option"); }

 private:
  AVDictionary* options_ = nullptr;
};

void WriteHeader(AVFormatContext& format,
                 const std::vector<std::pair<std::string, std::string>>& muxer_options) {
  Options options(muxer_options);
  Check(avformat_write_header(&format, options.get()) >= 0, "cannot write the header");
  options.CheckAllUsed();
}

// Draws frame `number` into a writable frame.
using Draw = std::function<void(AVFrame& frame, int number)>;

Owned<AVCodecContext> OpenEncoder(const ClipOptions& options, const AVFormatContext& format,
                                  int matrix, int range) {
  const AVCodec* codec = avcodec_find_encoder_by_name(options.encoder.c_str());
  Check(codec != nullptr, "no encoder " + options.encoder);
  Owned<AVCodecContext> encoder(avcodec_alloc_context3(codec));
  encoder->width = options.width;
  encoder->height = options.height;
  encoder->pix_fmt = av_get_pix_fmt(options.pixel_format.c_str());
  encoder->time_base = {1, options.fps};
  encoder->framerate = {options.fps, 1};
  encoder->gop_size = options.gop;
  encoder->max_b_frames = options.b_frames;
  encoder->bit_rate = 400000;
  encoder->thread_count = 1;
  encoder->colorspace = static_cast<AVColorSpace>(matrix);
  encoder->color_range = static_cast<AVColorRange>(range);
  encoder->sample_aspect_ratio = {options.pixel_width, options.pixel_height};
  if (options.fields != ClipOptions::Fields::kNone) {
    encoder->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
    encoder->field_order =
        options.fields == ClipOptions::Fields::kTopFirst ? AV_FIELD_TT : AV_FIELD_BB;
  }
  if (options.encoder == "mjpeg") encoder->color_range = AVCOL_RANGE_JPEG;
  if (options.encoder.rfind("libvpx", 0) == 0) {
    av_opt_set(encoder->priv_data, "auto-alt-ref", "1", 0);  // hidden frames
    av_opt_set(encoder->priv_data, "lag-in-frames", "10", 0);
    av_opt_set(encoder->priv_data, "deadline", "realtime", 0);
    av_opt_set(encoder->priv_data, "cpu-used", "8", 0);
  }
  if ((format.oformat->flags & AVFMT_GLOBALHEADER) != 0) {
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  Options encoder_options(options.encoder_options);
  Check(avcodec_open2(encoder.get(), codec, encoder_options.get()) >= 0,
        "cannot open " + options.encoder);
  encoder_options.CheckAllUsed();
  return encoder;
}

void SetFields(AVFrame& frame, ClipOptions::Fields fields) {
  if (fields == ClipOptions::Fields::kNone) return;
  const bool top_first = fields == ClipOptions::Fields::kTopFirst;
#ifdef AV_FRAME_FLAG_INTERLACED
  frame.flags |= AV_FRAME_FLAG_INTERLACED;
  if (top_first) frame.flags |= AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
  frame.interlaced_frame = 1;
  frame.top_field_first = top_first ? 1 : 0;
#endif
}

void WriteVideo(const fs::path& path, const ClipOptions& options, int matrix, int range,
                const Draw& draw) {
  const Owned<AVFormatContext> format = OpenMuxer(path);
  const Owned<AVCodecContext> encoder = OpenEncoder(options, *format, matrix, range);
  AVStream* stream = avformat_new_stream(format.get(), nullptr);
  avcodec_parameters_from_context(stream->codecpar, encoder.get());
  stream->time_base = encoder->time_base;
  stream->avg_frame_rate = encoder->framerate;
  stream->sample_aspect_ratio = encoder->sample_aspect_ratio;
  SetDisplayMatrix(*stream, options.display_matrix);
  format->avoid_negative_ts = 0;
  WriteHeader(*format, options.muxer_options);

  const Owned<AVPacket> packet(av_packet_alloc());
  const auto write_packets = [&] {
    while (avcodec_receive_packet(encoder.get(), packet.get()) >= 0) {
      if (packet->duration == 0) packet->duration = 1;
      av_packet_rescale_ts(packet.get(), encoder->time_base, stream->time_base);
      packet->stream_index = stream->index;
      Check(av_interleaved_write_frame(format.get(), packet.get()) >= 0, "cannot write a packet");
    }
  };
  for (std::size_t i = 0; i < options.stamps.size(); ++i) {
    const Owned<AVFrame> frame(av_frame_alloc());
    frame->width = options.width;
    frame->height = options.height;
    frame->format = encoder->pix_fmt;
    Check(av_frame_get_buffer(frame.get(), 0) >= 0, "no memory");
    draw(*frame, static_cast<int>(i));
    SetFields(*frame, options.fields);
    frame->pts = options.stamps[i];
    Check(avcodec_send_frame(encoder.get(), frame.get()) >= 0, "cannot encode a frame");
    write_packets();
  }
  avcodec_send_frame(encoder.get(), nullptr);
  write_packets();
  Check(av_write_trailer(format.get()) >= 0, "cannot finish " + path.string());
}

// The picture as the luma plane, neutral chroma, in any planar 8-bit YUV format.
void DrawGray(const cv::Mat& gray, AVFrame& frame) {
  for (int y = 0; y < frame.height; ++y) {
    std::memcpy(frame.data[0] + static_cast<std::ptrdiff_t>(y) * frame.linesize[0], gray.ptr(y),
                static_cast<std::size_t>(frame.width));
  }
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  const int chroma_height = AV_CEIL_RSHIFT(frame.height, format->log2_chroma_h);
  for (int plane = 1; plane < 3; ++plane) {
    std::memset(
        frame.data[plane], 128,
        static_cast<std::size_t>(frame.linesize[plane]) * static_cast<std::size_t>(chroma_height));
  }
}

}  // namespace

cv::Mat NumberedPicture(int width, int height, int number) {
  cv::Mat picture(height, width, CV_8U);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int bit = x * kBits / width;
      const bool is_set = (number >> bit & 1) != 0;
      const int ramp = kBlack + (x + y + 3 * number) % (kWhite - kBlack);
      picture.at<std::uint8_t>(y, x) =
          static_cast<std::uint8_t>(y < height / 2 ? (is_set ? kWhite : kBlack) : ramp);
    }
  }
  return picture;
}

int NumberOf(const cv::Mat& picture_bgr) {
  if (picture_bgr.empty()) return -1;
  int number = 0;
  for (int bit = 0; bit < kBits; ++bit) {
    const int width = picture_bgr.cols / kBits;
    const int left = (bit * picture_bgr.cols + kBits - 1) / kBits;
    const cv::Rect middle(left + width / 4, picture_bgr.rows / 8, width / 2, picture_bgr.rows / 4);
    const cv::Scalar mean = cv::mean(picture_bgr(middle));
    const double level = (mean[0] + mean[1] + mean[2]) / 3;
    if (level > 80 && level < 175) return -1;
    if (level >= 175) number |= 1 << bit;
  }
  return number;
}

std::vector<std::int64_t> EvenStamps(int count) {
  std::vector<std::int64_t> stamps(static_cast<std::size_t>(count));
  std::iota(stamps.begin(), stamps.end(), 0);
  return stamps;
}

bool HasEncoder(const std::string& name) {
  return avcodec_find_encoder_by_name(name.c_str()) != nullptr;
}

cv::Mat WovenPicture(int width, int height, int number, bool top_first) {
  cv::Mat woven = NumberedPicture(width, height, number);
  const cv::Mat next = NumberedPicture(width, height, number + 1);
  for (int y = top_first ? 1 : 0; y < height; y += 2) next.row(y).copyTo(woven.row(y));
  return woven;
}

void WriteClip(const fs::path& path, const ClipOptions& options) {
  using Fields = ClipOptions::Fields;
  WriteVideo(path, options, AVCOL_SPC_UNSPECIFIED, AVCOL_RANGE_UNSPECIFIED,
             [&](AVFrame& frame, int number) {
               DrawGray(options.fields == Fields::kNone
                            ? NumberedPicture(options.width, options.height, number)
                            : WovenPicture(options.width, options.height, number,
                                           options.fields == Fields::kTopFirst),
                        frame);
             });
}

void WriteSolidClip(const fs::path& path, const cv::Vec3b& yuv, int matrix, int range) {
  ClipOptions options;
  options.encoder = "ffv1";
  options.pixel_format = "yuv444p";
  options.stamps = EvenStamps(2);
  WriteVideo(path, options, matrix, range, [&](AVFrame& frame, int) {
    for (int plane = 0; plane < 3; ++plane) {
      std::memset(
          frame.data[plane], yuv[plane],
          static_cast<std::size_t>(frame.linesize[plane]) * static_cast<std::size_t>(frame.height));
    }
  });
}

void WriteMotionJpeg(const fs::path& path, const std::vector<std::string>& jpegs) {
  const Owned<AVFormatContext> format = OpenMuxer(path);
  AVStream* stream = avformat_new_stream(format.get(), nullptr);
  const std::vector<unsigned char> first(jpegs.front().begin(), jpegs.front().end());
  const cv::Mat picture = cv::imdecode(first, cv::IMREAD_COLOR);
  stream->codecpar->codec_type = AVMEDIA_TYPE_VIDEO;
  stream->codecpar->codec_id = AV_CODEC_ID_MJPEG;
  stream->codecpar->width = picture.cols;
  stream->codecpar->height = picture.rows;
  stream->time_base = {1, 30};
  WriteHeader(*format, {});
  for (std::size_t i = 0; i < jpegs.size(); ++i) {
    const Owned<AVPacket> packet(av_packet_alloc());
    Check(av_new_packet(packet.get(), static_cast<int>(jpegs[i].size())) >= 0, "no memory");
    std::memcpy(packet->data, jpegs[i].data(), jpegs[i].size());
    packet->pts = packet->dts = static_cast<std::int64_t>(i);
    packet->duration = 1;
    packet->flags = AV_PKT_FLAG_KEY;
    av_packet_rescale_ts(packet.get(), {1, 30}, stream->time_base);
    Check(av_interleaved_write_frame(format.get(), packet.get()) >= 0, "cannot write a packet");
  }
  Check(av_write_trailer(format.get()) >= 0, "cannot finish " + path.string());
}

void DamagePacket(const fs::path& path, int number) {
  AVFormatContext* opened = nullptr;
  Check(avformat_open_input(&opened, path.c_str(), nullptr, nullptr) >= 0, "cannot open");
  Owned<AVFormatContext> format(opened);
  const Owned<AVPacket> packet(av_packet_alloc());
  for (int i = 0; i <= number; ++i) {
    av_packet_unref(packet.get());
    Check(av_read_frame(format.get(), packet.get()) >= 0 && packet->pos >= 0, "no such packet");
  }
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(packet->pos + packet->size / 3);
  for (int i = 0; i < packet->size / 3; ++i) file.put(static_cast<char>(i * 73 + 41));
  file.close();
  Check(static_cast<bool>(file), "cannot damage " + path.string());
}

void WriteSound(const fs::path& path) {
  constexpr std::uint32_t kRate_hz = 8000;
  const auto number = [](std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
    return text;
  };
  const std::string samples(2 * kRate_hz, '\0');
  const auto size = static_cast<std::uint32_t>(samples.size());
  WriteBytes(path, "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) +
                       number(1, 2) + number(kRate_hz, 4) + number(2 * kRate_hz, 4) + number(2, 2) +
                       number(16, 2) + "data" + number(size, 4) + samples);
}

std::string EncodeImage(const std::string& extension, const cv::Mat& image,
                        const std::vector<int>& parameters) {
  std::vector<unsigned char> bytes;
  Check(cv::imencode(extension, image, bytes, parameters), "cannot encode " + extension);
  return {bytes.begin(), bytes.end()};
}

void WriteBytes(const fs::path& path, const std::string& bytes) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  Check(static_cast<bool>(out), "cannot write " + path.string());
}

}  // namespace mestr::testing
