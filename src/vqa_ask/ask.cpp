#include "vqa_ask/ask.h"

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <utility>

#include "core/files.h"
#include "core/folder_lock.h"
#include "core/ordered_stage.h"
#include "core/stage_threads.h"
#include "core/temporary_files.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"
#include "vqa/answer_file.h"
#include "vqa/question_file.h"
#include "vqa_ask/answer_store.h"
#include "vqa_ask/chat_client.h"
#include "vqa_ask/model_name.h"
#include "vqa_ask/prepared_question.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr char kStoreFolder[] = "answers";

// What became of a question.
struct Result {
  std::size_t row = 0;
  StoredAnswer answer;
  bool was_stored = false;
  std::string failure = {};
  std::string note = {};
};

// Checks once that the server has the model, by the first that asks, and each answer's model.
class ModelCheck {
 public:
  explicit ModelCheck(std::string wanted) : wanted_(std::move(wanted)) {}

  void BeforeAsking(ChatClient& client) {
    const std::lock_guard lock(mutex_);
    if (!names_.empty()) return;
    const auto models = client.Models();
    is_listed_ = models.has_value();
    names_ = models ? AnsweringNames(wanted_, *models) : std::vector{wanted_};
  }

  // Throws Error{kModel} where another model answered than was asked for.
  void Check(const std::string& answered) const {
    if (answered.empty() || IsAnsweringName(answered, names_)) return;
    throw Error(ErrorKind::kModel, "the server answers with the model " + Printable(answered) +
                                       ", not with " + Quoted(wanted_) +
                                       "; give --model the name of the one that is meant");
  }

  // After the last answer: empty, or what the server did not tell.
  std::string Doubt() const {
    return names_.empty() || is_listed_ ? "" : "the server does not tell which models it has";
  }

 private:
  std::mutex mutex_;
  std::string wanted_;
  std::vector<std::string> names_;
  bool is_listed_ = false;
};

class Asking {
 public:
  Asking(const AskOptions& options, const AskObserver& observer)
      : options_(options),
        observer_(observer),
        key_(ServerKey()),
        questions_(ReadQuestions(options.questions)),
        store_(options.output / kStoreFolder),
        preparer_(options, questions_, store_),
        model_(options.server.model),
        stage_(2 * static_cast<std::size_t>(options.parallel)) {
    summary_.questions = static_cast<std::int64_t>(questions_.size());
    summary_.answers = options.output / AnswerFileName(options.questions);
  }

  AskSummary Run() {
    MakeOutputFolder(options_.output);
    const FolderLock lock(options_.output);
    if (!lock.note().empty()) observer_.on_warning(lock.note());
    RefuseAnswersOfOthers(summary_.answers);
    RemoveLeftovers(options_.output);
    RemoveLeftovers(options_.output / kStoreFolder);
    if (!key_.empty() && IsOpenToOthers(options_.server.url)) {
      observer_.on_warning("the key goes to " + options_.server.url + " unencrypted");
    }
    RunThreads();
    if (const std::string doubt = model_.Doubt(); !doubt.empty()) observer_.on_warning(doubt);
    WriteAnswers(summary_.answers, questions_, RecordOf());
    return summary_;
  }

 private:
  void RunThreads() {
    std::stop_source stop;
    StageThreads threads({}, [&] {
      stop.request_stop();
      stage_.Abort();
    });
    threads.Start([this] {
      for (std::size_t row = 0; row < questions_.size(); ++row) {
        if (!stage_.Push(preparer_.Prepare(row, questions_[row]))) return;
      }
      stage_.Close();
    });
    for (int i = 0; i < options_.parallel; ++i) {
      threads.Start([this, token = stop.get_token()] { Work(token); });
    }
    threads.RunHere([this] {
      while (std::optional<Result> result = stage_.Pop()) Take(std::move(*result));
    });
    if (!threads.Join()) throw Error(ErrorKind::kStopped, "stopped");
  }

