#include "video/mp4_writer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>
#include <opencv2/imgproc.hpp>
#include <string>
#include <utility>

#include "core/text.h"
#include "mestr/core/error.h"
#include "video/muxed_file.h"

namespace mestr::internal {
namespace {

void ChooseRate(AVCodecContext& codec, const Mp4Options& options, AVDictionary** encoder_options) {
  if (options.bits_per_s) {
    codec.bit_rate = *options.bits_per_s;
    codec.rc_max_rate = 2 * *options.bits_per_s;
    codec.rc_buffer_size = static_cast<int>(2 * *options.bits_per_s);
    codec.gop_size = static_cast<int>(4 * options.fps);
  } else {
    av_dict_set_int(encoder_options, "crf", options.rate_factor, 0);
    // Whoever looks for an apex steps back, too: from the key frame before.
    codec.gop_size = options.compact ? 250 : std::max(1, static_cast<int>(options.fps));
  }
  if (options.compact) {
    av_dict_set(encoder_options, "preset", "slow", 0);
    return;
  }
  av_dict_set(encoder_options, "preset", "veryfast", 0);
  av_dict_set(encoder_options, "x264-params", "rc-lookahead=0:mbtree=0:sync-lookahead=0", 0);
}

// Of either side; x264 has no more.
constexpr int kMostSide_px = 16384;
constexpr double kMicrosecond_s = 1e-6;
constexpr std::int64_t kMostStep_ticks = INT32_MAX;

}  // namespace

std::optional<int> Mp4Ticks(std::span<const double> times_s, double fps) {
  bool even = true;
  double longest_s = 0;
  double before_s = 0;
  for (std::size_t i = 0; i < times_s.size(); ++i) {
    even = even && std::abs(times_s[i] - static_cast<double>(i) / fps) <= kMicrosecond_s;
    longest_s = std::max(longest_s, times_s[i] - before_s);
    before_s = times_s[i];
  }
  if (even) return std::nullopt;
  return longest_s < 1800 ? 1'000'000 : 1'000;
}

struct Mp4Writer::Encoder {
  Encoder(std::optional<std::filesystem::path> path, const Mp4Options& options)
      : file(std::move(path), "mp4"),
        frame(Made(av_frame_alloc())),
        packet(Made(av_packet_alloc())) {
    OpenCodec(options);
    OpenFile(options);
  }

  void CheckEncoder(int result) const;
  void OpenCodec(const Mp4Options& options);
  void OpenFile(const Mp4Options& options);
  void Convert(const cv::Mat& frame_bgr);
  void Write(const cv::Mat& frame_bgr, std::int64_t stamp);
  void Send(const AVFrame* picture);  // nullptr ends the stream

