#include "video/muxed_file.h"

#include <new>
#include <utility>

#include "core/files.h"
#include "mestr/core/error.h"

namespace mestr::internal {

MuxedFile::MuxedFile(std::optional<std::filesystem::path> path, const char* format)
    : path_(std::move(path)) {
  const AvLog::Listening listening(log_);
  Check(avformat_alloc_output_context2(&context_, nullptr, format, nullptr));
  context_->flags |= AVFMT_FLAG_BITEXACT;
  if (avformat_new_stream(context_, nullptr) == nullptr) {
    avformat_free_context(context_);
    throw std::bad_alloc();
  }
}

MuxedFile::~MuxedFile() {
  if (context_->pb != nullptr && path_) avio_closep(&context_->pb);
  if (context_->pb != nullptr) {
    std::uint8_t* unused = nullptr;
    avio_close_dyn_buf(context_->pb, &unused);
    av_free(unused);
  }
  avformat_free_context(context_);
}

void MuxedFile::OpenPath() {
  // A path with a colon would else be read as a protocol. The muxer may open the file again by it.
  context_->url = av_strdup(("file:" + path_->string()).c_str());
  if (context_->url == nullptr) throw std::bad_alloc();
  Check(avio_open(&context_->pb, context_->url, AVIO_FLAG_WRITE));
}

void MuxedFile::Open(const char* movflags) {
  const AvLog::Listening listening(log_);
  if (path_) {
    OpenPath();
  } else {
    Check(avio_open_dyn_buf(&context_->pb));
  }
  AVDictionary* options = nullptr;
  if (movflags != nullptr) av_dict_set(&options, "movflags", movflags, 0);
  const int result = avformat_write_header(context_, &options);
  av_dict_free(&options);
  Check(result);
}

void MuxedFile::Write(AVPacket& packet, AVRational time_base) {
  const AvLog::Listening listening(log_);
  av_packet_rescale_ts(&packet, time_base, stream().time_base);
  Check(av_write_frame(context_, &packet));
  av_packet_unref(&packet);
}

void MuxedFile::Finish() {
  const AvLog::Listening listening(log_);
  Check(av_write_trailer(context_));
  if (path_) {
    Check(avio_closep(&context_->pb));
    return;
  }
  std::uint8_t* bytes = nullptr;
  const int size = avio_close_dyn_buf(std::exchange(context_->pb, nullptr), &bytes);
  const AvPtr<std::uint8_t> owner = Made(bytes);
  bytes_.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::string MuxedFile::TakeBytes() { return std::exchange(bytes_, {}); }

void MuxedFile::Check(int result) const {
  if (result >= 0) return;
  if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
  const std::string told = log_.LastError();
  const std::string reason = AvErrorText(result) + (told.empty() ? "" : " (" + told + ")");
  if (path_) ThrowCannotWrite(*path_, reason);
  throw Error(ErrorKind::kConfig, "cannot make a video in memory: " + reason);
}

}  // namespace mestr::internal
