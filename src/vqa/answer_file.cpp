#include "vqa/answer_file.h"

#include <string_view>
#include <vector>

#include "core/files.h"
#include "core/record_file.h"
#include "core/sha256.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = AnswerFile::Json;

constexpr char kCommand[] = "vqa ask";
constexpr char kFile[] = "file";
constexpr std::string_view kEnding = "_pred.jsonl";

bool IsAnswerFileName(const Json& name) {
  return IsNameInFolder(name) && name.get<std::string>().ends_with(kEnding);
}

std::string FaultOf(const Json& record) {
  if (record.value("command", Json()) != kCommand) return "its 'command' is another one";
  if (!IsAnswerFileName(record.value(kFile, Json()))) return "it names no answered 'file'";
  return "";
}

std::vector<std::string> FilesOf(const Json& record) { return {record.at(kFile)}; }

WorkFolder::Kind KindOf(const std::string& record_name) {
  return {.record = record_name.c_str(),
          .command = "mestr vqa ask",
          .fault_of = FaultOf,
          .files_of = FilesOf,
          .is_own_name = IsAnswerFileName};
}

Json WithQuestions(const Json& settings, const fs::path& questions) {
  Json all = settings;
  all["questions_sha256"] = Sha256Hex(ReadFile(questions, kMostQuestionFileBytes));
  return AsInRecord(all);
}

}  // namespace

std::string AnswerFileName(const fs::path& questions) {
  constexpr std::string_view kAsked = "_to_answer";
  std::string stem = questions.stem().string();
  if (stem.ends_with(kAsked)) stem.resize(stem.size() - kAsked.size());
  return stem + std::string(kEnding);
}

std::string ComparablePath(const fs::path& path) {
  std::error_code error;
  fs::path canonical = fs::weakly_canonical(path, error);
  if (error) return path.string();
  if (!canonical.has_filename()) canonical = canonical.parent_path();
  return canonical.string();
}

AnswerFile::AnswerFile(const fs::path& questions, const fs::path& folder, const Json& settings,
                       bool overwrite)
    : path_(folder / AnswerFileName(questions)),
      record_name_(fs::path(path_.filename()).replace_extension(".json").string()),
      settings_(WithQuestions(settings, questions)),
      work_(folder, KindOf(record_name_), /*overwrite=*/false) {
  RefuseOthers(overwrite);
}

void AnswerFile::RefuseOthers(bool overwrite) const {
  const std::string name = path_.filename().string();
  if (const Json* earlier = work_.Earlier()) {
    if (earlier->at(kFile) != AsInRecord(name)) {
      throw Error(ErrorKind::kConfig,
                  work_.RecordPath().string() + " is the record of another file, " +
                      earlier->at(kFile).get<std::string>() + "; choose another output folder");
    }
    Json same = Json::object();
    for (const auto& [key, value] : settings_.items()) same[key] = earlier->value(key, Json());
    if (!overwrite) work_.RequireSame(same, settings_);
    return;
  }
  work_.RefuseWhatIsInTheWay({name});
}

void AnswerFile::Write(std::span<const Question> answered, const Json& more) {
  const std::string lines = QuestionLines(answered);
  Json record = {{"mestr", Version()},
                 {"command", kCommand},
                 {kFile, path_.filename().string()},
                 {"sha256", Sha256Hex(lines)}};
  record.update(settings_);
  record.update(more);
  work_.Write(record);
  WriteFileAtomically(path_, lines);
}

}  // namespace mestr::internal
