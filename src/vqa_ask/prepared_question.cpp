#include "vqa_ask/prepared_question.h"

#include <nlohmann/json.hpp>

#include "core/sha256.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"
#include "results/input_state.h"
#include "vqa/question_kind.h"
#include "vqa_ask/clip_pictures.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

std::unique_ptr<KeyFrameSource> KeyFramesFor(const AskOptions& options) {
  if (options.clip.input == ClipInput::kVideo || options.clips) return nullptr;
  return options.labels ? KeyFramesOfLabels(*options.labels) : KeyFramesOfRun(*options.run);
}

// The text of a JSON that takes in all that the answer depends on.
std::string HashOf(const Json& json) {
  return Sha256Hex(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Json KeyFramesJson(const std::optional<KeyFrames>& key_frames) {
  if (!key_frames) return nullptr;
  return {key_frames->onset, key_frames->apex ? Json(*key_frames->apex) : Json(),
          key_frames->offset};
}

}  // namespace

QuestionPreparer::QuestionPreparer(const AskOptions& options, std::span<const Question> questions,
                                   const AnswerStore& store)
    : options_(options),
      store_(store),
      prompts_(Prompts::Load(options.prompts)),
      clips_(FindClips(questions, options.videos, options.clips)),
      key_frames_(KeyFramesFor(options)) {}

PreparedQuestion QuestionPreparer::Prepare(std::size_t row, const Question& question) {
  PreparedQuestion prepared{.row = row};
  prepared.unanswered.video_id = question.video_id;
  prepared.unanswered.question = question.question;
  try {
    Fill(prepared, question);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInput) throw;
    prepared.failure = error.what();
  }
  if (!told_.insert(prepared.note).second) prepared.note.clear();
  return prepared;
}

void QuestionPreparer::Fill(PreparedQuestion& prepared, const Question& question) {
  const auto& [clip, part] = clips_.at(question.video);
  std::optional<KeyFrames> key_frames = part;
  if (key_frames_) {
    key_frames = key_frames_->Of(clip, TopicOf(question.question).event, prepared.note);
  }
  const std::string_view input = ClipInputName(options_.clip.input);
  const ChatRequest request{.model = options_.server.model,
                            .system = prompts_.system(),
                            .text = prompts_.TextFor(question.question, input),
                            .max_tokens = options_.max_tokens,
                            .seed = options_.seed};
  prepared.unanswered.question_hash = HashOf({{"mestr", Version()},
                                              {"server", options_.server.url},
                                              {"request", ChatBody(request, {})},
                                              {"video_id", question.video_id},
                                              {"question", question.question},
                                              {"input", input},
                                              {"frames", options_.clip.frames},
                                              {"most_side_px", options_.clip.most_side_px},
                                              {"jpeg", options_.clip.jpeg},
                                              {"key_frames", KeyFramesJson(key_frames)},
                                              {"clip", clip.path.string()},
                                              {"state", InputStateOf(clip.path)}});
  prepared.stored = store_.ForQuestion(prepared.unanswered.question_hash);
  if (prepared.stored) return;
  prepared.body = ChatBody(request, PicturesFor(clip, key_frames));
  prepared.unanswered.input_hash = Sha256Hex(options_.server.url + '\n' + prepared.body);
}

const std::vector<Picture>& QuestionPreparer::PicturesFor(
    const VideoInput& clip, const std::optional<KeyFrames>& key_frames) {
  if (pictures_.empty() || pictures_of_ != clip.path || pictures_at_ != key_frames) {
    pictures_.clear();
    pictures_ = PicturesOfClip(clip, options_.clip, key_frames);
    pictures_of_ = clip.path.string();
    pictures_at_ = key_frames;
  }
  return pictures_;
}

}  // namespace mestr::internal
