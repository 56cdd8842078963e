#include "python/results_writer.h"

#include <string>
#include <utility>
#include <vector>

#include "core/files.h"
#include "core/record_file.h"
#include "core/results_files.h"
#include "core/work_folder.h"
#include "pipeline/face_outputs.h"
#include "pipeline/outputs.h"
#include "pipeline/run_record.h"
#include "results/prediction_files.h"
#include "results/results.h"
#include "results/results_folder.h"
#include "results/run_identity.h"

namespace mestr::internal {

nlohmann::ordered_json HeadOf(const AnalyzerOptions& options, const Analyzer& analyzer,
                              const VideoInput& input) {
  RunOptions run;
  run.analyzer = options;
  std::vector<std::string> files = PredictionFilesOf({input});
  files.emplace_back(kRunFile);
  return RunHeadToJson(run, analyzer, {}, files);
}

void WriteResults(const AnalysisResult& result, const std::filesystem::path& folder,
                  bool overwrite) {
  const VideoInput& input = result.input;
  const std::string file = VideoFilesOf({input}).front();
  std::vector<std::string> frames_files;
  if (!result.analysis.faces.empty()) frames_files.push_back(FramesFileOf(file));
  RunRecord record(result.head, {input}, {file}, frames_files);
  WorkFolder work(folder, kResultsFolder, overwrite);
  std::vector<std::string> all = PredictionFilesOf({input});
  all.insert(all.end(), {kRunFile, file});
  all.insert(all.end(), frames_files.begin(), frames_files.end());
  work.RefuseWhatIsInTheWay(all);
  RequireSameRun(work, record.Running());
  work.Write(record.Running());
  WriteRecord(work.path() / file, VideoToJson(input, result.analysis));
  for (const std::string& frames_file : frames_files) {
    WriteFileAtomically(work.path() / frames_file, FramesCsv(result.analysis));
  }
  const VideoInput as_in_record = {
      .path = input.path, .key = AsInRecord(input.key), .fps = input.fps};
  const VideoResults finds = ReadFinds(work.path(), {.input = as_in_record,
                                                     .error = {},
                                                     .file = file,
                                                     .frames_file = {},
                                                     .input_bytes = {},
                                                     .wall_s = result.analysis.wall_s});
  WritePredictions(work.path(), {input}, {finds});
  nlohmann::ordered_json facts = FactsToJson(result.analysis);
  facts["made_from"] = result.made_from;
  record.SetResults(0, facts);
  record.AddWall_s(result.analysis.wall_s);
  work.Write(record.Ended(""));
}

}  // namespace mestr::internal
