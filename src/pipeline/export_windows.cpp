#include "pipeline/export_windows.h"

#include "config/config_json.h"
#include "core/files.h"
#include "core/npy_writer.h"
#include "mestr/core/version.h"
#include "pipeline/json_values.h"
#include "pipeline/stage_inputs.h"
#include "pipeline/tell.h"

namespace mestr::internal {
namespace fs = std::filesystem;
using Json = VideoExport::Json;

// What the entry of a video says of its windows.
struct WindowExport::Written {
  Json first_frames = Json::array();     // of the video, 1-based
  Json faceless_frames = Json::array();  // used ones, before the first with a face
  ExtractedWindows extracted;
};

WindowExport::WindowExport(const ExportOptions& options, const WindowExtractorKind& kind)
    : options_(options), windows_(options.analyzer, kind) {}

std::string WindowExport::Remark() const {
  if (options_.labels.empty()) return {};
  return "features of kind '" + windows_.kind().kind +
         "' have no rows of their own for labelled expressions: the training script reads the "
         "labels";
}

std::vector<int> WindowExport::FileShape(const WindowLayout& layout) const {
  std::vector<int> shape = {layout.window_frames};
  shape.insert(shape.end(), windows_.kind().row_shape.begin(), windows_.kind().row_shape.end());
  return shape;
}

// Rows depend on the pictures, the landmark model and the variant alone.
Json WindowExport::Common() const {
  const Json config = ConfigToJson(options_.analyzer.config);
  return {{"format", kManifestFormat},
          {"features", windows_.kind().kind},
          {"row_shape", windows_.kind().row_shape},
          {"variant", FeaturesVariantName(windows_.variant())},
          {"mestr", Version()},
          {"dtype", options_.half ? "float16" : "float32"},
          {"config",
           {{"video", config.at("video")}, {"landmarks", config.at("face").at("landmarks")}}}};
}

std::vector<std::string> WindowExport::MustAgree() const {
  return {"format", "features", "row_shape", "variant", "dtype", "config"};
}

std::string WindowExport::ChangeOf(const Json& entry, const VideoKey&,
                                   const fs::path& folder) const {
  const WindowLayout layout = windows_.ParametersAt(entry.at("fps").get<double>()).layout;
  if (entry.value("window", Json()) != LayoutToJson(layout)) return "its windows are others now";
  const bool is_there = HasSize(folder / entry.at("file").get<std::string>(),
                                NpyWriter::FileBytes(entry.at("windows").get<std::int64_t>(),
                                                     FileShape(layout), options_.half));
  return is_there ? "" : "not all of its features are there";
}

WindowExport::Written WindowExport::WriteWindows(const ExportTask& task, const WindowLayout& layout,
                                                 const fs::path& path) {
  NpyWriter writer(path, FileShape(layout), options_.half);
  Written written;
  const std::optional<std::int64_t> expected = task.source.info().announced_frames;
  const WindowSink sink = [&](const ComputedWindow& window) {
    writer.Add(window.rows.values);
    written.first_frames.push_back(window.first * layout.frame_step + 1);
    written.faceless_frames.push_back(window.rows.FacelessFrames());
    Tell(task.observer.on_progress, FramesUpTo(window, layout), expected);
  };
  written.extracted = windows_.Run(task.source, layout, sink, task.stop);
  Tell(task.observer.on_progress, written.extracted.report.frames, expected);
  writer.Finish();
  return written;
}

Json WindowExport::Write(const ExportTask& task, FeaturesFolder& folder, std::size_t&) {
  const std::string path = task.input.path.string();
  const double fps = KnownFrameRate(task.source.info());
  const WindowParameters parameters = windows_.ParametersAt(fps);
  const std::string step = StepRemark(parameters, fps);
  if (!step.empty()) Tell(task.observer.on_info, path + ": " + step);
  const std::string file = task.name + ".npy";
  Written written;
  WriteFileAtomically(folder.path() / file, [&](const fs::path& temporary) {
    written = WriteWindows(task, parameters.layout, temporary);
    folder.ReplaceEarlier();  // now that there is something better
  });
  for (const std::string& note : task.source.info().notes) Tell(task.observer.on_warning, note);
  const std::string remark = written.extracted.Remark();
  if (!remark.empty()) Tell(task.observer.on_warning, path + ": " + remark);
  Json entry = EntryOf(task.name, task.input.key);
  entry.update({{"fps", fps},
                {"dtype", options_.half ? "float16" : "float32"},
                {"file", file},
                {"frames", written.extracted.report.frames},
                {"windows", written.extracted.windows},
                {"window", LayoutToJson(parameters.layout)},
                {"first_frames", written.first_frames},
                {"faceless_frames", written.faceless_frames},
                {"made_from", task.made_from}});
  return entry;
}

}  // namespace mestr::internal
