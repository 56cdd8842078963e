#include "pipeline/window_workers.h"

#include <algorithm>

#include "core/border.h"
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

std::vector<std::unique_ptr<WindowExtractor>> MakeAll(const WindowExtractorKind& kind,
                                                      const WindowOptions& options, int count) {
  std::vector<std::unique_ptr<WindowExtractor>> made;
  for (int i = 0; i < count; ++i) made.push_back(Make(kind, options));
  return made;
}

// What follows trusts what an extractor of one's own computes.
void CheckRows(const WindowSpec& spec, std::size_t frames, const WindowRows& rows) {
  const bool has_reference =
      !rows.reference ||
      (*rows.reference >= 0 && static_cast<std::size_t>(*rows.reference) < frames);
  if (rows.values.size() == frames * spec.RowValues() && has_reference) return;
  throw Error(ErrorKind::kInput, "features '" + spec.kind + "' gave " +
                                     std::to_string(rows.values.size()) + " values for " +
                                     std::to_string(frames) + " rows of " +
                                     std::to_string(spec.RowValues()));
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

WindowCrew::WindowCrew(const WindowExtractorKind& kind, const WindowOptions& options,
                       Processors& processors)
    : processors_(processors),
      extractors_(MakeAll(kind, options, processors.count())),
      room_(2 * extractors_.size()),
      stage_(extractors_.size(), 1,
             [this](std::size_t worker, std::span<Window> windows,
                    std::span<Done<ComputedWindow>> computed) {
               Compute(*extractors_[worker], windows.front(), computed.front().value);
             }) {}

void WindowCrew::Compute(WindowExtractor& extractor, Window& window,
                         ComputedWindow& computed) const {
  const Processors::Busy busy(processors_);
  const ScopedCost cost(computed.features, CLOCK_THREAD_CPUTIME_ID);
  computed.first = window.first;
  computed.rows =
      AtBorder(ErrorKind::kInput, kFeatures, [&] { return extractor.Compute(window.frames); });
  CheckRows(extractor.spec(), window.frames.size(), computed.rows);
  window.frames.clear();
}

std::shared_ptr<WindowCrew> WindowWorkers::For(const WindowExtractorKind& kind,
                                               const WindowOptions& options) {
  const std::lock_guard lock(mutex_);
  for (const Known& known : crews_) {
    if (known.kind == kind.kind && AreSame(known.options, options)) return known.crew;
  }
  crews_.push_back({kind.kind, options, std::make_shared<WindowCrew>(kind, options, processors_)});
  return crews_.back().crew;
}

}  // namespace mestr::internal
