#include "cli/compute.h"

#include <nlohmann/json.hpp>

#include "cli/doctor_checks.h"
#include "cli/spotted_videos.h"
#include "mestr/core/version.h"

namespace mestr::cli {
namespace {

BenchTexts Bench(const internal::BenchOptions& options, const internal::BenchProgress& progress,
                 const std::string& command_line) {
  const internal::BenchReport report = internal::RunBench(options, progress);
  constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
  return {
      internal::BenchToText(report),
      internal::BenchToJson(report, options, command_line).dump(1, ' ', false, kReplace) + "\n"};
}

std::optional<std::int64_t> AnnouncedFrames(const VideoInput& input) {
  return OpenInput(input)->info().announced_frames;
}

}  // namespace

const Compute& LinkedCompute() {
  static const Compute calls = {.version = Version(),
                                .sizes = kCrossingSizes,
                                .run = internal::RunVideos,
                                .features = internal::ExportFeatures,
                                .bench = Bench,
                                .synth = internal::WriteSynthSet,
                                .render = internal::RenderVideo,
                                .report = internal::WriteReportPage,
                                .spotted_videos = SpottedVideosOf,
                                .ask = internal::AskQuestions,
                                .resolve_inputs = ResolveInputs,
                                .announced_frames = AnnouncedFrames,
                                .doctor = RunDoctorChecks};
  return calls;
}

}  // namespace mestr::cli
