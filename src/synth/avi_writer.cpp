#include "synth/avi_writer.h"

extern "C" {
#include <libavformat/avformat.h>
}

#include <cstring>
#include <string>

#include "synth/av_result.h"

namespace mestr::internal::synth {

struct AviWriter::Muxer {
  explicit Muxer(std::filesystem::path file) : path(std::move(file)) {}
  ~Muxer() {
    av_packet_free(&packet);
    if (context != nullptr && context->pb != nullptr) avio_closep(&context->pb);
    avformat_free_context(context);
  }
  Muxer(const Muxer&) = delete;
  Muxer& operator=(const Muxer&) = delete;

  void Check(int result) const { CheckAvResult(result, path); }

  std::filesystem::path path;
  AVFormatContext* context = nullptr;
  AVPacket* packet = nullptr;
  AVRational frame_time = {1, 1};
  std::int64_t frames = 0;
};

AviWriter::AviWriter(const std::filesystem::path& path, int width, int height, double fps)
    : muxer_(std::make_unique<Muxer>(path)) {
  Muxer& m = *muxer_;
  m.Check(avformat_alloc_output_context2(&m.context, nullptr, "avi", nullptr));
  m.context->flags |= AVFMT_FLAG_BITEXACT;
  m.packet = av_packet_alloc();
  AVStream* stream = avformat_new_stream(m.context, nullptr);
  if (m.packet == nullptr || stream == nullptr) m.Check(AVERROR(ENOMEM));
  m.frame_time = av_inv_q(av_d2q(fps, 100'000));
  stream->time_base = m.frame_time;
  stream->avg_frame_rate = av_inv_q(m.frame_time);
  AVCodecParameters& codec = *stream->codecpar;
  codec.codec_type = AVMEDIA_TYPE_VIDEO;
  codec.codec_id = AV_CODEC_ID_MJPEG;
  codec.codec_tag = MKTAG('M', 'J', 'P', 'G');
  codec.width = width;
  codec.height = height;
  codec.format = AV_PIX_FMT_YUVJ420P;
  // A path with a colon would else be read as a protocol.
  m.Check(avio_open(&m.context->pb, ("file:" + path.string()).c_str(), AVIO_FLAG_WRITE));
  m.Check(avformat_write_header(m.context, nullptr));
}

AviWriter::~AviWriter() = default;

void AviWriter::Write(std::string_view jpeg) {
  Muxer& m = *muxer_;
  m.Check(av_new_packet(m.packet, static_cast<int>(jpeg.size())));
  std::memcpy(m.packet->data, jpeg.data(), jpeg.size());
  m.packet->pts = m.packet->dts = m.frames++;
  m.packet->duration = 1;
  m.packet->flags |= AV_PKT_FLAG_KEY;
  av_packet_rescale_ts(m.packet, m.frame_time, m.context->streams[0]->time_base);
  m.Check(av_write_frame(m.context, m.packet));
  av_packet_unref(m.packet);
}

void AviWriter::Finish() {
  Muxer& m = *muxer_;
  m.Check(av_write_trailer(m.context));
  m.Check(avio_closep(&m.context->pb));
}

}  // namespace mestr::internal::synth
