#include "pipeline/export_features.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "config/config_json.h"
#include "config/input_options.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/npy_writer.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"
#include "mestr/submission/labels.h"
#include "pipeline/export_loop.h"
#include "pipeline/export_windows.h"
#include "pipeline/pair_parameters.h"
#include "video/input_shard.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

// A labelled expression as the pair of frames that shows it whole.
struct LabelledEvent {
  Label label;
  FramePair frames;
};

// What all videos of a folder have in common. Of the config, the sections that rows depend on: the
// features are the crop's values, models and spotting come later, and what the data sets give
// (frame rate, k) is looked at a video.
Json CommonOf(const ExportOptions& options, const Analyzer& analyzer, const ExtractorSpec& spec) {
  Json config = ConfigToJson(options.analyzer.config);
  for (const char* section : {"datasets", "features", "model", "spot"}) config.erase(section);
  config["crop"] = {{"side_px", spec.crop.side_px}, {"jpeg_quality", spec.crop.jpeg_quality}};
  return {{"format", kManifestFormat},
          {"features", spec.kind},
          {"row_shape", spec.row_shape},
          {"mestr", Version()},
          {"flow", FlowMethodName(analyzer.device().flow_method)},
          {"dtype", options.half ? "float16" : "float32"},
          {"config", config}};
}

std::vector<VideoInput> PartOf(const std::vector<VideoInput>& videos,
                               const std::optional<Shard>& shard) {
  return shard ? PartOf(videos, RangeOf(*shard, videos)) : videos;
}

class PairExport final : public VideoExport {
 public:
  PairExport(const ExportOptions& options, const std::vector<VideoInput>& videos)
      : options_(options), analyzer_(options.analyzer), spec_(analyzer_.RowSpec()) {
    ReadEvents(videos);
  }

  Json Common() const override { return CommonOf(options_, analyzer_, spec_); }
  std::vector<std::string> MustAgree() const override {
    return {"format", "features", "row_shape", "flow", "dtype", "config"};
  }
  std::string Remark() const override { return analyzer_.device().reason; }
  RunResources& resources() override { return ResourcesOf(analyzer_); }

  // Whose onset and apex are no pair of frames.
  std::size_t events_left_out() const { return events_left_out_; }

  Json LabelState(const VideoKey& video) const override {
    return options_.labels.empty() ? Json() : Json(HashText(EventsText(video)));
  }

  std::string ChangeOf(const Json& entry, const VideoKey& video,
                       const fs::path& folder) const override {
    const auto k_then = entry.at("k_frames").get<std::int64_t>();
    const int k_now = PairParametersFor(options_.analyzer.config, nullptr, video.dataset,
                                        entry.at("fps").get<double>())
                          .k_frames;
    if (k_then != k_now) {
      return "k was " + std::to_string(k_then) + " frames and is " + std::to_string(k_now) + " now";
    }
    return HasItsFiles(entry, folder) ? "" : "not all of its features are there";
  }

  Json Write(const ExportTask& task, FeaturesFolder& folder,
             std::size_t& events_left_out) override {
    const std::string file = task.name + ".npy";
    const std::vector<LabelledEvent>& events = EventsOf(task.input.key);
    std::vector<std::vector<float>> event_rows(events.size());
    Json stretches = Json::array();
    Analysis analysis;
    WriteFileAtomically(folder.path() / file, [&](const fs::path& temporary) {
      analysis = WriteRows(task, events, temporary, event_rows, stretches);
      folder.ReplaceEarlier();  // now that there is something better
    });
    Json video = EntryOf(task.name, task.input.key);
    video.update({{"fps", analysis.fps},
                  {"k_frames", analysis.parameters.k_frames},
                  {"dtype", options_.half ? "float16" : "float32"},
                  {"file", file},
                  {"frames", analysis.frames},
                  {"first_face_frame", analysis.FirstJudged().first_frame + 1},
                  {"pairs", analysis.rows},
                  {"stretches", stretches},
                  {"made_from", task.made_from}});
    if (!options_.labels.empty()) {
      WriteEvents(events, event_rows, folder.path(), video, events_left_out);
    }
    return video;
  }

 private:
  const std::vector<LabelledEvent>& EventsOf(const VideoKey& video) const {
    static const std::vector<LabelledEvent> none;
    const auto found = events_.find(Comparable(video));
    return found == events_.end() ? none : found->second;
  }

