// Streams of video files put into other files, packet by packet.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <vector>

namespace mestr::testing {

struct RemuxOptions {
  // Packets of the first input that are left out, 0-based, in the order of the file.
  std::set<int> left_out = {};
  // FFmpeg's AV_DISPOSITION_* of a stream, by input; none where nothing is said.
  std::map<int, int> dispositions = {};
  // Shape of a pixel as the container says it, width : height; as before where 0.
  int pixel_width = 0;
  int pixel_height = 1;
  // A packet each 1 / fps, for a bare stream that has no time stamps; as before where 0.
  int fps = 0;
};

// The first stream of each input into `out`, whose container is that of the extension.
void Remux(const std::vector<std::filesystem::path>& inputs, const std::filesystem::path& out,
           const RemuxOptions& options = {});

// The packets of the first stream that FFmpeg calls key frames, 0-based.
std::vector<int> KeyPackets(const std::filesystem::path& path);

// { 0, 1, ... count - 1 }
std::set<int> First(int count);

}  // namespace mestr::testing
