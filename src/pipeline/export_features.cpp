#include "pipeline/export_features.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "config/config_json.h"
#include "core/files.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"
#include "mestr/submission/labels.h"
#include "pipeline/npy_writer.h"
#include "pipeline/stage_inputs.h"
#include "pipeline/tell.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr int kManifestFormat = 2;  // 1 counted frames from 0

// A labelled expression as the pair of frames that shows it whole.
struct Event {
  Label label;
  FramePair frames;
};

class Exporter {
 public:
  Exporter(const ExportOptions& options, const RunObserver& observer)
      : options_(options),
        observer_(observer),
        inputs_(
            ResolveInputs(options.inputs, InputOptionsOf(options.analyzer.config, options.fps))),
        analyzer_(options.analyzer),
        spec_(analyzer_.RowSpec()) {
    ReadEvents();
    OpenManifest();
  }

  ExportSummary Run() {
    for (const std::string& note : inputs_.notes) Tell(observer_.on_warning, note);
    Tell(observer_.on_info, analyzer_.device().reason);
    ForEachVideo(
        inputs_.videos, observer_, [this](const VideoInput& input) { Process(input); },
        [this](const VideoInput&, const std::string&) { ++summary_.failed; });
    return summary_;
  }

 private:
  void Process(const VideoInput& input) {
    if (IsDone(input)) {
      ++summary_.resumed;
      return;
    }
    manifest_["videos"].push_back(Export(input));
    ++summary_.written;
    WriteManifest();
  }

  void ReadEvents() {
    if (options_.labels.empty()) return;
    std::set<VideoKey> videos;
    for (const VideoInput& input : inputs_.videos) videos.insert(Comparable(input.key));
    for (const Label& label : ReadLabels(options_.labels)) {
      const VideoKey key = Comparable(label.video);
      if (label.type != ExpressionType::kMicro || !videos.contains(key)) continue;
      const std::int64_t apex = label.apex.value_or(label.interval.offset);
      if (apex > label.interval.onset) {
        events_[key].push_back({label, {label.interval.onset, apex}});
      } else {
        ++summary_.events_left_out;
      }
    }
    if (events_.empty()) {
      throw Error(ErrorKind::kInput, options_.labels.string() +
                                         ": no micro-expression of any of the videos given; "
                                         "compare its dataset, subject and video columns");
    }
  }

  fs::path ManifestPath() const { return options_.output / "manifest.json"; }

  void OpenManifest() {
    const Json config = ConfigToJson(options_.analyzer.config);
    manifest_ = {
        {"format", kManifestFormat},
        {"features", spec_.kind},
        {"row_shape", spec_.row_shape},
        {"mestr", Version()},
        {"flow", FlowMethodName(analyzer_.device().flow_method)},
        {"dtype", options_.half ? "float16" : "float32"},
        {"config",
         {{"face", config["face"]},
          {"flow", config["flow"]},
          {"crop", {{"side_px", spec_.crop.side_px}, {"jpeg_quality", spec_.crop.jpeg_quality}}}}},
        {"videos", Json::array()}};
    if (!Exists(ManifestPath())) {
      WriteManifest();
      return;
    }
    const Json earlier = Json::parse(ReadFile(ManifestPath()), nullptr, /*allow_exceptions=*/false);
    for (const char* key : {"format", "features", "row_shape", "flow", "dtype", "config"}) {
      if (!earlier.is_object() || !earlier.contains(key) || earlier[key] != manifest_[key]) {
        throw Error(ErrorKind::kConfig, ManifestPath().string() + " was made with another " + key +
                                            "; choose a new folder or remove this one");
      }
    }
    if (!ListsVideos(earlier)) {
      throw Error(ErrorKind::kConfig, ManifestPath().string() +
                                          " is damaged: it must list videos by dataset, subject, "
                                          "video, name and file; remove this folder");
    }
    manifest_["videos"] = earlier["videos"];
    for (const Json& video : manifest_["videos"]) taken_names_.insert(video.at("name"));
  }

  // As far as what follows reads it.
  static bool ListsVideos(const Json& manifest) {
    const auto is_text = [](const Json& video, const char* key) {
      return video.contains(key) && video[key].is_string();
    };
    if (!manifest.contains("videos") || !manifest["videos"].is_array()) return false;
    const auto& videos = manifest["videos"];
    return std::all_of(videos.begin(), videos.end(), [&](const Json& video) {
      return video.is_object() && is_text(video, "name") && is_text(video, "file") &&
             is_text(video, "dataset") && is_text(video, "subject") && is_text(video, "video");
    });
  }

