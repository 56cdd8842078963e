// mestr vqa ask: questions about micro-expressions, answered by a vision-language model or a run.
#include <memory>
#include <string>
#include <utility>

#include "cli/answers.h"
#include "cli/answers_of_run.h"
#include "cli/command.h"
#include "cli/compute.h"
#include "cli/console.h"
#include "cli/stop_signals.h"
#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::cli {
using namespace internal;
namespace {

constexpr char kSpotting[] = "spotting";

struct Flags {
  std::string answers = "model";
  std::string input = "video";
  std::string pictures = "png";
  std::string labels;
  std::string run;
  std::string clips;
  AskOptions ask;
  MessageFlags messages;
};

void AddClipFlags(CommandApp& app, Flags& flags) {
  app.Group(kInputGroup);
  app.add_option("QUESTIONS", flags.ask.questions, "The challenge's file: ..._to_answer.jsonl")
      ->type_name(kFileType)
      ->required();
  app.add_option("--videos", flags.ask.videos,
                 "Folder of the clips, files or folders of frames, named as the questions name "
                 "them; a data-set root or a manifest too")
      ->type_name(kPathType);
  app.add_option("--answers", flags.answers,
                 "Who answers: the model of a server; or spotting, the counts and types of events "
                 "of long videos from the intervals of --run alone, all other rows as they are")
      ->type_name("model|spotting")
      ->check(OneOf({"model", kSpotting}))
      ->capture_default_str();
  app.add_option("--input", flags.input,
                 "What the model sees of a clip: frames at equal distances; onset, apex and offset "
                 "frame; the flow from onset to apex as a colour picture")
      ->type_name("video|oao|of")
      ->check(OneOf({"video", "oao", "of"}))
      ->capture_default_str();
  app.add_option("--labels", flags.labels, "Onset, apex and offset from labels")
      ->type_name(kFileType);
  app.add_option("--run", flags.run, "Onset, apex and offset from a folder of mestr run")
      ->type_name(kFolderType);
  app.add_option("--clips", flags.clips,
                 "The clips are these parts of longer videos (of mestr vqa make)")
      ->type_name(kFileType);
  app.add_option("--frames", flags.ask.clip.frames, "How many, with --input video")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--most-side", flags.ask.clip.most_side_px, "Larger pictures are scaled down")
      ->type_name("PX")
      ->capture_default_str();
  app.add_option("--pictures", flags.pictures, "How they are sent")
      ->type_name("png|jpeg")
      ->check(OneOf({"png", "jpeg"}))
      ->capture_default_str();
}

void AddModelFlags(CommandApp& app, AskOptions& ask) {
  app.Group("Model");
  app.add_option("--server", ask.server.url,
                 "URL of an OpenAI-compatible server: http://127.0.0.1:8080, or with its path")
      ->type_name("URL");
  app.add_option("--model", ask.server.model, "As the server calls it")->type_name("NAME");
  app.add_option("--prompts", ask.prompts,
                 "The words around a question: choices, plain (the question alone), or a file like "
                 "those of configs/vqa")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--max-tokens", ask.max_tokens, "Of an answer, which is cut there")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--seed", ask.seed, "Sent with each question; the temperature is 0")
      ->type_name("N")
      ->capture_default_str();
}

void AddServerFlags(CommandApp& app, AskOptions& ask) {
  app.Group(kSpeedGroup);
  app.add_option("--parallel", ask.parallel, "Questions at once")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--timeout", ask.server.timeout_s, "For an answer")
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_option("--retries", ask.server.retries,
                 "After a lost connection, a time-out, or a server that is busy or failing")
      ->type_name("N")
      ->capture_default_str();
  app.add_option(
         "--retry-wait", ask.server.retry_wait_s,
         "Before the first of them; twice as long before each later one, up to a minute, or "
         "as long as the server asks for")
      ->type_name("SECONDS")
      ->capture_default_str();
}

std::optional<std::filesystem::path> PathOrNone(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::filesystem::path>(text);
}

