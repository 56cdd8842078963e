// Which frames of a video are missing, in a line.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mestr::internal {

class MissingFrames {
 public:
  // In order; 0-based.
  void Add(std::int64_t frame, const std::string& why);
  // "frames 31 to 36 and 60 (7 frames in all) are damaged and count as missing (why of the first)",
  // counted from 1, the first few stretches by name. Empty where there is none.
  std::string Note() const;

 private:
  std::vector<std::pair<std::int64_t, std::int64_t>> stretches_;  // the first few
  std::int64_t last_ = -2;
  std::int64_t count_ = 0;
  std::string first_why_;
};

}  // namespace mestr::internal
