#include "python/analysis_job.h"

#include <chrono>
#include <exception>
#include <span>

#include "config/input_options.h"
#include "core/limits.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "pipeline/outputs.h"
#include "pipeline/stage_inputs.h"
#include "pipeline/window_extraction.h"
#include "python/network_process.h"
#include "python/results_writer.h"
#include "results/input_state.h"

namespace mestr::internal {
namespace {

// Of windows, where no config names a kind.
constexpr char kUsualWindows[] = "roi-flow-36-v1";

Config LoadConfigOf(const AnalysisRequest& request, const std::vector<std::string>& configs) {
  Config config = LoadConfig(configs, request.settings);
  if (!request.models.empty()) {
    config.model.files.clear();
    for (const std::string& file : request.models) config.model.files.push_back({file});
    config.model.by_subject.clear();
  }
  return config;
}

VideoInput OnlyOneOf(const ResolvedInputs& inputs, const std::string& path) {
  if (inputs.videos.size() == 1) return inputs.videos.front();
  throw Error(ErrorKind::kInput,
              path + " is " + Counted(std::ssize(inputs.videos), "video") + "; give one of them");
}

// As the program tells what went wrong with one video.
template <typename Call>
auto NamingTheVideo(const VideoInput& input, const Call& call) {
  try {
    return call();
  } catch (const Error& error) {
    const std::string path = input.path.string();
    const std::string why = error.what();
    const bool is_its_own = error.kind() == ErrorKind::kInput || error.kind() == ErrorKind::kModel;
    if (!is_its_own || path.empty() || why.starts_with(path)) throw;
    throw Error(error.kind(), path + ": " + why);
  }
}

}  // namespace

AnalysisJob::AnalysisJob(AnalysisRequest request)
    : request_(std::move(request)), thread_([this](const std::stop_token& stop) { Work(stop); }) {}

std::vector<AnalysisJob::Line> AnalysisJob::TakeLines() {
  const std::lock_guard lock(mutex_);
  return std::exchange(lines_, {});
}

std::optional<AnalysisJob::Progress> AnalysisJob::TakeProgress() {
  const std::lock_guard lock(mutex_);
  return std::exchange(progress_, std::nullopt);
}

bool AnalysisJob::Wait(double seconds) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::duration<double>(seconds), [&] { return ended_; });
}

std::shared_ptr<AnalysisResult> AnalysisJob::Result() const {
  if (error_) std::rethrow_exception(error_);
  return result_;
}

void AnalysisJob::Stop() {
  thread_.request_stop();
  if (request_.frames) request_.frames->Close();
  if (thread_.joinable()) thread_.join();
}