  std::string EventsText(const VideoKey& video) const {
    std::string text;
    for (const LabelledEvent& event : EventsOf(video)) {
      text += std::to_string(event.label.interval.onset) + ' ' + std::to_string(event.frames.to) +
              ' ' + std::to_string(event.label.interval.offset) + ' ' + event.label.emotion + '\n';
    }
    return text;
  }

  bool HasItsFiles(const Json& entry, const fs::path& folder) const {
    const auto has = [&](const char* field, std::int64_t rows) {
      return HasSize(folder / entry.at(field).get<std::string>(),
                     NpyWriter::FileBytes(rows, spec_.row_shape, options_.half));
    };
    return has("file", entry.at("pairs").get<std::int64_t>()) &&
           (!entry.contains("onset_apex") ||
            has("onset_apex", std::ssize(entry.at("onset_apex_events"))));
  }

  void ReadEvents(const std::vector<VideoInput>& videos) {
    if (options_.labels.empty()) return;
    std::set<VideoKey> known;
    for (const VideoInput& input : videos) known.insert(Comparable(input.key));
    for (const Label& label : ReadLabels(options_.labels)) {
      const VideoKey key = Comparable(label.video);
      if (label.type != ExpressionType::kMicro || !known.contains(key)) continue;
      const std::int64_t apex = label.apex.value_or(label.interval.offset);
      if (apex > label.interval.onset) {
        events_[key].push_back({label, {label.interval.onset, apex}});
      } else {
        ++events_left_out_;
      }
    }
    if (events_.empty()) {
      throw Error(ErrorKind::kInput, options_.labels.string() +
                                         ": no micro-expression of any of the videos given; "
                                         "compare its dataset, subject and video columns");
    }
  }

  // The rows of the sequence go to the file, those of events to `event_rows`; `stretches` says
  // where those of the file begin in the video.
  Analysis WriteRows(const ExportTask& task, const std::vector<LabelledEvent>& events,
                     const fs::path& path, std::vector<std::vector<float>>& event_rows,
                     Json& stretches) {
    std::vector<FramePair> besides;
    besides.reserve(events.size());
    for (const LabelledEvent& event : events) besides.push_back(event.frames);
    NpyWriter writer(path, spec_.row_shape, options_.half);
    std::int64_t next_index = -1;
    const RowSink sink = [&](const RowId& id, std::span<const float> row) {
      if (id.index) {
        if (*id.index != next_index) {
          stretches.push_back({{"first_frame", id.frames.from + 1}, {"pairs", 0}});
        }
        stretches.back()["pairs"] = stretches.back()["pairs"].get<std::int64_t>() + 1;
        next_index = *id.index + 1;
        writer.Add(row);
        return;
      }
      for (std::size_t i = 0; i < besides.size(); ++i) {
        if (besides[i] == id.frames) event_rows[i].assign(row.begin(), row.end());
      }
    };
    Analysis analysis =
        analyzer_.ExtractRows(task.source, task.input.key, besides, sink, task.observer, task.stop);
    writer.Finish();
    return analysis;
  }

  void WriteEvents(const std::vector<LabelledEvent>& events,
                   const std::vector<std::vector<float>>& rows, const fs::path& folder, Json& video,
                   std::size_t& left_out) const {
    Json listed = Json::array();
    const std::string file = video["name"].get<std::string>() + ".onset_apex.npy";
    WriteFileAtomically(folder / file, [&](const fs::path& temporary) {
      NpyWriter writer(temporary, spec_.row_shape, options_.half);
      for (std::size_t i = 0; i < events.size(); ++i) {
        if (rows[i].empty()) {
          ++left_out;
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
  Analyzer analyzer_;
  ExtractorSpec spec_;
  std::map<VideoKey, std::vector<LabelledEvent>> events_;
  std::size_t events_left_out_ = 0;
};

}  // namespace

ExportSummary ExportFeatures(const ExportOptions& options, const RunObserver& observer) {
  const Config& config = options.analyzer.config;
  config.Check();
  const ResolvedInputs inputs = ResolveInputs(options.inputs, InputOptionsOf(config, options.fps));
  const std::vector<VideoInput> videos = PartOf(inputs.videos, options.shard);
  const WindowExtractorKind* kind = FindWindowKind(config.features.kind, {});
  if (kind != nullptr) {
    WindowExport windows(options, *kind);
    return RunExport(options, videos, inputs.notes, windows, observer);
  }
  PairExport pairs(options, inputs.videos);
  ExportSummary summary = RunExport(options, videos, inputs.notes, pairs, observer);
  summary.events_left_out += pairs.events_left_out();
  return summary;
}

}  // namespace mestr::internal
