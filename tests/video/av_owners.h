// FFmpeg's objects of the tests, with owners: files that are read and files that are written.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <memory>

namespace mestr::testing {

struct DeleteAv {
  void operator()(AVFormatContext* format) const {
    if (format->oformat != nullptr) {
      avio_closep(&format->pb);
      avformat_free_context(format);
    } else {
      avformat_close_input(&format);
    }
  }
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
template <typename T>
using Owned = std::unique_ptr<T, DeleteAv>;

}  // namespace mestr::testing
