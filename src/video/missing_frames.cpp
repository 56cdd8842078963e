#include "video/missing_frames.h"

#include "core/text.h"

namespace mestr::internal {
namespace {

constexpr std::size_t kNamed = 5;

std::string StretchText(const std::pair<std::int64_t, std::int64_t>& stretch) {
  const std::string first = std::to_string(stretch.first + 1);
  return stretch.first == stretch.second ? first
                                         : first + " to " + std::to_string(stretch.second + 1);
}

}  // namespace

void MissingFrames::Add(std::int64_t frame, const std::string& why) {
  if (count_ == 0) first_why_ = why;
  ++count_;
  const bool goes_on = frame == last_ + 1;
  last_ = frame;
  if (goes_on && !stretches_.empty() && stretches_.back().second == frame - 1) {
    stretches_.back().second = frame;
  } else if (!goes_on && stretches_.size() <= kNamed) {
    stretches_.emplace_back(frame, frame);  // one more than is named, to know that there are more
  }
}

std::string MissingFrames::Note() const {
  if (count_ == 0) return "";
  std::vector<std::string> names;
  for (const auto& stretch : stretches_) {
    names.push_back(names.size() < kNamed ? StretchText(stretch) : "others");
  }
  return (count_ == 1 ? "frame " : "frames ") + Joined(names, ", ") +
         (names.size() > 1 ? " (" + std::to_string(count_) + " in all)" : "") +
         (count_ == 1 ? " is" : " are") + " damaged, or can't be trusted since another is: " +
         (count_ == 1 ? "it counts" : "they count") + " as missing (" + first_why_ + ")";
}

}  // namespace mestr::internal
