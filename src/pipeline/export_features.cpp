#include "mestr/pipeline/export_features.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "mestr/core/error.h"
#include "mestr/core/files.h"
#include "mestr/core/version.h"
#include "mestr/submission/labels.h"
#include "pipeline/npy_writer.h"
#include "pipeline/stage_inputs.h"

namespace mestr {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<int, 3> kRowShape = {kFeatureChannels, kFeatureSide, kFeatureSide};
constexpr int kManifestFormat = 1;

VideoKey KeyOf(const VideoInput& input) {
  return {input.dataset, ComparableSubject(input.subject), input.video};
}

// A labelled expression as the pair of frames that shows it whole.
struct Event {
  Label label;
  ExtraPair pair;
};

class Exporter {
 public:
  Exporter(const ExportOptions& options, const RunObserver& observer)
      : options_(options),
        observer_(observer),
        inputs_(ResolveInputs(options.inputs, InputOptionsOf(options.config, options.fps))),
        device_(ChooseDevice(options.device, options.config.flow_method)),
        finder_(FindLandmarkModel(options.config.landmarks)),
        stream_(options.config.face, finder_,
                MakeFlowEngines(device_.flow_method, options.config.tvl1, options.jobs)) {
    ReadEvents();
    OpenManifest();
  }

  ExportSummary Run() {
    if (observer_.on_info) observer_.on_info(device_.reason);
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (observer_.on_video) observer_.on_video(i, inputs_.size(), inputs_[i]);
      if (IsDone(inputs_[i])) {
        ++summary_.resumed;
        continue;
      }
      try {
        manifest_["videos"].push_back(Export(inputs_[i]));
        ++summary_.written;
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::kInput) throw;
        summary_.failed.push_back(inputs_[i].path.string() + ": " + error.what());
      }
      WriteManifest();
    }
    return summary_;
  }

 private:
  void ReadEvents() {
    if (options_.labels.empty()) return;
    std::set<VideoKey> videos;
    for (const VideoInput& input : inputs_) videos.insert(KeyOf(input));
    for (const Label& label : ReadLabels(options_.labels)) {
      VideoKey key = label.video;
      key.subject = ComparableSubject(key.subject);
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
    const Json config = ConfigToJson(options_.config);
    manifest_ = {{"format", kManifestFormat},
                 {"features", "mean-v1"},
                 {"mestr", Version()},
                 {"flow", FlowMethodName(device_.flow_method)},
                 {"dtype", options_.half ? "float16" : "float32"},
                 {"config", {{"face", config["face"]}, {"flow", config["flow"]}}},
                 {"videos", Json::array()}};
    if (!fs::exists(ManifestPath())) {
      WriteManifest();
      return;
    }
    Json earlier = Json::parse(ReadFile(ManifestPath()), nullptr, /*allow_exceptions=*/false);
    for (const char* key : {"format", "features", "flow", "dtype", "config"}) {
      if (!earlier.is_object() || !earlier.contains(key) || earlier[key] != manifest_[key]) {
        throw Error(ErrorKind::kConfig, ManifestPath().string() + " was made with another " + key +
                                            "; choose a new folder or remove this one");
      }
    }
    manifest_["videos"] = earlier["videos"];
    for (const Json& video : manifest_["videos"]) taken_names_.insert(video.at("name"));
  }

  void WriteManifest() {
    WriteFileAtomically(ManifestPath(),
                        manifest_.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
  }

  bool IsDone(const VideoInput& input) const {
    return std::any_of(manifest_["videos"].begin(), manifest_["videos"].end(), [&](const Json& v) {
      return v.at("dataset") == input.dataset && v.at("subject") == input.subject &&
             v.at("video") == input.video && v.contains("onset_apex") == !options_.labels.empty() &&
             fs::exists(options_.output / v.at("file").get<std::string>());
    });
  }

  Json Export(const VideoInput& input) {
    const auto source = OpenInput(input);
    if (!source->info().warning.empty() && observer_.on_warning) {
      observer_.on_warning(source->info().warning);
    }
    const double fps = KnownFrameRate(source->info());
    const PairParameters parameters =
        PairParametersFor(options_.config, ModelInfo{}, input.dataset, fps);
    const std::string name = UniqueStem(input, taken_names_);
    Json video = {{"name", name},
                  {"dataset", input.dataset},
                  {"subject", input.subject},
                  {"video", input.video},
                  {"fps", fps},
                  {"k_frames", parameters.k_frames},
                  {"dtype", options_.half ? "float16" : "float32"},
                  {"file", name + ".npy"}};
    WriteFileAtomically(options_.output / (name + ".npy"), [&](const fs::path& temporary) {
      Stream(*source, input, fps, parameters.k_frames, temporary, video);
    });
    return video;
  }

  void Stream(FrameSource& source, const VideoInput& input, double fps, int k_frames,
              const fs::path& path, Json& video) {
    const auto announced = source.info().announced_frames;
    const std::vector<Event>& events = events_[KeyOf(input)];
    std::vector<ExtraPair> extra_pairs;
    for (const Event& event : events) extra_pairs.push_back(event.pair);
    std::vector<std::vector<float>> extra_rows(events.size());
    NpyWriter writer(path, kRowShape, options_.half);
    const StreamReport report = stream_.Run(
        source, fps, k_frames,
        [&](std::int64_t pair, std::span<const float> features) {
          writer.Add(features);
          if (!observer_.on_progress) return;
          observer_.on_progress(pair + 1,
                                announced ? std::optional(*announced - k_frames) : std::nullopt);
        },
        extra_pairs,
        [&](std::int64_t index, std::span<const float> features) {
          extra_rows[index].assign(features.begin(), features.end());
        });
    writer.Finish();
    video["frames"] = report.frames;
    video["first_face_frame"] = report.face.first_face_frame;
    video["pairs"] = report.pairs;
    if (!options_.labels.empty()) WriteEvents(events, extra_rows, video);
  }

  void WriteEvents(const std::vector<Event>& events, const std::vector<std::vector<float>>& rows,
                   Json& video) {
    Json listed = Json::array();
    const std::string file = video["name"].get<std::string>() + ".onset_apex.npy";
    WriteFileAtomically(options_.output / file, [&](const fs::path& temporary) {
      NpyWriter writer(temporary, kRowShape, options_.half);
      for (std::size_t i = 0; i < events.size(); ++i) {
        if (rows[i].empty()) {
          ++summary_.events_left_out;
          continue;
        }
        writer.Add(rows[i]);
        listed.push_back({{"onset", events[i].label.interval.onset},
                          {"apex", events[i].pair.to_frame},
                          {"offset", events[i].label.interval.offset},
                          {"emotion", events[i].label.emotion}});
      }
      writer.Finish();
    });
    video["onset_apex"] = file;
    video["onset_apex_events"] = listed;
  }

  const ExportOptions& options_;
  const RunObserver& observer_;
  std::vector<VideoInput> inputs_;
  DeviceChoice device_;
  FaceFinder finder_;
  FeatureStream stream_;
  std::map<VideoKey, std::vector<Event>> events_;
  std::set<std::string> taken_names_;
  Json manifest_;
  ExportSummary summary_;
};

}  // namespace

ExportSummary ExportFeatures(const ExportOptions& options, const RunObserver& observer) {
  return Exporter(options, observer).Run();
}

}  // namespace mestr
