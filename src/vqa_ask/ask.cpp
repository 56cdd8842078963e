#include "vqa_ask/ask.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <utility>

#include "core/ordered_stage.h"
#include "core/stage_threads.h"
#include "core/temporary_files.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "vqa/answer_file.h"
#include "vqa/question_file.h"
#include "vqa_ask/answer_store.h"
#include "vqa_ask/chat_client.h"
#include "vqa_ask/model_name.h"
#include "vqa_ask/prepared_question.h"
#include "vqa_ask/prompts.h"
#include "vqa_ask/secret_key.h"

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
  bool was_left = false;  // not asked
  std::string failure = {};
  std::string note = {};
};

// Checks once that the server has the model, by the first that asks, and each answer's model.
class ModelCheck {
 public:
  ModelCheck(std::string wanted, const SecretKey& key) : wanted_(std::move(wanted)), key_(key) {}

  void BeforeAsking(ChatClient& client) {
    const std::lock_guard lock(mutex_);
    if (!names_.empty()) return;
    const auto models = client.Models();
    is_listed_ = models.has_value();
    names_ = models ? AnsweringNames(wanted_, *models, key_) : std::vector{wanted_};
  }

  // Throws Error{kModel} where another model answered than was asked for.
  void Check(const std::string& answered) const {
    if (answered.empty() || IsAnsweringName(answered, names_)) return;
    throw Error(ErrorKind::kModel, "the server answers with the model " +
                                       Printable(key_.HiddenIn(answered)) + ", not with " +
                                       Quoted(wanted_) +
                                       "; give --model the name of the one that is meant");
  }

  // After the last answer: empty, or what the server did not tell.
  std::string Doubt() const {
    return names_.empty() || is_listed_ ? "" : "the server does not tell which models it has";
  }

 private:
  std::mutex mutex_;
  std::string wanted_;
  const SecretKey& key_;
  std::vector<std::string> names_;
  bool is_listed_ = false;
};

// Of each input one at a time: who asks about the same meanwhile waits for the answer.
class InputsInFlight {
 public:
  // Lets go of its input at its end.
  class Claim {
   public:
    Claim(InputsInFlight& inputs, const std::string& hash) : inputs_(inputs), hash_(hash) {
      std::unique_lock lock(inputs_.mutex_);
      inputs_.let_go_.wait(lock, [&] { return !inputs_.hashes_.contains(hash_); });
      inputs_.hashes_.insert(hash_);
    }
    ~Claim() {
      {
        const std::lock_guard lock(inputs_.mutex_);
        inputs_.hashes_.erase(hash_);
      }
      inputs_.let_go_.notify_all();
    }
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

   private:
    InputsInFlight& inputs_;
    std::string hash_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable let_go_;
  std::set<std::string> hashes_;
};

Json PathOrNull(const std::optional<fs::path>& path) {
  return path ? Json(ComparablePath(*path)) : Json();
}

// What makes two calls one work: all that an answer depends on but the server.
Json SettingsOf(const AskOptions& options) {
  const ClipOptions& clip = options.clip;
  return {{"answers", "model"},
          {"videos", ComparablePath(options.videos)},
          {"model", options.server.model},
          {"input", ClipInputName(clip.input)},
          {"frames", clip.input == ClipInput::kVideo ? Json(clip.frames) : Json()},
          {"most_side_px", clip.most_side_px},
          {"pictures", clip.jpeg ? "jpeg" : "png"},
          {"labels", PathOrNull(options.labels)},
          {"run", PathOrNull(options.run)},
          {"clips", PathOrNull(options.clips)},
          {"prompts", options.prompts},
          {"prompts_sha256", Prompts::Load(options.prompts).sha256()},
          {"temperature", 0},
          {"max_tokens", options.max_tokens},
          {"seed", options.seed}};
}

class Asking {
 public:
  Asking(const AskOptions& options, const AskObserver& observer)
      : options_(options),
        observer_(observer),
        key_(SecretKey::OfEnvironment()),
        questions_(ReadQuestions(options.questions)),
        file_(options.questions, options.output, SettingsOf(options), options.overwrite),
        store_(options.output / kStoreFolder),
        preparer_(options, questions_, store_),
        model_(options.server.model, key_),
        stage_(2 * static_cast<std::size_t>(options.parallel)) {
    summary_.questions = static_cast<std::int64_t>(questions_.size());
    summary_.answers = file_.path();
    for (Question& question : questions_) SetAnswer(question, "");
  }

