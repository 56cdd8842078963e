#include "pipeline/window_workers.h"

#include <algorithm>

#include "core/border.h"
#include "core/stage_threads.h"
#include "mestr/core/error.h"
#include "pipeline/flow_worker.h"

namespace mestr::internal {
namespace {

bool AreSame(const WindowOptions& a, const WindowOptions& b) {
  return static_cast<const WindowLayout&>(a) == b && a.variant == b.variant &&
         a.landmark_model == b.landmark_model;
}

std::unique_ptr<WindowExtractor> Make(const WindowExtractorKind& kind,
                                      const WindowOptions& options) {
  auto made = AtBorder(ErrorKind::kInput, kFeatures, [&] { return kind.make(options); });
  if (made) return made;
  throw Error(ErrorKind::kConfig, "features '" + kind.kind + "': its maker made none");
}

}  // namespace

const WindowExtractorKind* FindWindowKind(const std::string& kind,
                                          std::span<const WindowExtractorKind> own) {
  for (const auto& kinds : {BuiltInWindowExtractors(), own}) {
    const auto found =
        std::find_if(kinds.begin(), kinds.end(),
                     [&](const WindowExtractorKind& known) { return known.kind == kind; });
    if (found != kinds.end()) return &*found;
  }
  return nullptr;
}

const std::vector<std::unique_ptr<WindowExtractor>>& WindowWorkers::For(
    const WindowExtractorKind& kind, const WindowOptions& options) {
  if (!extractors_.empty() && kind_ == kind.kind && AreSame(options_, options)) return extractors_;
  extractors_.clear();
  std::vector<std::unique_ptr<WindowExtractor>> made;
  for (int i = 0; i < WorkersOf(jobs_); ++i) made.push_back(Make(kind, options));
  kind_ = kind.kind;
  options_ = options;
  extractors_ = std::move(made);
  return extractors_;
}

}  // namespace mestr::internal
