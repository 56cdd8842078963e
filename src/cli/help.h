// What the help of a command says, as data; the text for `--help`, the manual page (man_page.h) and
// the completion (completion.h) are made of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command_app.h"

namespace mestr::cli {

struct FlagHelp {
  std::vector<std::string> names;  // "-o", "--output"; none of an argument
  std::string value;  // "FOLDER", "FILE..."; empty of a switch; of an argument its name
  std::string type;   // "FOLDER", "cpu|cuda"; empty of a switch
  std::string text;
  bool is_required = false;
  bool is_many = false;
};

struct FlagGroup {
  std::string title;
  std::vector<FlagHelp> flags;
};

struct CommandHelp {
  std::string name;  // "mestr run"
  std::string summary;
  std::string usage;  // "mestr run INPUT... [OPTION...]"
  std::string description;
  std::vector<FlagGroup> groups;  // arguments first
  std::vector<std::string> notes;
  std::vector<Example> examples;
};

inline constexpr char kArgumentsTitle[] = "Arguments";

CommandHelp HelpOf(const CommandApp& app, std::string_view summary);

// "  -o, --output FOLDER"
std::string FlagLabel(const FlagHelp& flag);

// "vqa-make" of the command "vqa make": what pages and scripts call it.
std::string OneWord(std::string_view name);

// At most 100 columns wide.
std::string HelpText(const CommandHelp& help);

}  // namespace mestr::cli