void AnalysisJob::Work(const std::stop_token& stop) {
  std::shared_ptr<AnalysisResult> result;
  std::exception_ptr error;
  try {
    const NetworkStop network_stop(stop);
    result = std::make_shared<AnalysisResult>(Analyze(stop));
  } catch (...) {
    error = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  result_ = std::move(result);
  error_ = error;
  ended_ = true;
  if (request_.frames) request_.frames->Close();  // who hands in frames must not wait for room
  changed_.notify_all();
}

AnalysisResult AnalysisJob::Analyze(const std::stop_token& stop) {
  RequireInRange("jobs", request_.jobs, Limits::Closed(0, 1024));
  if (request_.fps) RequireInRange("fps", *request_.fps, FrameRateLimits());
  AnalysisResult result;
  Config config = LoadConfigOf(request_, request_.configs);
  FindInput(config, result);
  const bool has_scores = !request_.rows_only && !request_.windows_only;
  if (request_.configs.empty() && request_.models.empty() && has_scores) {
    config = LoadConfigOf(request_, UsualConfigs({&result.input, 1}));
  }
  result.landmark_model = config.landmarks;
  const AnalyzerOptions options{
      .config = config, .device = ParseDevice(request_.device), .jobs = request_.jobs};
  if (request_.windows_only) {
    WithSource(config, result,
               [&](FrameSource& source) { ExtractWindows(options, source, stop, result); });
    return result;
  }
  Analyzer analyzer(options);
  Tell(false, analyzer.device().reason);
  if (has_scores) analyzer.LoadModel(result.input.key);
  if (!request_.frames) result.made_from = MadeFrom(result.input);
  WithSource(config, result, [&](FrameSource& source) {
    if (request_.rows_only) {
      ExtractRows(analyzer, source, stop, result);
    } else {
      result.analysis = analyzer.Analyze(source, result.input.key, Observer(), stop);
    }
  });
  if (has_scores) result.head = HeadOf(options, analyzer, result);
  return result;
}

void AnalysisJob::WithSource(const Config& config, const AnalysisResult& result,
                             const std::function<void(FrameSource& source)>& call) {
  NamingTheVideo(result.input, [&] {
    const auto opened = request_.frames ? nullptr : OpenInput(result.input, config.video);
    call(opened ? *opened : *request_.frames);
  });
}

void AnalysisJob::FindInput(const Config& config, AnalysisResult& result) {
  if (request_.frames) {
    result.input.key.video = request_.name;
    return;
  }
  const ResolvedInputs inputs =
      ResolveInputs({request_.path}, InputOptionsOf(config, request_.fps));
  for (const std::string& note : inputs.notes) Tell(true, note);
  result.input = OnlyOneOf(inputs, request_.path);
  result.notes = inputs.notes;
}

void AnalysisJob::ExtractRows(Analyzer& analyzer, FrameSource& source, const std::stop_token& stop,
                              AnalysisResult& result) {
  FeatureRows& rows = result.rows;
  rows.spec = analyzer.RowSpec();
  const auto add = [&](const RowId& id, std::span<const float> row) {
    rows.values.insert(rows.values.end(), row.begin(), row.end());
    rows.indices.push_back(id.index.value_or(-1));
    rows.frames.push_back(id.frames);
  };
  result.analysis =
      analyzer.ExtractRows(source, result.input.key, request_.besides, add, Observer(), stop);
}

void AnalysisJob::ExtractWindows(const AnalyzerOptions& options, FrameSource& source,
                                 const std::stop_token& stop, AnalysisResult& result) {
  const std::string& asked = options.config.features.kind;
  const WindowExtractorKind* kind = FindWindowKind(asked.empty() ? kUsualWindows : asked, {});
  if (kind == nullptr) {
    throw Error(ErrorKind::kConfig,
                "features.kind '" + asked + "' is none of windows; mestr.features gives its rows");
  }
  WindowExtraction extraction(options, *kind);
  const double fps = KnownFrameRate(source.info());
  const WindowParameters parameters = extraction.ParametersAt(fps);
  if (const std::string step = StepRemark(parameters, fps); !step.empty()) Tell(false, step);
  WindowRowsOfVideo& windows = result.windows;
  windows.kind = kind->kind;
  windows.row_shape = kind->row_shape;
  windows.layout = parameters.layout;
  const AnalysisObserver observer = Observer();
  const ExtractedWindows extracted = extraction.Run(
      source, parameters.layout,
      [&](const ComputedWindow& window) {
        const std::vector<float>& values = window.rows.values;
        windows.values.insert(windows.values.end(), values.begin(), values.end());
        windows.first_frames.push_back(window.first * parameters.layout.frame_step);
        windows.faceless_frames.push_back(window.rows.FacelessFrames());
        observer.on_progress(FramesUpTo(window, parameters.layout), source.info().announced_frames);
      },
      stop);
  result.analysis.fps = fps;
  result.analysis.frame_times_s = extracted.report.frame_times_s;
  result.analysis.warnings = source.info().notes;
  const std::string remark = extracted.Remark();
  if (!remark.empty()) result.analysis.warnings.push_back(remark);
  for (const std::string& warning : result.analysis.warnings) Tell(true, warning);
}

void AnalysisJob::Tell(bool is_warning, const std::string& line) {
  const std::lock_guard lock(mutex_);
  lines_.emplace_back(is_warning, Printable(line));
}

AnalysisObserver AnalysisJob::Observer() {
  return {.on_info = [this](const std::string& line) { Tell(false, line); },
          .on_warning = [this](const std::string& line) { Tell(true, line); },
          .on_progress =
              [this](std::int64_t done, std::optional<std::int64_t> expected) {
                const std::lock_guard lock(mutex_);
                progress_ = {done, expected};
              }};
}

}  // namespace mestr::internal
