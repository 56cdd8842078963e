#include "pipeline/window_extraction.h"

#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

void Check(const ExtractedWindows& extracted, const WindowLayout& layout) {
  if (extracted.windows == 0) {
    throw Error(ErrorKind::kInput,
                "too short: a window needs " + Counted(layout.window_frames, "used frame") +
                    " without a break, one of every " + std::to_string(layout.frame_step) +
                    ", and it has " + Counted(extracted.report.frames, "frame"));
  }
  if (extracted.without_face == extracted.windows) {
    throw Error(ErrorKind::kInput,
                "no face found in any of its " + Counted(extracted.windows, "window"));
  }
}

}  // namespace

std::string ExtractedWindows::Remark() const {
  if (without_face == 0) return {};
  return "no face in " + std::to_string(without_face) + " of its " + Counted(windows, "window") +
         ": zeros";
}

WindowExtraction::WindowExtraction(const AnalyzerOptions& options, const WindowExtractorKind& kind)
    : kind_(kind),
      features_(options.config.features),
      landmarks_(options.config.landmarks),
      resources_(options.jobs),
      workers_(resources_.processors()) {
  CrewFor(ParametersAt(1).layout);
}

FeaturesVariant WindowExtraction::variant() const {
  return features_.variant.value_or(FeaturesVariant::kMended);
}

WindowParameters WindowExtraction::ParametersAt(double fps) const {
  return WindowParametersFor(features_, std::nullopt, fps);
}

std::shared_ptr<WindowCrew> WindowExtraction::CrewFor(const WindowLayout& layout) {
  return workers_.For(kind_, {layout, variant(), landmarks_});
}

ExtractedWindows WindowExtraction::Run(FrameSource& source, const WindowLayout& layout,
                                       const WindowSink& sink, const std::stop_token& stop) {
  const WindowStreamOptions stream{.layout = layout,
                                   .published = variant() == FeaturesVariant::kPublished};
  const std::shared_ptr<WindowCrew> crew = CrewFor(layout);
  ExtractedWindows extracted;
  extracted.report = RunWindows(
      source, stream, resources_, *crew,
      [&](const ComputedWindow& window) {
        ++extracted.windows;
        if (!window.rows.reference) ++extracted.without_face;
        sink(window);
      },
      stop);
  Check(extracted, layout);
  return extracted;
}

}  // namespace mestr::internal
