#include "synth/mp4_writer.h"

#include <cstring>
#include <new>
#include <opencv2/imgproc.hpp>

#include "mestr/core/error.h"
#include "synth/muxed_file.h"

namespace mestr::internal::synth {

struct Mp4Writer::Encoder {
  explicit Encoder(const std::filesystem::path& path) : file(path, "mp4") {}
  ~Encoder() {
    av_packet_free(&packet);
    av_frame_free(&frame);
    avcodec_free_context(&codec);
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  void OpenCodec(cv::Size size, double fps, std::int64_t bits_per_s);
  void OpenFile();
  void Send(AVFrame* picture);  // nullptr ends the stream
  static void CheckMemory(const void* made) {
    if (made == nullptr) throw std::bad_alloc();
  }

  MuxedFile file;
  AVCodecContext* codec = nullptr;
  AVFrame* frame = nullptr;
  AVPacket* packet = nullptr;
  cv::Mat yuv;
};

void Mp4Writer::Encoder::OpenCodec(cv::Size size, double fps, std::int64_t bits_per_s) {
  const AVCodec* x264 = avcodec_find_encoder_by_name("libx264");
  if (x264 == nullptr) {
    throw Error(ErrorKind::kConfig,
                "FFmpeg has no encoder libx264 here, which MP4 files need; install it, or choose "
                "another format");
  }
  codec = avcodec_alloc_context3(x264);
  CheckMemory(codec);
  codec->width = size.width;
  codec->height = size.height;
  codec->pix_fmt = AV_PIX_FMT_YUV420P;
  codec->colorspace = AVCOL_SPC_BT470BG;  // what the conversion below gives
  codec->color_range = AVCOL_RANGE_MPEG;
  codec->framerate = av_d2q(fps, 100'000);
  codec->time_base = av_inv_q(codec->framerate);
  codec->bit_rate = bits_per_s;
  codec->rc_max_rate = 2 * bits_per_s;
  codec->rc_buffer_size = static_cast<int>(2 * bits_per_s);
  codec->gop_size = static_cast<int>(4 * fps);
  codec->max_b_frames = 0;
  codec->thread_count = 1;                 // more would change the bytes
  codec->log_level_offset = AV_LOG_TRACE;  // x264 tells its options, which is nobody's concern
  codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "preset", "veryfast", 0);
  av_dict_set(&options, "x264-params", "rc-lookahead=0:mbtree=0:sync-lookahead=0", 0);
  const int result = avcodec_open2(codec, x264, &options);
  av_dict_free(&options);
  file.Check(result);
}

void Mp4Writer::Encoder::OpenFile() {
  AVStream& stream = file.stream();
  file.Check(avcodec_parameters_from_context(stream.codecpar, codec));
  stream.time_base = codec->time_base;
  stream.avg_frame_rate = codec->framerate;
  file.Open();
}

void Mp4Writer::Encoder::Send(AVFrame* picture) {
  file.Check(avcodec_send_frame(codec, picture));
  while (true) {
    const int result = avcodec_receive_packet(codec, packet);
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
    file.Check(result);
    file.Write(*packet, codec->time_base);
  }
}

Mp4Writer::Mp4Writer(const std::filesystem::path& path, cv::Size size, double fps,
                     std::int64_t bits_per_s)
    : encoder_(std::make_unique<Encoder>(path)) {
  Encoder& e = *encoder_;
  e.frame = av_frame_alloc();
  e.CheckMemory(e.frame);
  e.packet = av_packet_alloc();
  e.CheckMemory(e.packet);
  e.OpenCodec(size, fps, bits_per_s);
  e.OpenFile();
}

Mp4Writer::~Mp4Writer() = default;

void Mp4Writer::Write(const cv::Mat& frame_bgr) {
  Encoder& e = *encoder_;
  const int width = e.codec->width;
  const int height = e.codec->height;
  if (frame_bgr.type() != CV_8UC3 || frame_bgr.size() != cv::Size(width, height)) {
    throw Error(ErrorKind::kInvalidArgument, "Mp4Writer: not an 8-bit BGR frame of its size");
  }
  cv::cvtColor(frame_bgr, e.yuv, cv::COLOR_BGR2YUV_I420);
  AVFrame& frame = *e.frame;
  const std::int64_t number = frame.data[0] == nullptr ? 0 : frame.pts + 1;
  if (number == 0) {
    frame.width = width;
    frame.height = height;
    frame.format = e.codec->pix_fmt;
    e.file.Check(av_frame_get_buffer(&frame, 0));
  }
  e.file.Check(av_frame_make_writable(&frame));
  frame.pts = number;
  const std::uint8_t* from = e.yuv.data;
  for (int plane = 0; plane < 3; ++plane) {
    const int part = plane == 0 ? 1 : 2;
    for (int y = 0; y < height / part; ++y, from += width / part) {
      std::memcpy(frame.data[plane] + static_cast<std::ptrdiff_t>(y) * frame.linesize[plane], from,
                  static_cast<std::size_t>(width / part));
    }
  }
  e.Send(&frame);
}

void Mp4Writer::Finish() {
  Encoder& e = *encoder_;
  e.Send(nullptr);
  e.file.Finish();
}

}  // namespace mestr::internal::synth
