#include <nlohmann/json.hpp>

#include "bench/bench.h"
#include "bench/build_info.h"
#include "config/config_json.h"
#include "mestr/core/version.h"
#include "pipeline/json_values.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

template <typename Item, typename ToJson>
Json ListToJson(const std::vector<Item>& items, const ToJson& to_json) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(to_json(item));
  return list;
}

Json SpreadToJson(const Spread& spread) {
  return {{"median", spread.median},
          {"first_quartile", spread.first_quartile},
          {"third_quartile", spread.third_quartile},
          {"n", spread.count}};
}

Json SpreadToJson(const std::optional<Spread>& spread) {
  return spread ? SpreadToJson(*spread) : Json();
}

Json MachineToJson(const Machine& machine) {
  const auto number = [](const std::optional<int>& value) { return value ? Json(*value) : Json(); };
  return {{"cpu", machine.cpu},
          {"cpu_family", number(machine.cpu_family)},
          {"cpu_model", number(machine.cpu_model)},
          {"processors", machine.processors},
          {"memory_gib", machine.memory_gib},
          {"system", machine.system},
          {"load_at_start", machine.load ? Json(*machine.load) : Json()}};
}

Json BuildToJson() {
  return {{"commit", kBuildCommit},
          {"compiler", kBuildCompiler},
          {"type", kBuildType},
          {"flags", kBuildFlags}};
}

Json LibrariesToJson() {
  Json json;
  for (const LibraryVersion& library : kLibraryVersions) json[library.name] = library.version;
  return json;
}

Json OptionsToJson(const BenchOptions& options) {
  Json json;
  json["input"] = options.input;
  json["seed"] = options.seed;
  json["engines"] = ListToJson(options.engines, FlowMethodName);
  json["threads"] = options.threads;
  json["sizes_px"] = options.sizes_px;
  json["pairs"] = options.pairs;
  json["repetitions"] = options.repetitions;
  json["stage_frames"] = options.stage_frames;
  json["rates_fps"] = options.rates_fps;
  json["clip_frames"] = options.clip_frames;
  json["width_px"] = options.width_px;
  json["height_px"] = options.height_px;
  json["reference_frames"] = options.reference_frames;
  json["lengths_s"] = options.lengths_s;
  json["videos"] = options.videos;
  json["video_width_px"] = options.video_width_px;
  json["video_height_px"] = options.video_height_px;
  json["config"] = ConfigToJson(options.config);
  return json;
}

Json CheckToJson(const FlowCheck& check) {
  return {{"engine", FlowMethodName(check.method)},
          {"kind", check.kind},
          {"width", check.size.width},
          {"height", check.size.height},
          {"pairs", check.pairs},
          {"equal_bits", check.equal_bits},
          {"max_px", check.max_px},
          {"mean_px", check.mean_px}};
}

Json FlowTimingToJson(const FlowTiming& timing) {
  return {{"engine", FlowMethodName(timing.method)},
          {"description", timing.engine},
          {"kind", timing.kind},
          {"width", timing.size.width},
          {"height", timing.size.height},
          {"threads", timing.threads},
          {"ms_per_pair", SpreadToJson(timing.ms_per_pair)},
          {"cpu_ms_per_pair", SpreadToJson(timing.cpu_ms_per_pair)},
          {"speedup", SpreadToJson(timing.speedup)},
          {"cpu_speedup", SpreadToJson(timing.cpu_speedup)}};
}

Json FlowToJson(const FlowBenchReport& flow) {
  return {{"absent",
           ListToJson(
               flow.absent,
               [](const AbsentEngine& absent) {
                 return Json{{"engine", FlowMethodName(absent.method)}, {"reason", absent.reason}};
               })},
          {"checks", ListToJson(flow.checks, CheckToJson)},
          {"timings", ListToJson(flow.timings, FlowTimingToJson)}};
}

Json StageToJson(const StageTiming& stage) {
  return {{"stage", stage.stage},
          {"item", stage.item},
          {"items", stage.items},
          {"ms_per_item", SpreadToJson(stage.ms_per_item)},
          {"cpu_ms_per_item", SpreadToJson(stage.cpu_ms_per_item)},
          {"speedup", stage.speedup ? SpreadToJson(stage.speedup->wall) : Json()},
          {"cpu_speedup", stage.speedup ? SpreadToJson(stage.speedup->cpu) : Json()}};
}

Json ClipStagesToJson(const ClipStages& clip) {
  return {{"clip", clip.clip},
          {"width", clip.width},
          {"height", clip.height},
          {"is_folder", clip.is_folder},
          {"stages", ListToJson(clip.stages, StageToJson)}};
}