  AskSummary Run() {
    if (!file_.lock_note().empty()) observer_.on_warning(file_.lock_note());
    RemoveLeftovers(options_.output / kStoreFolder);
    if (!key_.empty() && IsOpenToOthers(options_.server.url)) {
      observer_.on_warning("the key goes to " + options_.server.url + " unencrypted");
    }
    RunThreads();
    if (const std::string doubt = model_.Doubt(); !doubt.empty()) observer_.on_warning(doubt);
    file_.Write(questions_, RecordOf());
    if (Left() == 0) return summary_;
    throw Error(ErrorKind::kStopped, "stopped: " + Counted(Left(), "question") + " of " +
                                         std::to_string(summary_.questions) +
                                         " not asked; the same command goes on there");
  }

 private:
  void RunThreads() {
    std::stop_source stop;
    StageThreads threads(observer_.stop, [&] {
      stop.request_stop();
      stage_.Abort();
    });
    threads.Start([this] {
      for (std::size_t row = 0; row < questions_.size() && !IsToldToStop(); ++row) {
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
    if (!threads.Join()) {
      throw Error(ErrorKind::kStopped, "stopped; the same command goes on from the answers so far");
    }
  }

  bool IsToldToStop() const { return observer_.stop_asking.stop_requested(); }

  std::int64_t Left() const { return summary_.questions - taken_; }

  void Work(const std::stop_token& stop) {
    ChatClient client(options_.server, key_, observer_.stop_asking, stop);
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
      return result;
    }
    const InputsInFlight::Claim claim(in_flight_, result.answer.input_hash);
    if (const auto same = store_.ForInput(result.answer.input_hash)) {
      result.answer.answer = same->answer;
      result.answer.model = same->model;
      result.answer.cut = same->cut;
      result.was_stored = true;
      store_.Put(result.answer);
    } else {
      AskUnlessStopped(prepared.body, client, result);
    }
    return result;
  }

  void AskUnlessStopped(const std::string& body, ChatClient& client, Result& result) {
    result.was_left = IsToldToStop();
    if (result.was_left) return;
    try {
      AskServer(body, client, result);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kStopped || observer_.stop.stop_requested()) throw;
      result.was_left = true;
    }
  }

  void AskServer(const std::string& body, ChatClient& client, Result& result) {
    model_.BeforeAsking(client);
    ChatOutcome outcome = client.Ask(body);
    result.failure = std::move(outcome.failure);
    if (!outcome.answer) return;
    model_.Check(outcome.answer->model);
    result.answer.answer = key_.HiddenInAnswer(outcome.answer->text);
    result.answer.model = key_.HiddenInAnswer(outcome.answer->model);
    result.answer.cut = outcome.answer->cut;
    store_.Put(result.answer);
  }

  void Take(Result result) {
    Question& question = questions_[result.row];
    if (!result.note.empty()) observer_.on_warning(result.note);
    if (result.was_left) return;
    ++taken_;
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
    observer_.on_count(taken_, summary_.questions);
  }

  Json RecordOf() const;

  const AskOptions& options_;
  const AskObserver& observer_;
  SecretKey key_;
  std::vector<Question> questions_;
  AnswerFile file_;
  AnswerStore store_;
  QuestionPreparer preparer_;
  ModelCheck model_;
  OrderedStage<PreparedQuestion, Result> stage_;
  InputsInFlight in_flight_;
  AskSummary summary_;
  std::int64_t taken_ = 0;        // questions that were asked, or need not be
  std::set<std::string> models_;  // that answered
  Json failures_ = Json::array();
};

Json Asking::RecordOf() const {
  return {{"questions", options_.questions.string()},
          {"server", options_.server.url},
          {"answered_by", models_},
          {"rows", summary_.questions},
          {"stored", summary_.stored},
          {"cut", summary_.cut},
          {"not_asked", Left()},
          {"failed", failures_}};
}

}  // namespace

AskSummary AskQuestions(const AskOptions& options, const AskObserver& observer) {
  options.Check();
  return Asking(options, observer).Run();
}

}  // namespace mestr::internal
