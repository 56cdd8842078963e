#include "video/avi_writer.h"

#include <cstring>

#include "video/muxed_file.h"

namespace mestr::internal {

struct AviWriter::Muxer {
  explicit Muxer(const std::filesystem::path& path)
      : file(path, "avi"), packet(Made(av_packet_alloc())) {}

  MuxedFile file;
  AvPtr<AVPacket> packet;
  AVRational frame_time = {1, 1};
  std::int64_t frames = 0;
};

AviWriter::AviWriter(const std::filesystem::path& path, int width, int height, double fps)
    : muxer_(std::make_unique<Muxer>(path)) {
  Muxer& m = *muxer_;
  m.frame_time = av_inv_q(av_d2q(fps, 100'000));
  AVStream& stream = m.file.stream();
  stream.time_base = m.frame_time;
  stream.avg_frame_rate = av_inv_q(m.frame_time);
  AVCodecParameters& codec = *stream.codecpar;
  codec.codec_type = AVMEDIA_TYPE_VIDEO;
  codec.codec_id = AV_CODEC_ID_MJPEG;
  codec.codec_tag = MKTAG('M', 'J', 'P', 'G');
  codec.width = width;
  codec.height = height;
  codec.format = AV_PIX_FMT_YUVJ420P;
  m.file.Open();
}

AviWriter::~AviWriter() = default;

void AviWriter::Write(std::string_view jpeg) {
  Muxer& m = *muxer_;
  m.file.Check(av_new_packet(m.packet.get(), static_cast<int>(jpeg.size())));
  std::memcpy(m.packet->data, jpeg.data(), jpeg.size());
  m.packet->pts = m.packet->dts = m.frames++;
  m.packet->duration = 1;
  m.packet->flags |= AV_PKT_FLAG_KEY;
  m.file.Write(*m.packet, m.frame_time);
}

void AviWriter::Finish() { muxer_->file.Finish(); }

}  // namespace mestr::internal