// What the one who answers needs, and what would mean nothing to them.
void CheckAnswers(const CommandApp& app, const Flags& flags) {
  if (flags.answers == kSpotting) {
    RefuseFlags(app,
                {"--videos", "--input", "--labels", "--clips", "--frames", "--most-side",
                 "--pictures", "--server", "--model", "--prompts", "--max-tokens", "--seed",
                 "--parallel", "--timeout", "--retries", "--retry-wait"},
                "is of no use with --answers spotting");
    if (!flags.run.empty()) return;
    throw Error(ErrorKind::kConfig, "--answers spotting needs --run, a folder of mestr run");
  }
  const std::pair<const char*, bool> needed[] = {{"--videos", !flags.ask.videos.empty()},
                                                 {"--server", !flags.ask.server.url.empty()},
                                                 {"--model", !flags.ask.server.model.empty()}};
  for (const auto& [flag, is_given] : needed) {
    if (is_given) continue;
    throw Error(ErrorKind::kConfig,
                std::string(flag) + " is missing; or --answers spotting with --run");
  }
}

int AskModel(Flags flags, Console& console, std::ostream& out) {
  flags.ask.clip.input = ParseClipInput(flags.input);
  flags.ask.clip.jpeg = flags.pictures == "jpeg";
  flags.ask.labels = PathOrNone(flags.labels);
  flags.ask.run = PathOrNone(flags.run);
  flags.ask.clips = PathOrNone(flags.clips);
  flags.ask.Check();
  const StopSignals signals(console, "the questions that are asked already");
  const AskObserver observer{
      .on_count = [&](std::int64_t done,
                      std::int64_t all) { console.Count("questions", done, all); },
      .on_warning = [&](const std::string& line) { console.Warn(line); },
      .stop_asking = signals.after_what_is_in_hand(),
      .stop = signals.at_once()};
  const AskSummary summary = LoadCompute().ask(flags.ask, observer);
  if (summary.cut > 0) {
    console.Warn(Counted(summary.cut, "answer") +
                 " cut at --max-tokens; a larger one gives the rest");
  }
  out << Counted(summary.questions - summary.failed, "answer") << ", " << summary.stored
      << " of them there already, " << summary.failed << " failed; in "
      << Printable(summary.answers.string()) << '\n';
  if (summary.failed == 0) return kExitOk;
  return summary.failed == summary.questions ? kExitInput : kExitSomeFailed;
}

Action Define(CommandApp& app) {
  app.description(
      "Has a vision-language model on a server answer the challenge's questions about clips, or "
      "mestr's own spotting those about how many events a long video has and of which type.");
  const auto flags = std::make_shared<Flags>();
  AddClipFlags(app, *flags);
  AddModelFlags(app, flags->ask);
  app.Group(kOutputGroup);
  app.add_option("-o,--output", flags->ask.output,
                 "Folder for the answered file, ..._pred.jsonl, and what made it")
      ->type_name(kFolderType)
      ->required();
  app.add_flag("--overwrite", flags->ask.overwrite,
               "Replace an answered file that was made with other settings; answers that were kept "
               "stay usable");
  AddServerFlags(app, flags->ask);
  flags->messages.AddTo(app);
  app.Note(
      "A key for the server is taken from the environment's MESTR_API_KEY and written nowhere. "
      "Each answer is kept as it comes, so that the same command goes on where one stopped and "
      "asks nothing twice. The pictures of the clips leave this machine where the server is "
      "another one (docs/vqa.md).");
  app.AddExample(
      "mestr vqa ask q_to_answer.jsonl --videos SAMM -o out --server http://gpu:8080 --model qwen",
      "Eight frames of each clip, and the question");
  app.AddExample(
      "mestr vqa ask q.jsonl --videos v --run r --input of -o o --server http://gpu:8080 --model m",
      "The flow from onset to apex, where mestr run found them");
  app.AddExample("mestr vqa ask lvqa_to_answer.jsonl --answers spotting --run out -o answers",
                 "Counts and types of events from a run alone, without any language model");
  return [flags, &app](std::ostream& out, std::ostream& err) {
    const auto console = MakeConsole(err, flags->messages, {"vqa ask", flags->ask.output.string()});
    return console->Run([&] {
      CheckAnswers(app, *flags);
      if (flags->answers != kSpotting) return AskModel(*flags, *console, out);
      return AnswerFromRun({.questions = flags->ask.questions,
                            .run = flags->run,
                            .output = flags->ask.output,
                            .overwrite = flags->ask.overwrite},
                           out, err);
    });
  };
}

}  // namespace

const Command kVqaAskCommand = {"vqa ask", "questions about micro-expressions, answered by a model",
                                Define};

}  // namespace mestr::cli