  MuxedFile file;
  AvPtr<AVFrame> frame;
  AvPtr<AVPacket> packet;
  AvPtr<AVCodecContext> codec;
  std::int64_t frame_ticks = 1;  // how long the last frame lasts
  std::int64_t next_stamp = 0;
  cv::Mat yuv;
};

void Mp4Writer::Encoder::CheckEncoder(int result) const {
  // x264 says no more than that it failed. With what it is given here, it fails for lack of memory.
  if (result == AVERROR_EXTERNAL) throw std::bad_alloc();
  file.Check(result);
}

void Mp4Writer::Encoder::OpenCodec(const Mp4Options& options) {
  const AVCodec* x264 = avcodec_find_encoder_by_name("libx264");
  if (x264 == nullptr) {
    throw Error(ErrorKind::kConfig,
                "FFmpeg has no encoder libx264 here, which MP4 files need; install it, or choose "
                "another format");
  }
  if (std::max(options.size.width, options.size.height) > kMostSide_px) {
    throw Error(ErrorKind::kConfig,
                "H.264 has no pictures of " + SizeText(options.size.width, options.size.height) +
                    " px; " + std::to_string(kMostSide_px) + " px a side are the most");
  }
  codec = Made(avcodec_alloc_context3(x264));
  file.log().Watch(*codec);
  codec->width = options.size.width;
  codec->height = options.size.height;
  codec->pix_fmt = AV_PIX_FMT_YUV420P;
  codec->colorspace = AVCOL_SPC_BT470BG;  // what the conversion below gives
  codec->color_range = AVCOL_RANGE_MPEG;
  codec->framerate = av_d2q(options.fps, 100'000);
  codec->time_base = av_inv_q(codec->framerate);
  if (options.ticks_per_s) {
    codec->time_base = {1, *options.ticks_per_s};
    frame_ticks = std::max<std::int64_t>(1, std::llround(*options.ticks_per_s / options.fps));
  }
  codec->max_b_frames = 0;
  codec->thread_count = 1;                 // more would change the bytes
  codec->log_level_offset = AV_LOG_TRACE;  // x264 tells its options, which is nobody's concern
  codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  AVDictionary* encoder_options = nullptr;
  ChooseRate(*codec, options, &encoder_options);
  const int result = avcodec_open2(codec.get(), x264, &encoder_options);
  av_dict_free(&encoder_options);
  CheckEncoder(result);
}

void Mp4Writer::Encoder::OpenFile(const Mp4Options& options) {
  AVStream& stream = file.stream();
  file.Check(avcodec_parameters_from_context(stream.codecpar, codec.get()));
  stream.time_base = codec->time_base;
  stream.avg_frame_rate = codec->framerate;
  file.Open(options.fast_start ? "+faststart" : nullptr);
}

void Mp4Writer::Encoder::Convert(const cv::Mat& frame_bgr) {
  if (frame_bgr.type() != CV_8UC3 || frame_bgr.size() != cv::Size(codec->width, codec->height)) {
    throw Error(ErrorKind::kInvalidArgument, "Mp4Writer: not an 8-bit BGR frame of its size");
  }
  cv::cvtColor(frame_bgr, yuv, cv::COLOR_BGR2YUV_I420);
  if (frame->data[0] == nullptr) {
    frame->width = codec->width;
    frame->height = codec->height;
    frame->format = codec->pix_fmt;
    file.Check(av_frame_get_buffer(frame.get(), 0));
  }
  file.Check(av_frame_make_writable(frame.get()));
  const std::uint8_t* from = yuv.data;
  for (int plane = 0; plane < 3; ++plane) {
    const int part = plane == 0 ? 1 : 2;
    for (int y = 0; y < codec->height / part; ++y, from += codec->width / part) {
      std::memcpy(frame->data[plane] + static_cast<std::ptrdiff_t>(y) * frame->linesize[plane],
                  from, static_cast<std::size_t>(codec->width / part));
    }
  }
}

void Mp4Writer::Encoder::Write(const cv::Mat& frame_bgr, std::int64_t stamp) {
  Convert(frame_bgr);
  if (stamp - next_stamp >= kMostStep_ticks) {
    throw Error(ErrorKind::kInvalidArgument, "Mp4Writer: a step of too many ticks");
  }
  frame->pts = std::max(stamp, next_stamp);
  next_stamp = frame->pts + 1;
  Send(frame.get());
}

void Mp4Writer::Encoder::Send(const AVFrame* picture) {
  CheckEncoder(avcodec_send_frame(codec.get(), picture));
  while (true) {
    const int result = avcodec_receive_packet(codec.get(), packet.get());
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
    CheckEncoder(result);
    packet->duration = frame_ticks;
    file.Write(*packet, codec->time_base);
  }
}

Mp4Writer::Mp4Writer(std::optional<std::filesystem::path> path, const Mp4Options& options)
    : encoder_(std::make_unique<Encoder>(std::move(path), options)) {}

Mp4Writer::~Mp4Writer() = default;

void Mp4Writer::Write(const cv::Mat& frame_bgr) {
  encoder_->Write(frame_bgr, encoder_->next_stamp);
}

void Mp4Writer::Write(const cv::Mat& frame_bgr, double time_s) {
  encoder_->Write(frame_bgr, std::llround(time_s * encoder_->codec->time_base.den));
}

void Mp4Writer::Finish() {
  encoder_->Send(nullptr);
  encoder_->file.Finish();
}

std::string Mp4Writer::TakeBytes() { return encoder_->file.TakeBytes(); }

}  // namespace mestr::internal
