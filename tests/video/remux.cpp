#include "video/remux.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <stdexcept>
#include <string>

#include "video/av_owners.h"

namespace mestr::testing {
namespace fs = std::filesystem;
namespace {

void Check(bool ok, const std::string& what) {
  if (!ok) throw std::runtime_error("remux: " + what);
}

Owned<AVFormatContext> OpenInput(const fs::path& path) {
  AVFormatContext* opened = nullptr;
  Check(avformat_open_input(&opened, path.c_str(), nullptr, nullptr) >= 0,
        "cannot open " + path.string());
  Owned<AVFormatContext> input(opened);
  Check(avformat_find_stream_info(input.get(), nullptr) >= 0, "cannot probe " + path.string());
  return input;
}

void AddStream(AVFormatContext& out, const AVStream& from, int input, const RemuxOptions& options) {
  AVStream* stream = avformat_new_stream(&out, nullptr);
  avcodec_parameters_copy(stream->codecpar, from.codecpar);
  stream->codecpar->codec_tag = 0;
  stream->time_base = options.fps > 0 ? AVRational{1, options.fps} : from.time_base;
  stream->avg_frame_rate = from.avg_frame_rate;
  stream->sample_aspect_ratio = from.sample_aspect_ratio;
  if (options.pixel_width != 0) {
    stream->sample_aspect_ratio = {options.pixel_width, options.pixel_height};
    stream->codecpar->sample_aspect_ratio = stream->sample_aspect_ratio;
  }
  const auto disposition = options.dispositions.find(input);
  stream->disposition = disposition == options.dispositions.end() ? 0 : disposition->second;
}

// False after the last.
bool ReadPacket(AVFormatContext& input, AVPacket& packet) {
  do {
    av_packet_unref(&packet);
    if (av_read_frame(&input, &packet) < 0) return false;
  } while (packet.stream_index != 0);
  return true;
}

}  // namespace

void Remux(const std::vector<fs::path>& inputs, const fs::path& out, const RemuxOptions& options) {
  AVFormatContext* opened = nullptr;
  avformat_alloc_output_context2(&opened, nullptr, nullptr, out.c_str());
  Check(opened != nullptr, "no container for " + out.string());
  Owned<AVFormatContext> output(opened);
  Check(avio_open(&output->pb, out.c_str(), AVIO_FLAG_WRITE) >= 0, "cannot write");
  std::vector<Owned<AVFormatContext>> opened_inputs;
  for (const fs::path& path : inputs) {
    opened_inputs.push_back(OpenInput(path));
    AddStream(*output, *opened_inputs.back()->streams[0],
              static_cast<int>(opened_inputs.size()) - 1, options);
  }
  Check(avformat_write_header(output.get(), nullptr) >= 0, "cannot write the header");
  const Owned<AVPacket> packet(av_packet_alloc());
  for (std::size_t i = 0; i < opened_inputs.size(); ++i) {
    AVFormatContext& input = *opened_inputs[i];
    for (int number = 0; ReadPacket(input, *packet); ++number) {
      if (i == 0 && options.left_out.count(number) != 0) continue;
      AVRational tick = input.streams[0]->time_base;
      if (options.fps > 0) {
        tick = {1, options.fps};
        packet->pts = packet->dts = number;
        packet->duration = 1;
      }
      packet->stream_index = static_cast<int>(i);
      packet->pos = -1;
      av_packet_rescale_ts(packet.get(), tick, output->streams[i]->time_base);
      Check(av_interleaved_write_frame(output.get(), packet.get()) >= 0, "cannot write a packet");
    }
  }
  Check(av_write_trailer(output.get()) >= 0, "cannot finish " + out.string());
}

std::vector<int> KeyPackets(const fs::path& path) {
  const Owned<AVFormatContext> input = OpenInput(path);
  const Owned<AVPacket> packet(av_packet_alloc());
  std::vector<int> keys;
  for (int number = 0; ReadPacket(*input, *packet); ++number) {
    if ((packet->flags & AV_PKT_FLAG_KEY) != 0) keys.push_back(number);
  }
  return keys;
}

std::set<int> First(int count) {
  std::set<int> numbers;
  for (int i = 0; i < count; ++i) numbers.insert(i);
  return numbers;
}

}  // namespace mestr::testing
