// FFmpeg's messages, kept for our own errors instead of going to stderr.
#pragma once

#include <cstdarg>
#include <opencv2/core/types.hpp>
#include <string>

#include "video/libav.h"

namespace mestr::internal {

// The messages of one open video. FFmpeg has one message callback a process: the first AvLog sets
// it, and it hands every message that belongs to no AvLog on to FFmpeg's own. Thread-safe, since
// FFmpeg's decoder threads write here too.
class AvLog {
 public:
  AvLog();
  ~AvLog();
  AvLog(const AvLog&) = delete;
  AvLog& operator=(const AvLog&) = delete;

  // While one lives, the messages of FFmpeg calls on this thread belong to `log`.
  class Listening {
   public:
    explicit Listening(AvLog& log);
    ~Listening();
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

   private:
    AvLog* before_;
  };

  // From here on, what these two report is looked at for damage as well; the decoder's messages
  // belong to this log on whatever thread they arise.
  void Watch(const AVFormatContext& demuxer);
  void Watch(AVCodecContext& decoder);

  // The newest error message, empty where there is none.
  std::string LastError() const;
  // The first message since the last call that says that frames were lost or patched up although
  // FFmpeg's calls succeeded. Empty where there is none.
  std::string TakeDamage();
  // Of the pictures that a decoder refused since the last call for its limit on pixels. Empty where
  // it refused none.
  cv::Size TakeTooLarge();

 private:
  static void Callback(void* context, int level, const char* format, va_list arguments);
  static AvLog* OwnerOf(void* context);
  void Add(const void* context, int level, const std::string& message);

  const void* demuxer_ = nullptr;
  bool watches_decoder_ = false;
  std::string last_error_;
  std::string damage_;
  cv::Size too_large_;
};

}  // namespace mestr::internal
