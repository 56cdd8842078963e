// FFmpeg's C objects with owners, and its error codes as text.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>

namespace mestr::internal {

struct AvDelete {
  void operator()(AVFormatContext* format) const { avformat_close_input(&format); }
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(std::uint8_t* bytes) const { av_free(bytes); }
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

template <typename T>
using AvPtr = std::unique_ptr<T, AvDelete>;

// What FFmpeg has made; where the memory did not suffice, it gives none. Throws std::bad_alloc.
template <typename T>
AvPtr<T> Made(T* made) {
  if (made == nullptr) throw std::bad_alloc();
  return AvPtr<T>(made);
}

// A time stamp or a duration that is one: nothing that is filmed lasts 2^60 ticks, and sums of what
// damaged files hold would overflow.
inline bool IsTime(std::int64_t ticks) {
  constexpr std::int64_t kMost = std::int64_t{1} << 60;
  return -kMost < ticks && ticks < kMost;
}

// FFmpeg's words for one of its error codes.
inline std::string AvErrorText(int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof(text));
  return text;
}

// What later versions of FFmpeg keep among a frame's flags.
inline bool IsKeyFrame(const AVFrame& frame) {
#ifdef AV_FRAME_FLAG_KEY
  return (frame.flags & AV_FRAME_FLAG_KEY) != 0;
#else
  return frame.key_frame != 0;
#endif
}

inline bool IsInterlaced(const AVFrame& frame) {
#ifdef AV_FRAME_FLAG_INTERLACED
  return (frame.flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame.interlaced_frame != 0;
#endif
}

inline bool IsTopFieldFirst(const AVFrame& frame) {
#ifdef AV_FRAME_FLAG_TOP_FIELD_FIRST
  return (frame.flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#else
  return frame.top_field_first != 0;
#endif
}

inline void SetInterlaced(AVFrame& frame, bool top_field_first) {
#ifdef AV_FRAME_FLAG_INTERLACED
  frame.flags |= AV_FRAME_FLAG_INTERLACED;
  if (top_field_first) frame.flags |= AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
  frame.interlaced_frame = 1;
  frame.top_field_first = top_field_first ? 1 : 0;
#endif
}

// The value of one of FFmpeg's enums as a file gave it. Files say what they like, and reading a
// value that C++ does not know as the enum is undefined.
template <typename Enum>
int RawValue(const Enum& value) {
  static_assert(sizeof(Enum) == sizeof(int));
  int raw = 0;
  std::memcpy(&raw, &value, sizeof(raw));
  return raw;
}

}  // namespace mestr::internal
