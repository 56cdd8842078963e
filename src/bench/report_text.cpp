#include <algorithm>
#include <sstream>

#include "bench/bench.h"
#include "bench/build_info.h"
#include "bench/machine.h"
#include "core/number_text.h"
#include "core/text.h"
#include "core/text_table.h"
#include "mestr/core/version.h"

namespace mestr::internal {
namespace {

// Three significant digits, without an exponent for the sizes met here.
std::string Number(double value) {
  return FixedText(value, value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

std::string Small(double value) { return SignificantText(value, 2); }

std::string Quartiles(const Spread& spread) {
  return Number(spread.first_quartile) + " - " + Number(spread.third_quartile);
}

std::string Times(const std::optional<Spread>& ratio) {
  return ratio ? Number(ratio->median) + "x" : "";
}

std::string TimesQuartiles(const std::optional<Spread>& ratio) {
  return ratio ? Quartiles(*ratio) : "";
}

void PrintMachine(const BenchReport& report, std::ostream& out) {
  const Machine& machine = report.machine;
  out << "mestr " << Version() << " (" << kBuildCommit << "), " << kBuildCompiler << ", "
      << kBuildType << '\n';
  for (const LibraryVersion& library : kLibraryVersions) {
    out << (&library == kLibraryVersions ? "" : ", ") << library.name << ' ' << library.version;
  }
  out << '\n'
      << ProcessorText(machine) << ", " << machine.processors << " processors, "
      << Number(machine.memory_gib) << " GiB; " << machine.system;
  if (machine.load) out << "; load " << Number(*machine.load) << " at the start";
  out << '\n' << report.device << '\n';
}

void PrintChecks(const FlowBenchReport& flow, std::ostream& out) {
  out << "\nFlow checked against OpenCV\n";
  TextTable table({"engine", "pairs", "size", "n", "bits", "largest px", "mean px"});
  for (const FlowCheck& check : flow.checks) {
    table.Add({std::string(FlowMethodName(check.method)), check.kind,
               SizeText(check.size.width, check.size.height), std::to_string(check.pairs),
               check.equal_bits ? "equal" : "differ", Small(check.max_px), Small(check.mean_px)});
  }
  out << table.Text(2);
  for (const AbsentEngine& absent : flow.absent) {
    out << "  " << FlowMethodName(absent.method) << ": " << absent.reason << '\n';
  }
}

void PrintFlow(const FlowBenchReport& flow, std::ostream& out) {
  PrintChecks(flow, out);
  out << "\nFlow, interleaved; 'x' is OpenCV's time over its own, pair by pair on as many "
         "threads\n";
  TextTable table({"pairs", "engine", "size", "threads", "ms a pair", "quartiles", "CPU ms", "x",
                   "quartiles", "CPU x", "n"});
  for (const FlowTiming& timing : flow.timings) {
    table.Add({timing.kind, timing.engine, SizeText(timing.size.width, timing.size.height),
               std::to_string(timing.threads), Number(timing.ms_per_pair.median),
               Quartiles(timing.ms_per_pair), Number(timing.cpu_ms_per_pair.median),
               Times(timing.speedup), TimesQuartiles(timing.speedup), Times(timing.cpu_speedup),
               std::to_string(timing.ms_per_pair.count)});
  }
  out << table.Text(2);
}

// The ratio of whole frames' decoding has columns where it was timed.
void PrintStageTable(const std::vector<StageTiming>& stages, std::ostream& out) {
  const bool compares = std::any_of(stages.begin(), stages.end(), [](const StageTiming& stage) {
    return stage.speedup.has_value();
  });
  std::vector<std::string> titles = {"stage", "of a",      "items", "a second",
                                     "ms",    "quartiles", "CPU ms"};
  if (compares) titles.insert(titles.end(), {"whole / box, CPU", "quartiles"});
  titles.push_back("n");
  TextTable table(titles);
  for (const StageTiming& stage : stages) {
    std::vector<std::string> row = {stage.stage,
                                    stage.item,
                                    std::to_string(stage.items),
                                    Number(1e3 / stage.ms_per_item.median),
                                    Number(stage.ms_per_item.median),
                                    Quartiles(stage.ms_per_item),
                                    Number(stage.cpu_ms_per_item.median)};
    if (compares) {
      std::optional<Spread> ratio;
      if (stage.speedup) ratio = stage.speedup->cpu;
      row.insert(row.end(), {Times(ratio), TimesQuartiles(ratio)});
    }
    row.push_back(std::to_string(stage.ms_per_item.count));
    table.Add(row);
  }
  out << table.Text(2);
}

void PrintStages(const ClipStages& clip, std::ostream& out) {
  out << "\nStages one by one, on one thread: " << clip.clip << ", "
      << SizeText(clip.width, clip.height) << '\n';
  PrintStageTable(clip.stages, out);
}

std::string InputText(const WholeTiming& whole) {
  if (!whole.windows) return "k " + std::to_string(whole.k_frames);
  const WindowLayout& layout = *whole.windows;
  return "windows of " + std::to_string(layout.window_frames) + " used frames, " +
         std::to_string(layout.hop_frames) + " new ones each" +
         (layout.frame_step == 1
              ? ""
              : ", one of " + std::to_string(layout.frame_step) + " frames used");
}

std::vector<std::string> CostCells(const std::string& name, const WholeCost& cost, double frames) {
  return {name, Number(cost.seconds.median), Quartiles(cost.seconds),
          Number(frames / cost.seconds.median), Number(cost.cpu_s.median)};
}

void AddRun(const RunTiming& run, double frames, TextTable& table) {
  const std::string engine =
      run.method ? ", " + std::string(FlowMethodName(*run.method)) : std::string();
  std::vector<std::string> row = CostCells("mestr run" + engine, run.cost, frames);
  if (const auto& compared = run.compared) {
    for (const Speedup& speedup : {compared->published, compared->detecting_once}) {
      row.insert(row.end(), {Times(speedup.wall), Quartiles(speedup.wall), Times(speedup.cpu)});
    }
    row.push_back(Small(compared->max_score_difference));
  }
  row.push_back(Number(run.startup_s.median));
  row.push_back(std::to_string(run.cost.seconds.count));
  table.Add(row);
}

void AddReference(const std::string& name, const WholeCost& cost, double frames, TextTable& table) {
  std::vector<std::string> row = CostCells(name, cost, frames);
  row.resize(row.size() + 8);  // what is compared with it, and its start
  row.push_back(std::to_string(cost.seconds.count));
  table.Add(row);
}

void PrintWhole(const WholeTiming& whole, std::ostream& out) {
  const auto frames = static_cast<double>(whole.frames);
  out << "\nmestr run" << (whole.reference ? " against the published pipeline" : "") << ": "
      << whole.clip << ", " << SizeText(whole.width, whole.height) << ", " << whole.frames
      << " frames, " << InputText(whole) << '\n';
  std::vector<std::string> titles = {"pipeline", "seconds", "quartiles", "frames a second",
                                     "CPU s"};
  if (whole.reference) {
    titles.insert(titles.end(), {"x", "quartiles", "CPU x", "x once", "quartiles", "CPU x once",
                                 "scores differ"});
  }
  titles.insert(titles.end(), {"start s", "n"});
  TextTable table(titles);
  if (const auto& reference = whole.reference) {
    AddReference("published", reference->published, frames, table);
    AddReference("detecting once", reference->detecting_once, frames, table);
  }
  for (const RunTiming& run : whole.runs) AddRun(run, frames, table);
  out << table.Text();
  if (!whole.reference) return;
  out << "  published: measured on the first " << whole.reference->frames << " frames ("
      << whole.reference->pairs
      << " pairs) and scaled to the clip; 'CPU' with the flow of one thread. 'x once' is against "
         "the same with one detection. By stage:\n";
  PrintStageTable(whole.reference->stages, out);
}

void PrintWindows(const WindowTiming& timing, std::ostream& out) {
  out << "\nFeatures of windows (roi-flow-36-v1), interleaved, on one thread: " << timing.clip
      << ", " << SizeText(timing.width, timing.height) << ", windows of "
      << timing.layout.window_frames << " used frames, " << timing.layout.hop_frames
      << " new ones each\n";
  TextTable table({"way", "ms a window", "quartiles", "CPU ms", "x", "quartiles", "CPU x",
                   "CPU x with decoding", "largest px", "mean px", "n"});
  for (const WindowRun& run : timing.runs) {
    table.Add({run.name, Number(run.ms_per_window.median), Quartiles(run.ms_per_window),
               Number(run.cpu_ms_per_window.median), Times(run.speedup),
               TimesQuartiles(run.speedup), Times(run.cpu_speedup),
               Times(run.cpu_speedup_with_decoding), Small(run.max_px), Small(run.mean_px),
               std::to_string(run.ms_per_window.count)});
  }
  out << table.Text()
      << "  decoding to gray, the same for all: " << Number(timing.decode_cpu_ms_per_frame.median)
      << " CPU ms a frame\n";
}

void PrintScaling(const char* title, const std::vector<ScalingTiming>& timings, std::ostream& out) {
  if (timings.empty()) return;
  out << '\n' << title << '\n';
  TextTable table({"processors", "videos", "size", "video s", "frames", "frames a second",
                   "quartiles", "x of one processor", "quartiles", "peak MiB", "n"});
  for (const ScalingTiming& timing : timings) {
    table.Add({std::to_string(timing.processors), std::to_string(timing.videos),
               SizeText(timing.width, timing.height), Number(timing.seconds),
               std::to_string(timing.frames), Number(timing.frames_per_s.median),
               Quartiles(timing.frames_per_s), Times(timing.speedup),
               TimesQuartiles(timing.speedup),
               timing.peak_memory_mib ? Number(*timing.peak_memory_mib) : "unknown",
               std::to_string(timing.frames_per_s.count)});
  }
  out << table.Text(0);
}

}  // namespace

std::string BenchToText(const BenchReport& report) {
  std::ostringstream out;
  PrintMachine(report, out);
  if (report.flow) PrintFlow(*report.flow, out);
  for (const ClipStages& clip : report.stages) PrintStages(clip, out);
  for (const WholeTiming& whole : report.whole) PrintWhole(whole, out);
  for (const WindowTiming& timing : report.windows) PrintWindows(timing, out);
  PrintScaling("mestr run on more processors", report.processors, out);
  PrintScaling("mestr run on many videos, folders of JPEG frames", report.many, out);
  PrintScaling(
      "mestr run on longer clips; memory is the kernel's high-water mark of this process, set back "
      "before each run",
      report.lengths, out);
  return out.str();
}

}  // namespace mestr::internal
