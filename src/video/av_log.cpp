#include "video/av_log.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>

namespace mestr::internal {
namespace {

// One lock for all logs: messages that get as far as a log are rare.
std::mutex g_logs_mutex;

std::set<const void*>& LiveLogs() {
  static std::set<const void*> logs;
  return logs;
}

thread_local AvLog* t_listening = nullptr;

bool IsCodecContext(void* context) {
  return context != nullptr && *static_cast<const AVClass**>(context) == avcodec_get_class();
}

// Damage that some decoders paint over without failing. H.264 and the MPEG-4 family mark the frame
// as well, but with frame threads the mark is lost up to FFmpeg 6; HEVC and FFV1 never mark it.
bool TellsOfPatchedFrame(std::string_view message) {
  constexpr std::array<std::string_view, 7> kMessages = {"concealing ",
                                                         "Could not find ref with POC ",
                                                         "Missing reference picture",
                                                         "reference picture missing during reorder",
                                                         "CRC mismatch",
                                                         "first frame is no keyframe",
                                                         "first frame not a keyframe"};
  return std::any_of(kMessages.begin(), kMessages.end(), [&](std::string_view part) {
    return message.find(part) != std::string_view::npos;
  });
}

// Parts of a codec have contexts of their own that name whose part they are.
void* ParentOf(void* context) {
  const AVClass* own = *static_cast<const AVClass**>(context);
  if (own == nullptr || own->parent_log_context_offset == 0) return nullptr;
  return *reinterpret_cast<void**>(static_cast<std::uint8_t*>(context) +
                                   own->parent_log_context_offset);
}

}  // namespace

AvLog::AvLog() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(&AvLog::Callback); });
  const std::lock_guard lock(g_logs_mutex);
  LiveLogs().insert(this);
}

AvLog::~AvLog() {
  const std::lock_guard lock(g_logs_mutex);
  LiveLogs().erase(this);
}

AvLog::Listening::Listening(AvLog& log) : before_(t_listening) { t_listening = &log; }

AvLog::Listening::~Listening() { t_listening = before_; }

void AvLog::Watch(const AVFormatContext& demuxer) {
  const std::lock_guard lock(g_logs_mutex);
  demuxer_ = &demuxer;
}

void AvLog::Watch(AVCodecContext& decoder) {
  const std::lock_guard lock(g_logs_mutex);
  decoder.opaque = this;  // FFmpeg copies it into the contexts of its decoder threads
  watches_decoder_ = true;
}

std::string AvLog::LastError() const {
  const std::lock_guard lock(g_logs_mutex);
  return last_error_;
}

std::string AvLog::TakeDamage() {
  const std::lock_guard lock(g_logs_mutex);
  return std::exchange(damage_, {});
}

cv::Size AvLog::TakeTooLarge() {
  const std::lock_guard lock(g_logs_mutex);
  return std::exchange(too_large_, {});
}

AvLog* AvLog::OwnerOf(void* context) {
  for (; context != nullptr; context = ParentOf(context)) {
    if (!IsCodecContext(context)) continue;
    void* owner = static_cast<AVCodecContext*>(context)->opaque;
    if (LiveLogs().count(owner) != 0) return static_cast<AvLog*>(owner);
  }
  return t_listening;
}

void AvLog::Add(const void* context, int level, const std::string& message) {
  if (level <= AV_LOG_ERROR) last_error_ = message;
  cv::Size size;
  if (std::sscanf(message.c_str(), "Picture size %dx%d exceeds", &size.width, &size.height) == 2) {
    too_large_ = size;
  }
  const bool from_demuxer = context != nullptr && context == demuxer_;
  const bool is_damage =
      from_demuxer ? level <= AV_LOG_ERROR : watches_decoder_ && TellsOfPatchedFrame(message);
  if (is_damage && damage_.empty()) damage_ = message;
}

void AvLog::Callback(void* context, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_INFO && level > av_log_get_level()) return;  // nobody's; decoders write many
  const std::lock_guard lock(g_logs_mutex);
  AvLog* owner = OwnerOf(context);
  if (owner == nullptr) {
    av_log_default_callback(context, level, format, arguments);
    return;
  }
  if (level > AV_LOG_INFO) return;
  std::array<char, 512> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  std::string message = text.data();
  while (!message.empty() && (message.back() == '\n' || message.back() == '\r')) message.pop_back();
  if (!message.empty()) owner->Add(context, level, message);
}

}  // namespace mestr::internal