Json RunToJson(const RunTiming& run) {
  Json json = {{"engine", run.method ? Json(FlowMethodName(*run.method)) : Json()},
               {"seconds", SpreadToJson(run.cost.seconds)},
               {"cpu_s", SpreadToJson(run.cost.cpu_s)},
               {"startup_s", SpreadToJson(run.startup_s)}};
  if (const auto& compared = run.compared) {
    const Speedup& once = compared->detecting_once;
    json.update({{"speedup", SpreadToJson(compared->published.wall)},
                 {"cpu_speedup", SpreadToJson(compared->published.cpu)},
                 {"detecting_once_speedup", SpreadToJson(once.wall)},
                 {"detecting_once_cpu_speedup", SpreadToJson(once.cpu)},
                 {"must_agree", compared->must_agree},
                 {"max_score_difference", compared->max_score_difference}});
  }
  return json;
}

Json WholeToJson(const WholeTiming& whole) {
  Json json = {{"clip", whole.clip},
               {"fps", whole.fps},
               {"width", whole.width},
               {"height", whole.height},
               {"frames", whole.frames}};
  if (whole.windows) {
    json["window"] = LayoutToJson(*whole.windows);
  } else {
    json["k"] = whole.k_frames;
  }
  if (const auto& reference = whole.reference) {
    json.update({{"reference_frames", reference->frames},
                 {"reference_pairs", reference->pairs},
                 {"reference_stages", ListToJson(reference->stages, StageToJson)},
                 {"reference_s", SpreadToJson(reference->published.seconds)},
                 {"reference_cpu_s", SpreadToJson(reference->published.cpu_s)},
                 {"detecting_once_s", SpreadToJson(reference->detecting_once.seconds)},
                 {"detecting_once_cpu_s", SpreadToJson(reference->detecting_once.cpu_s)}});
  }
  json["runs"] = ListToJson(whole.runs, RunToJson);
  return json;
}

Json WindowRunToJson(const WindowRun& run) {
  return {{"way", run.name},
          {"ms_per_window", SpreadToJson(run.ms_per_window)},
          {"cpu_ms_per_window", SpreadToJson(run.cpu_ms_per_window)},
          {"speedup", SpreadToJson(run.speedup)},
          {"cpu_speedup", SpreadToJson(run.cpu_speedup)},
          {"cpu_speedup_with_decoding", SpreadToJson(run.cpu_speedup_with_decoding)},
          {"must_agree", run.must_agree},
          {"max_px", run.max_px},
          {"mean_px", run.mean_px}};
}

Json WindowsToJson(const WindowTiming& timing) {
  return {{"clip", timing.clip},
          {"width", timing.width},
          {"height", timing.height},
          {"window", LayoutToJson(timing.layout)},
          {"windows", timing.windows},
          {"decode_cpu_ms_per_frame", SpreadToJson(timing.decode_cpu_ms_per_frame)},
          {"ways", ListToJson(timing.runs, WindowRunToJson)}};
}

Json ScalingToJson(const ScalingTiming& timing) {
  return {{"processors", timing.processors},
          {"videos", timing.videos},
          {"seconds", timing.seconds},
          {"frames", timing.frames},
          {"width", timing.width},
          {"height", timing.height},
          {"frames_per_s", SpreadToJson(timing.frames_per_s)},
          {"speedup", SpreadToJson(timing.speedup)},
          {"peak_memory_mib", timing.peak_memory_mib ? Json(*timing.peak_memory_mib) : Json()}};
}

}  // namespace

Json BenchToJson(const BenchReport& report, const BenchOptions& options,
                 const std::string& command) {
  Json json;
  json["mestr"] = Version();
  json["command"] = command;
  json["machine"] = MachineToJson(report.machine);
  json["build"] = BuildToJson();
  json["libraries"] = LibrariesToJson();
  json["options"] = OptionsToJson(options);
  json["device"] = report.device;
  json["flow"] = report.flow ? FlowToJson(*report.flow) : Json();
  json["stages"] = ListToJson(report.stages, ClipStagesToJson);
  json["whole"] = ListToJson(report.whole, WholeToJson);
  json["windows"] = ListToJson(report.windows, WindowsToJson);
  json["scaling"] = {{"processors", ListToJson(report.processors, ScalingToJson)},
                     {"many", ListToJson(report.many, ScalingToJson)},
                     {"lengths", ListToJson(report.lengths, ScalingToJson)}};
  return json;
}

}  // namespace mestr::internal