  void Work(const std::stop_token& stop) {
    ChatClient client(options_.server, key_, stop);
    stage_.Work(1, [&](std::span<PreparedQuestion> prepared, std::span<Result> results) {
      for (std::size_t i = 0; i < prepared.size(); ++i) {
        results[i] = ResultOf(prepared[i], client);
      }
    });
  }

  Result ResultOf(PreparedQuestion& prepared, ChatClient& client) {
    Result result{.row = prepared.row,
                  .answer = std::move(prepared.unanswered),
                  .failure = std::move(prepared.failure),
                  .note = std::move(prepared.note)};
    if (!result.failure.empty()) return result;
    if (prepared.stored) {
      result.answer = *prepared.stored;
      result.was_stored = true;
    } else if (const auto same = store_.ForInput(result.answer.input_hash)) {
      result.answer.answer = same->answer;
      result.answer.model = same->model;
      result.answer.cut = same->cut;
      result.was_stored = true;
      store_.Put(result.answer);
    } else {
      AskServer(prepared.body, client, result);
    }
    return result;
  }

  void AskServer(const std::string& body, ChatClient& client, Result& result) {
    model_.BeforeAsking(client);
    ChatOutcome outcome = client.Ask(body);
    result.failure = std::move(outcome.failure);
    if (!outcome.answer) return;
    model_.Check(outcome.answer->model);
    result.answer.answer = std::move(outcome.answer->text);
    result.answer.model = std::move(outcome.answer->model);
    result.answer.cut = outcome.answer->cut;
    store_.Put(result.answer);
  }

  void Take(Result result) {
    Question& question = questions_[result.row];
    if (!result.note.empty()) observer_.on_warning(result.note);
    if (!result.failure.empty()) {
      observer_.on_warning(Printable(question.video_id) + ": " + result.failure);
      failures_.push_back({{"video_id", question.video_id}, {"error", result.failure}});
    } else {
      models_.insert(result.answer.model);
    }
    summary_.failed += result.failure.empty() ? 0 : 1;
    summary_.stored += result.was_stored ? 1 : 0;
    summary_.cut += result.answer.cut ? 1 : 0;
    SetAnswer(question, std::move(result.answer.answer));
    observer_.on_count(static_cast<std::int64_t>(result.row) + 1, summary_.questions);
  }

  Json RecordOf() const;

  const AskOptions& options_;
  const AskObserver& observer_;
  std::string key_;
  std::vector<Question> questions_;
  AnswerStore store_;
  QuestionPreparer preparer_;
  ModelCheck model_;
  OrderedStage<PreparedQuestion, Result> stage_;
  AskSummary summary_;
  std::set<std::string> models_;  // that answered
  Json failures_ = Json::array();
};

Json PathOrNull(const std::optional<fs::path>& path) {
  return path ? Json(path->string()) : Json();
}

Json Asking::RecordOf() const {
  const ClipOptions& clip = options_.clip;
  return {{"mestr", Version()},
          {"command", "vqa ask"},
          {"questions", options_.questions.string()},
          {"videos", options_.videos.string()},
          {"server", options_.server.url},
          {"model", options_.server.model},
          {"answered_by", models_},
          {"input", ClipInputName(clip.input)},
          {"frames", clip.input == ClipInput::kVideo ? Json(clip.frames) : Json()},
          {"most_side_px", clip.most_side_px},
          {"pictures", clip.jpeg ? "jpeg" : "png"},
          {"labels", PathOrNull(options_.labels)},
          {"run", PathOrNull(options_.run)},
          {"clips", PathOrNull(options_.clips)},
          {"prompts", options_.prompts},
          {"temperature", 0},
          {"max_tokens", options_.max_tokens},
          {"seed", options_.seed},
          {"rows", summary_.questions},
          {"stored", summary_.stored},
          {"cut", summary_.cut},
          {"failed", failures_}};
}

}  // namespace

AskSummary AskQuestions(const AskOptions& options, const AskObserver& observer) {
  options.Check();
  CheckOutputFolder(options.output);
  return Asking(options, observer).Run();
}

}  // namespace mestr::internal
