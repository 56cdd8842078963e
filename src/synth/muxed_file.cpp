#include "synth/muxed_file.h"

#include <new>
#include <string>
#include <utility>

#include "core/files.h"

namespace mestr::internal::synth {

MuxedFile::MuxedFile(std::filesystem::path path, const char* format) : path_(std::move(path)) {
  Check(avformat_alloc_output_context2(&context_, nullptr, format, nullptr));
  context_->flags |= AVFMT_FLAG_BITEXACT;
  if (avformat_new_stream(context_, nullptr) == nullptr) {
    avformat_free_context(context_);
    throw std::bad_alloc();
  }
}

MuxedFile::~MuxedFile() {
  if (context_->pb != nullptr) avio_closep(&context_->pb);
  avformat_free_context(context_);
}

void MuxedFile::Open() {
  // A path with a colon would else be read as a protocol.
  Check(avio_open(&context_->pb, ("file:" + path_.string()).c_str(), AVIO_FLAG_WRITE));
  Check(avformat_write_header(context_, nullptr));
}

void MuxedFile::Write(AVPacket& packet, AVRational time_base) {
  packet.duration = 1;
  av_packet_rescale_ts(&packet, time_base, stream().time_base);
  Check(av_write_frame(context_, &packet));
  av_packet_unref(&packet);
}

void MuxedFile::Finish() {
  Check(av_write_trailer(context_));
  Check(avio_closep(&context_->pb));
}

void MuxedFile::Check(int result) const {
  if (result >= 0) return;
  if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
  char reason[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(result, reason, sizeof reason);
  ThrowCannotWrite(path_, reason);
}

}  // namespace mestr::internal::synth
