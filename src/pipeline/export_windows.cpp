#include "pipeline/export_windows.h"

#include "config/config_json.h"
#include "core/files.h"
#include "core/npy_writer.h"
#include "core/number_text.h"
#include "core/text.h"
#include "mestr/core/error.h"
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
  std::int64_t windows = 0;
  std::int64_t without_face = 0;
  std::int64_t frames = 0;  // of the video

  void Check(const WindowLayout& layout) const {
    if (windows == 0) {
      throw Error(ErrorKind::kInput,
                  "too short: a window needs " + Counted(layout.window_frames, "used frame") +
                      " without a break, one of every " + std::to_string(layout.frame_step) +
                      ", and it has " + Counted(frames, "frame"));
    }
    if (without_face == windows) {
      throw Error(ErrorKind::kInput, "no face found in any of its " + Counted(windows, "window"));
    }
  }
};

WindowExport::WindowExport(const ExportOptions& options, const WindowExtractorKind& kind)
    : options_(options),
      kind_(kind),
      resources_(options.analyzer.jobs),
      workers_(resources_.processors()) {
  CrewFor(ParametersAt(1).layout);
}

std::string WindowExport::Remark() const {
  if (options_.labels.empty()) return {};
  return "features of kind '" + kind_.kind +
         "' have no rows of their own for labelled expressions: the training script reads the "
         "labels";
}

FeaturesVariant WindowExport::variant() const {
  return options_.analyzer.config.features.variant.value_or(FeaturesVariant::kMended);
}

WindowParameters WindowExport::ParametersAt(double fps) const {
  return WindowParametersFor(options_.analyzer.config.features, std::nullopt, fps);
}

std::vector<int> WindowExport::FileShape(const WindowLayout& layout) const {
  std::vector<int> shape = {layout.window_frames};
  shape.insert(shape.end(), kind_.row_shape.begin(), kind_.row_shape.end());
  return shape;
}

// Rows depend on the pictures, the landmark model and the variant alone.
Json WindowExport::Common() const {
  const Json config = ConfigToJson(options_.analyzer.config);
  return {{"format", kManifestFormat},
          {"features", kind_.kind},
          {"row_shape", kind_.row_shape},
          {"variant", FeaturesVariantName(variant())},
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
  const WindowLayout layout = ParametersAt(entry.at("fps").get<double>()).layout;
  if (entry.value("window", Json()) != LayoutToJson(layout)) return "its windows are others now";
  const bool is_there = HasSize(folder / entry.at("file").get<std::string>(),
                                NpyWriter::FileBytes(entry.at("windows").get<std::int64_t>(),
                                                     FileShape(layout), options_.half));
  return is_there ? "" : "not all of its features are there";
}

std::shared_ptr<WindowCrew> WindowExport::CrewFor(const WindowLayout& layout) {
  return workers_.For(kind_, {layout, variant(), options_.analyzer.config.landmarks});
}

WindowExport::Written WindowExport::WriteWindows(const ExportTask& task, const WindowLayout& layout,
                                                 const fs::path& path) {
  const WindowStreamOptions stream{.layout = layout,
                                   .published = variant() == FeaturesVariant::kPublished};
  NpyWriter writer(path, FileShape(layout), options_.half);
  Written written;
  const std::optional<std::int64_t> expected = task.source.info().announced_frames;
  const WindowSink sink = [&](const ComputedWindow& window) {
    writer.Add(window.rows.values);
    written.first_frames.push_back(window.first * layout.frame_step + 1);
    written.faceless_frames.push_back(window.rows.FacelessFrames());
    ++written.windows;
    if (!window.rows.reference) ++written.without_face;
    Tell(task.observer.on_progress, FramesUpTo(window, layout), expected);
  };
  const std::shared_ptr<WindowCrew> crew = CrewFor(layout);
  written.frames = RunWindows(task.source, stream, resources_, *crew, sink, task.stop).frames;
  Tell(task.observer.on_progress, written.frames, expected);
  writer.Finish();
  written.Check(layout);
  return written;
}

Json WindowExport::Write(const ExportTask& task, FeaturesFolder& folder, std::size_t&) {
  const std::string path = task.input.path.string();
  const double fps = KnownFrameRate(task.source.info());
  const WindowParameters parameters = ParametersAt(fps);
  const int step = parameters.layout.frame_step;
  if (parameters.step_from_rate && step > 1) {
    Tell(task.observer.on_info, path + ": one of every " + std::to_string(step) +
                                    " frames is used, " + NumberText(kUsedFrameInterval_s) +
                                    " s at " + NumberText(fps) +
                                    " fps; features.frame_step names another step");
  }
  const std::string file = task.name + ".npy";
  Written written;
  WriteFileAtomically(folder.path() / file, [&](const fs::path& temporary) {
    written = WriteWindows(task, parameters.layout, temporary);
    folder.ReplaceEarlier();  // now that there is something better
  });
  for (const std::string& note : task.source.info().notes) Tell(task.observer.on_warning, note);
  if (written.without_face > 0) {
    Tell(task.observer.on_warning, path + ": no face in " + std::to_string(written.without_face) +
                                       " of its " + Counted(written.windows, "window") + ": zeros");
  }
  Json entry = EntryOf(task.name, task.input.key);
  entry.update({{"fps", fps},
                {"dtype", options_.half ? "float16" : "float32"},
                {"file", file},
                {"frames", written.frames},
                {"windows", written.windows},
                {"window", LayoutToJson(parameters.layout)},
                {"first_frames", written.first_frames},
                {"faceless_frames", written.faceless_frames},
                {"made_from", task.made_from}});
  return entry;
}

}  // namespace mestr::internal
