#include "pipeline/export_features.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "config/config_json.h"
#include "config/input_options.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/npy_writer.h"
#include "core/number_text.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"
#include "mestr/submission/labels.h"
#include "pipeline/features_folder.h"
#include "pipeline/input_state.h"
#include "pipeline/pair_parameters.h"
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

std::string RateText(const Json& fps) {
  return fps.is_number() ? "given as " + NumberText(fps.get<double>()) : "not given";
}

bool HasSize(const fs::path& file, std::uintmax_t bytes) {
  std::error_code error;
  return fs::is_regular_file(file, error) && fs::file_size(file, error) == bytes && !error;
}

class Exporter {
 public:
  Exporter(const ExportOptions& options, const RunObserver& observer)
      : options_(options),
        observer_(observer),
        inputs_(
            ResolveInputs(options.inputs, InputOptionsOf(options.analyzer.config, options.fps))),
        analyzer_(options.analyzer),
        spec_(analyzer_.RowSpec()),
        folder_(options.output, CommonOf(options, analyzer_, spec_),
                {"format", "features", "row_shape", "flow", "dtype", "config"}, options.overwrite) {
    ReadEvents();
  }

  ExportSummary Run() {
    folder_.Prepare();
    for (const std::string& note : inputs_.notes) Tell(observer_.on_warning, note);
    Tell(observer_.on_info, analyzer_.device().reason);
    ForEachVideo(
        inputs_.videos, observer_, [this](const VideoInput& input) { Process(input); },
        [this](const VideoInput&, const std::string&) { ++summary_.failed; });
    return summary_;
  }

 private:
  void Process(const VideoInput& input) {
    // Before its frames are read: what changes meanwhile is seen by the next call.
    const Json made_from = MadeFrom(input);
    if (const Json* earlier = folder_.Find(input.key)) {
      const std::string change = ChangeOf(*earlier, made_from, input.key);
      if (change.empty()) {
        ++summary_.resumed;
        return;
      }
      if (!Exists(input.path)) (void)OpenInput(input);  // says so; what it had may come back
      Tell(observer_.on_warning, input.path.string() + ": " + change + ": computed again");
      folder_.Forget(input.key);
    }
    folder_.Add(Export(input, made_from));
    ++summary_.written;
  }

  // What the rows of a video depend on and the folder's videos do not have in common.
  Json MadeFrom(const VideoInput& input) {
    Json made_from = InputStateOf(input.path);
    made_from["mestr"] = Version();
    made_from["fps"] = input.fps ? Json(*input.fps) : Json();
    made_from["labels"] = options_.labels.empty() ? Json() : Json(HashText(EventsText(input.key)));
    return made_from;
  }

  std::string EventsText(const VideoKey& video) {
    std::string text;
    for (const Event& event : events_[Comparable(video)]) {
      text += std::to_string(event.label.interval.onset) + ' ' + std::to_string(event.frames.to) +
              ' ' + std::to_string(event.label.interval.offset) + ' ' + event.label.emotion + '\n';
    }
    return text;
  }

  // Why the features of an earlier call are not those of this one; empty: they are.
  std::string ChangeOf(const Json& entry, const Json& made_from, const VideoKey& video) const {
    const Json earlier = entry.value("made_from", Json::object());
    const std::string change = ChangeOfInput(earlier, made_from);
    if (!change.empty()) return change;
    const auto then = [&](const char* key) { return earlier.value(key, Json()); };
    if (then("mestr") != made_from["mestr"]) return "another version of mestr made its features";
    if (then("fps") != made_from["fps"]) {
      return "its frame rate was " + RateText(then("fps")) + " and is " +
             RateText(made_from["fps"]) + " now";
    }
    if (then("labels") != made_from["labels"]) return "its labels changed";
    const auto k_then = entry.at("k_frames").get<std::int64_t>();
    const int k_now = PairParametersFor(options_.analyzer.config, nullptr, video.dataset,
                                        entry.at("fps").get<double>())
                          .k_frames;
    if (k_then != k_now) {
      return "k was " + std::to_string(k_then) + " frames and is " + std::to_string(k_now) + " now";
    }
    return HasItsFiles(entry) ? "" : "not all of its features are there";
  }

  bool HasItsFiles(const Json& entry) const {
    const auto has = [&](const char* field, std::int64_t rows) {
      return HasSize(folder_.path() / entry.at(field).get<std::string>(),
                     NpyWriter::FileBytes(rows, spec_.row_shape, options_.half));
    };
    return has("file", entry.at("pairs").get<std::int64_t>()) &&
           (!entry.contains("onset_apex") ||
            has("onset_apex", std::ssize(entry.at("onset_apex_events"))));
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

  Json Export(const VideoInput& input, const Json& made_from) {
    const auto source = OpenInput(input, options_.analyzer.config.video);
    const std::string name = folder_.NewName(input.key);
    const std::string file = name + ".npy";
    const std::vector<Event>& events = events_[Comparable(input.key)];
    std::vector<std::vector<float>> event_rows(events.size());
    Json stretches = Json::array();
    Analysis analysis;
    WriteFileAtomically(folder_.path() / file, [&](const fs::path& temporary) {
      analysis = WriteRows(*source, input.key, events, temporary, event_rows, stretches);
      folder_.ReplaceEarlier();  // now that there is something better
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
                  {"first_face_frame", analysis.FirstJudged().first_frame + 1},
                  {"pairs", analysis.rows},
                  {"stretches", stretches},
                  {"made_from", made_from}};
    if (!options_.labels.empty()) WriteEvents(events, event_rows, video);
    return video;
  }

  // The rows of the sequence go to the file, those of events to `event_rows`; `stretches` says
  // where those of the file begin in the video.
  Analysis WriteRows(FrameSource& source, const VideoKey& key, const std::vector<Event>& events,
                     const fs::path& path, std::vector<std::vector<float>>& event_rows,
                     Json& stretches) {
    std::vector<FramePair> besides;
    for (const Event& event : events) besides.push_back(event.frames);
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
    Analysis analysis = analyzer_.ExtractRows(source, key, besides, sink, observer_);
    writer.Finish();
    return analysis;
  }

  void WriteEvents(const std::vector<Event>& events, const std::vector<std::vector<float>>& rows,
                   Json& video) {
    Json listed = Json::array();
    const std::string file = video["name"].get<std::string>() + ".onset_apex.npy";
    WriteFileAtomically(folder_.path() / file, [&](const fs::path& temporary) {
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
  FeaturesFolder folder_;
  std::map<VideoKey, std::vector<Event>> events_;
  ExportSummary summary_;
};

}  // namespace

ExportSummary ExportFeatures(const ExportOptions& options, const RunObserver& observer) {
  options.analyzer.config.Check();
  return Exporter(options, observer).Run();
}

}  // namespace mestr::internal
