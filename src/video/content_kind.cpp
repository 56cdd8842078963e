#include "video/content_kind.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <string>

#include "video/av_log.h"
#include "video/containers.h"
#include "video/libav.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

// Enough for FFmpeg's probes of transport and program streams.
constexpr std::size_t kHeadBytes = 1 << 17;

std::optional<std::string> ReadHead(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string head(kHeadBytes, '\0');
  if (!in.read(head.data(), static_cast<std::streamsize>(head.size())) && !in.eof()) return {};
  head.resize(static_cast<std::size_t>(in.gcount()));
  return head;
}

bool IsText(std::string_view head) {
  return std::none_of(head.begin(), head.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f';
  });
}

const AVInputFormat* Probe(std::string head) {
  AVProbeData data = {};
  data.filename = "";  // no score for an extension
  data.buf_size = static_cast<int>(head.size());
  head.append(AVPROBE_PADDING_SIZE, '\0');
  data.buf = reinterpret_cast<unsigned char*>(head.data());
  int score = 0;
  const AVInputFormat* format = av_probe_input_format3(&data, /*is_opened=*/1, &score);
  // Below it, chance finds raw streams in any data.
  return score >= AVPROBE_SCORE_EXTENSION ? format : nullptr;
}

// They open other files, or the network.
bool NamesOtherFiles(std::string_view format) {
  constexpr std::array<std::string_view, 7> kNames = {"hls", "concat", "dash",     "imf",
                                                      "sdp", "rtsp",   "applehttp"};
  return std::find(kNames.begin(), kNames.end(), format) != kNames.end();
}

bool IsSubtitleFormat(std::string_view format) {
  constexpr std::array<std::string_view, 4> kNames = {"ass", "srt", "subviewer", "webvtt"};
  return std::find(kNames.begin(), kNames.end(), format) != kNames.end();
}

bool IsImageFormat(std::string_view format) {
  return format.ends_with("_pipe") || format == "image2" || format == "ico" || format == "apng";
}

// A picture that moves says how often it repeats.
bool IsMovingGif(std::string_view head) {
  return head.find("NETSCAPE2.0") != std::string_view::npos;
}

ContentKind KindOfStreams(const AVFormatContext& format) {
  ContentKind kind = ContentKind::kOther;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const AVStream& stream = *format.streams[i];
    const bool is_cover = (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    const AVMediaType type = stream.codecpar->codec_type;
    if (type == AVMEDIA_TYPE_VIDEO && !is_cover) return ContentKind::kVideo;
    if (type == AVMEDIA_TYPE_AUDIO) kind = ContentKind::kSound;
  }
  // Some formats show their streams only on the way; those of sound alone are no such.
  const bool comes_later = (format.ctx_flags & AVFMTCTX_NOHEADER) != 0;
  return comes_later && kind == ContentKind::kOther ? ContentKind::kVideo : kind;
}

ContentKind KindOfHeader(const fs::path& file, const AVInputFormat& known) {
  AvLog log;
  const AvLog::Listening listening(log);
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "file", 0);
  const std::string url = UrlOf(file);
  AVFormatContext* opened = nullptr;
  const int result = avformat_open_input(&opened, url.c_str(), &known, &options);
  av_dict_free(&options);
  const AvPtr<AVFormatContext> format(opened);
  // Damaged: it is told when it is opened as a video.
  return result < 0 ? ContentKind::kVideo : KindOfStreams(*format);
}

}  // namespace

ContentKind ContentOf(const fs::path& file) {
  const std::optional<std::string> head = ReadHead(file);
  if (!head) return ContentKind::kUnreadable;
  if (head->empty()) return ContentKind::kEmpty;
  const AVInputFormat* format = nullptr;
  {
    AvLog log;
    const AvLog::Listening listening(log);
    format = Probe(*head);
  }
  const std::string_view name = format == nullptr ? "" : format->name;
  if (NamesOtherFiles(name)) return ContentKind::kPlaylist;
  if (name == "gif") return IsMovingGif(*head) ? ContentKind::kVideo : ContentKind::kImage;
  if (IsImageFormat(name)) return ContentKind::kImage;
  if (IsSubtitleFormat(name)) return ContentKind::kSubtitles;
  if (IsReadContainer(name)) return KindOfHeader(file, *format);
  return IsText(*head) ? ContentKind::kText : ContentKind::kOther;
}

std::string_view ContentName(ContentKind kind) {
  switch (kind) {
    case ContentKind::kVideo:
      return "video file";
    case ContentKind::kSound:
      return "sound file";
    case ContentKind::kImage:
      return "image";
    case ContentKind::kSubtitles:
      return "subtitle file";
    case ContentKind::kPlaylist:
      return "play list";
    case ContentKind::kText:
      return "text file";
    case ContentKind::kEmpty:
      return "empty file";
    case ContentKind::kUnreadable:
      return "unreadable file";
    case ContentKind::kOther:
      break;
  }
  return "other file";
}

}  // namespace mestr::internal