  void WriteManifest() {
    WriteFileAtomically(ManifestPath(),
                        manifest_.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
  }

  bool IsDone(const VideoInput& input) const {
    return std::any_of(manifest_["videos"].begin(), manifest_["videos"].end(), [&](const Json& v) {
      return v.at("dataset") == input.key.dataset && v.at("subject") == input.key.subject &&
             v.at("video") == input.key.video &&
             v.contains("onset_apex") == !options_.labels.empty() &&
             Exists(options_.output / v.at("file").get<std::string>());
    });
  }

  Json Export(const VideoInput& input) {
    const auto source = OpenInput(input, options_.analyzer.config.video);
    const std::string name = UniqueStem(input.key, taken_names_);
    const std::string file = name + ".npy";
    const std::vector<Event>& events = events_[Comparable(input.key)];
    std::vector<std::vector<float>> event_rows(events.size());
    Analysis analysis;
    WriteFileAtomically(options_.output / file, [&](const fs::path& temporary) {
      analysis = WriteRows(*source, input.key, events, temporary, event_rows);
    });
    Json video = {{"name", name},
                  {"dataset", input.key.dataset},
                  {"subject", input.key.subject},
                  {"video", input.key.video},
                  {"fps", analysis.fps},
                  {"k_frames", analysis.parameters.k_frames},
                  {"dtype", options_.half ? "float16" : "float32"},
                  {"file", file},
                  {"frames", analysis.frames},
                  {"first_face_frame", analysis.stretches.front().first_frame + 1},
                  {"pairs", analysis.rows},
                  {"stretches", StretchesToJson(analysis)}};
    if (!options_.labels.empty()) WriteEvents(events, event_rows, video);
    return video;
  }

  // Where the rows of the file begin in the video, as many lists as stretches that gave some.
  Json StretchesToJson(const Analysis& analysis) const {
    Json listed = Json::array();
    for (const FaceTrack& stretch : analysis.stretches) {
      const std::int64_t rows =
          stretch.end_frame - stretch.first_frame - analysis.parameters.k_frames;
      if (rows > 0) listed.push_back({{"first_frame", stretch.first_frame + 1}, {"pairs", rows}});
    }
    return listed;
  }

  // The rows of the sequence go to the file, those of events to `event_rows`.
  Analysis WriteRows(FrameSource& source, const VideoKey& key, const std::vector<Event>& events,
                     const fs::path& path, std::vector<std::vector<float>>& event_rows) {
    std::vector<FramePair> besides;
    for (const Event& event : events) besides.push_back(event.frames);
    NpyWriter writer(path, spec_.row_shape, options_.half);
    const RowSink sink = [&](const RowId& id, std::span<const float> row) {
      if (id.index) {
        writer.Add(row);
        return;
      }
      for (std::size_t i = 0; i < besides.size(); ++i) {
        if (besides[i] == id.frames) event_rows[i].assign(row.begin(), row.end());
      }
    };
    Analysis analysis = analyzer_.ExtractRows(source, key, besides, sink, observer_);
    writer.Finish();
    return analysis;
  }

  void WriteEvents(const std::vector<Event>& events, const std::vector<std::vector<float>>& rows,
                   Json& video) {
    Json listed = Json::array();
    const std::string file = video["name"].get<std::string>() + ".onset_apex.npy";
    WriteFileAtomically(options_.output / file, [&](const fs::path& temporary) {
      NpyWriter writer(temporary, spec_.row_shape, options_.half);
      for (std::size_t i = 0; i < events.size(); ++i) {
        if (rows[i].empty()) {
          ++summary_.events_left_out;
          continue;
        }
        writer.Add(rows[i]);
        listed.push_back({{"onset", events[i].label.interval.onset + 1},
                          {"apex", events[i].frames.to + 1},
                          {"offset", events[i].label.interval.offset + 1},
                          {"emotion", events[i].label.emotion}});
      }
      writer.Finish();
    });
    video["onset_apex"] = file;
    video["onset_apex_events"] = listed;
  }

  const ExportOptions& options_;
  const RunObserver& observer_;
  ResolvedInputs inputs_;
  Analyzer analyzer_;
  ExtractorSpec spec_;
  std::map<VideoKey, std::vector<Event>> events_;
  std::set<std::string> taken_names_;
  Json manifest_;
  ExportSummary summary_;
};

}  // namespace

ExportSummary ExportFeatures(const ExportOptions& options, const RunObserver& observer) {
  options.analyzer.config.Check();
  return Exporter(options, observer).Run();
}

}  // namespace mestr::internal
