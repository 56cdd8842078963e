#include "video/field_stream.h"

#include <cstdint>
#include <string>

#include "video/test_clips.h"

namespace mestr::testing {
namespace {

constexpr int kMacroblocksAcross = 4;
constexpr int kMacroblocksDown = 2;

// Bits of a NAL unit (ITU-T H.264, 7.2 and 9.1).
class Bits {
 public:
  Bits& Fixed(int count, int value) {
    for (int i = count - 1; i >= 0; --i) bits_ += (value >> i & 1) != 0 ? '1' : '0';
    return *this;
  }
  Bits& Golomb(int value) {
    int length = 0;
    while ((value + 1) >> (length + 1) != 0) ++length;
    return Fixed(length, 0).Fixed(length + 1, value + 1);
  }
  Bits& Align() {
    while (bits_.size() % 8 != 0) bits_ += '0';
    return *this;
  }
  // With the stop bit, a start code before it and escapes in it.
  std::string Unit(int header) {
    Fixed(1, 1).Align();
    std::string unit = std::string("\0\0\0\1", 4) + static_cast<char>(header);
    int zeros = 0;
    for (std::size_t at = 0; at < bits_.size(); at += 8) {
      const int byte = std::stoi(bits_.substr(at, 8), nullptr, 2);
      if (zeros >= 2 && byte <= 3) {
        unit += '\3';
        zeros = 0;
      }
      unit += static_cast<char>(byte);
      zeros = byte == 0 ? zeros + 1 : 0;
    }
    return unit;
  }

 private:
  std::string bits_;
};

std::string ParameterSets() {
  // Main profile, level 3; order of display is that of decoding; not frame_mbs_only.
  Bits sequence;
  sequence.Fixed(8, 77).Fixed(8, 0).Fixed(8, 30).Golomb(0).Golomb(0).Golomb(2).Golomb(1).Fixed(1,
                                                                                               0);
  sequence.Golomb(kMacroblocksAcross - 1).Golomb(kMacroblocksDown / 2 - 1);
  sequence.Fixed(1, 0).Fixed(1, 0).Fixed(1, 1).Fixed(1, 0).Fixed(1, 0);
  Bits picture;
  picture.Golomb(0).Golomb(0).Fixed(1, 0).Fixed(1, 0).Golomb(0).Golomb(0).Golomb(0).Fixed(1, 0);
  picture.Fixed(2, 0).Golomb(0).Golomb(0).Golomb(0).Fixed(1, 1).Fixed(1, 0).Fixed(1, 0);
  return sequence.Unit(0x67) + picture.Unit(0x68);
}

std::string Field(int frame, bool bottom, int luma) {
  const bool is_idr = frame == 0 && !bottom;
  Bits slice;
  slice.Golomb(0).Golomb(7).Golomb(0).Fixed(4, frame % 16).Fixed(1, 1).Fixed(1, bottom ? 1 : 0);
  if (is_idr) slice.Golomb(0).Fixed(1, 0);
  slice.Fixed(1, 0).Golomb(0).Golomb(1);
  for (int macroblock = 0; macroblock < kMacroblocksAcross * kMacroblocksDown / 2; ++macroblock) {
    slice.Golomb(25).Align();  // I_PCM: the samples themselves
    for (int i = 0; i < 256; ++i) slice.Fixed(8, luma);
    for (int i = 0; i < 128; ++i) slice.Fixed(8, 128);
  }
  return slice.Unit(is_idr ? 0x65 : 0x61);
}

}  // namespace

int FieldLuma(int frame) { return 40 + 5 * frame; }

void WriteFieldStream(const std::filesystem::path& path, int frames) {
  std::string stream = ParameterSets();
  for (int frame = 0; frame < frames; ++frame) {
    stream += Field(frame, false, FieldLuma(frame)) + Field(frame, true, FieldLuma(frame) + 2);
  }
  WriteBytes(path, stream);
}

}  // namespace mestr::testing
