#include "video/left_out.h"

#include <algorithm>

#include "core/text.h"

namespace mestr::internal {
namespace {

constexpr std::size_t kMostNames = 3;

}  // namespace

void LeftOut::Add(std::string_view kind, const std::filesystem::path& path,
                  std::string_view remedy) {
  auto found = std::find_if(kinds_.begin(), kinds_.end(),
                            [&](const Kind& known) { return known.name == kind; });
  if (found == kinds_.end()) {
    found = kinds_.insert(
        kinds_.end(),
        {.name = std::string(kind), .remedy = std::string(remedy), .count = 0, .first = {}});
  }
  ++found->count;
  if (found->first.size() < kMostNames) {
    found->first.push_back(path.lexically_relative(folder_).string());
  }
}

std::string LeftOut::Text() const {
  std::vector<std::string> texts;
  for (const Kind& kind : kinds_) {
    texts.push_back(Counted(kind.count, kind.name) + " (" + Joined(kind.first, ", ") +
                    (kind.count > std::ssize(kind.first) ? ", ..." : "") +
                    (kind.remedy.empty() ? "" : "; " + kind.remedy) + ")");
  }
  return Joined(texts, ", ");
}

}  // namespace mestr::internal
