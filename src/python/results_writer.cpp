#include "python/results_writer.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include "core/files.h"
#include "core/record_file.h"
#include "core/results_files.h"
#include "core/work_folder.h"
#include "mestr/core/error.h"
#include "pipeline/face_outputs.h"
#include "pipeline/outputs.h"
#include "pipeline/run_record.h"
#include "report/report.h"
#include "results/prediction_files.h"
#include "results/results.h"
#include "results/results_folder.h"
#include "results/run_identity.h"

namespace mestr::internal {
namespace {

// Of its own, and gone with it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code none;
    std::string name = (std::filesystem::temp_directory_path(none) / "mestr_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw Error(ErrorKind::kConfig,
                  "cannot make a temporary folder " + name + ": " + std::strerror(errno));
    }
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

nlohmann::ordered_json HeadOf(const AnalyzerOptions& options, const Analyzer& analyzer,
                              const AnalysisResult& result) {
  RunOptions run;
  run.analyzer = options;
  std::vector<std::string> files = PredictionFilesOf({result.input});
  files.emplace_back(kRunFile);
  return RunHeadToJson(run, analyzer, result.notes, files);
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

void WriteReport(const AnalysisResult& result, const std::filesystem::path& page,
                 const std::optional<std::filesystem::path>& truth, bool faces) {
  const TemporaryFolder folder;
  WriteResults(result, folder.path(), /*overwrite=*/false);
  WriteReportPage({.results = folder.path(),
                   .truth = truth,
                   .faces = faces,
                   .landmark_model = result.landmark_model,
                   .output = page});
}

}  // namespace mestr::internal
