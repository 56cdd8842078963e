// The flags of a command, with all that its help, its manual page and its completion say.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mestr::cli {

// Groups of flags that several commands have.
inline constexpr char kInputGroup[] = "Input";
inline constexpr char kOutputGroup[] = "Output";
inline constexpr char kMethodGroup[] = "Method";
inline constexpr char kSpeedGroup[] = "Speed";
inline constexpr char kMessagesGroup[] = "Messages";
inline constexpr char kHelpGroup[] = "Help";

// The types of values that completion knows; "a|b" is one of these words, all else a free text.
inline constexpr char kFileType[] = "FILE";
inline constexpr char kFolderType[] = "FOLDER";
inline constexpr char kPathType[] = "PATH";      // a file or a folder
inline constexpr char kConfigType[] = "CONFIG";  // a shipped config or a file

struct Example {
  std::string line;  // "mestr run clip.mp4"
  std::string what;  // what it is for
};

// Each flag has a type in words that people read (type_name: FPS, SECONDS, N, ...), a group and a
// text; each command at least two examples.
class CommandApp : public CLI::App {
 public:
  // `name`: "mestr run"; `typed`: the whole line.
  explicit CommandApp(const std::string& name, std::string typed = "");

  // Of the flags that follow.
  void Group(const std::string& name) { option_defaults()->group(name); }
  // A paragraph after the flags.
  void Note(std::string paragraph) { notes_.push_back(std::move(paragraph)); }
  void AddExample(std::string line, std::string what) {
    examples_.push_back({std::move(line), std::move(what)});
  }

  const std::string& typed() const { return typed_; }
  const std::vector<std::string>& notes() const { return notes_; }
  const std::vector<Example>& examples() const { return examples_; }

 private:
  std::string typed_;
  std::vector<std::string> notes_;
  std::vector<Example> examples_;
};

// Of an option: takes one of a few words, or with a delimiter several; a mistyped one gets a hint
// at the nearest.
CLI::Validator OneOf(std::vector<std::string> words);

// What is wrong with the arguments, for one line: an unknown flag before all else, with a hint.
std::string ProblemText(const CLI::App& app, const CLI::ParseError& error);

}  // namespace mestr::cli
