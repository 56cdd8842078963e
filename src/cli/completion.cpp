#include "cli/completion.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <vector>

#include "config/shipped_files.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

constexpr char kBashHead[] = R"(# bash completion for mestr, made by 'mestr completion bash'.
_mestr_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word"); }
_mestr_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen "$1" -- "$word")
}

_mestr() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
  COMPREPLY=()
  # "--flag=value" comes as three words.
  if [[ $word == "=" ]]; then word=; elif [[ $before == "=" ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
)";

// "run" of "mestr run", "vqa make" of "mestr vqa make".
std::string TypedName(const CommandHelp& command) {
  return command.name.substr(command.name.find(' ') + 1);
}

// "vqa-make": what the scripts call it.
std::string OwnName(const CommandHelp& command) { return OneWord(TypedName(command)); }

std::vector<std::string> FirstWords(std::span<const CommandHelp> commands) {
  std::vector<std::string> names;
  for (const CommandHelp& command : commands) {
    const std::string name = TypedName(command);
    const std::string word = name.substr(0, name.find(' '));
    if (std::find(names.begin(), names.end(), word) == names.end()) names.push_back(word);
  }
  return names;
}

// First word -> the second ones, of commands of two words.
std::map<std::string, std::vector<std::string>> SecondWords(std::span<const CommandHelp> commands) {
  std::map<std::string, std::vector<std::string>> words;
  for (const CommandHelp& command : commands) {
    const std::string name = TypedName(command);
    const std::size_t blank = name.find(' ');
    if (blank != std::string::npos) words[name.substr(0, blank)].push_back(name.substr(blank + 1));
  }
  return words;
}

std::string BashSecondWords(std::span<const CommandHelp> commands) {
  std::string text;
  for (const auto& [first, second] : SecondWords(commands)) {
    text += "  if [[ $command == " + first + " ]]; then\n    if ((COMP_CWORD == 2)); then\n" +
            "      _mestr_words '" + Joined(second, " ") + " --help'\n      return\n    fi\n" +
            "    command=" + first + "-${COMP_WORDS[2]}\n  fi\n";
  }
  return text;
}

// Called where $words begins with the command.
std::string ZshSecondWords(std::span<const CommandHelp> commands) {
  std::string text;
  for (const auto& [first, second] : SecondWords(commands)) {
    text += "      if [[ $words[1] == " + first + " ]]; then\n        if ((CURRENT == 2)); then\n" +
            "          compadd -- " + Joined(second, " ") + "\n          return\n        fi\n" +
            "        words[2]=" + first +
            "-$words[2]\n        shift words\n        ((CURRENT--))\n      fi\n";
  }
  return text;
}

// "auto cpu cuda" of the type "auto|cpu|cuda", "real" of "N|real": what is in capitals stands for
// something else.
std::string WordsOf(const FlagHelp& flag) {
  std::vector<std::string> words;
  std::istringstream type(flag.type);
  for (std::string word; std::getline(type, word, '|');) {
    const bool is_itself = std::none_of(word.begin(), word.end(),
                                        [](char c) { return (c >= 'A' && c <= 'Z') || c == '='; });
    if (is_itself) words.push_back(word);
  }
  return Joined(words, " ");
}

bool IsArgument(const FlagHelp& flag) { return flag.names.empty(); }

std::vector<FlagHelp> FlagsOf(const CommandHelp& command) {
  std::vector<FlagHelp> flags;
  for (const FlagGroup& group : command.groups) {
    flags.insert(flags.end(), group.flags.begin(), group.flags.end());
  }
  return flags;
}

// What bash does for a value; empty: nothing is known of it.
std::string BashAction(const FlagHelp& flag) {
  if (flag.type == kFileType || flag.type == kPathType) return "_mestr_files -f";
  if (flag.type == kFolderType) return "_mestr_files -d";
  if (flag.type == kConfigType) {
    return "_mestr_words '" + Joined(ShippedConfigs(), " ") + "'; _mestr_files -f";
  }
  const std::string words = WordsOf(flag);
  return words.empty() ? "" : "_mestr_words '" + words + "'";
}

// One case an action, of all flags that have it.
std::string BashValues(std::span<const CommandHelp> commands) {
  std::map<std::string, std::vector<std::string>> cases;
  for (const CommandHelp& command : commands) {
    for (const FlagHelp& flag : FlagsOf(command)) {
      if (flag.value.empty()) continue;
      for (const std::string& name : flag.names) {
        cases[BashAction(flag)].push_back(OwnName(command) + ":" + name);
      }
    }
  }
  std::string text = "  case $command:$before in\n";
  for (const auto& [action, flags] : cases) {
    text += "    " + Joined(flags, " | ") + ") " + (action.empty() ? "" : action + "; ") +
            "return ;;\n";
  }
  return text + "  esac\n";
}

std::string BashFlagNames(const CommandHelp& command) {
  std::vector<std::string> names;
  for (const FlagHelp& flag : FlagsOf(command)) {
    names.insert(names.end(), flag.names.begin(), flag.names.end());
  }
  return Joined(names, " ");
}

std::string BashArguments(const CommandHelp& command) {
  for (const FlagHelp& flag : FlagsOf(command)) {
    if (IsArgument(flag)) return BashAction(flag);
  }
  return "";
}

// Of a flag's text within [...] of a specification of _arguments, in single quotes.
std::string ZshText(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\'') {
      escaped += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string ZshAction(const FlagHelp& flag) {
  if (flag.type == kFileType || flag.type == kPathType) return "_files";
  if (flag.type == kFolderType) return "_files -/";
  if (flag.type == kConfigType) return "_mestr_configs";
  const std::string words = WordsOf(flag);
  return words.empty() ? " " : "(" + words + ")";
}

std::string ZshSpecification(const FlagHelp& flag) {
  const std::string value =
      flag.type.empty() ? "" : ":" + ZshText(flag.value) + ":" + ZshAction(flag);
  if (IsArgument(flag)) return std::string("'") + (flag.is_many ? "*" : "1") + value + "'";
  const std::string text = "[" + ZshText(flag.text) + "]" + value + "'";
  std::vector<std::string> names = flag.names;
  for (std::string& name : names) {
    if (!flag.type.empty() && name.starts_with("--")) name += "=";
  }
  const std::string many = flag.is_many ? "*" : "";
  if (names.size() == 1) return "'" + many + names.front() + text;
  const std::string others = flag.is_many ? "'*'" : "'(" + Joined(flag.names, " ") + ")'";
  return others + "{" + Joined(names) + "}'" + text;
}

std::string ZshArguments(const CommandHelp& command) {
  std::string text = "        " + OwnName(command) + ")\n          _arguments -s";
  for (const FlagHelp& flag : FlagsOf(command)) {
    text += " \\\n            " + ZshSpecification(flag);
  }
  return text + " ;;\n";
}

}  // namespace

std::string BashCompletion(std::span<const CommandHelp> commands) {
  std::string text = kBashHead;
  text += "  if ((COMP_CWORD == 1)); then\n    _mestr_words '" + Joined(FirstWords(commands), " ") +
          " --help --version'\n    return\n  fi\n";
  text += BashSecondWords(commands);
  text += BashValues(commands);
  text += "  if [[ $word == -* ]]; then\n    case $command in\n";
  for (const CommandHelp& command : commands) {
    text += "      " + OwnName(command) + ") _mestr_words '" + BashFlagNames(command) + "' ;;\n";
  }
  text += "    esac\n    return\n  fi\n  case $command in\n";
  for (const CommandHelp& command : commands) {
    const std::string action = BashArguments(command);
    if (!action.empty()) text += "    " + OwnName(command) + ") " + action + " ;;\n";
  }
  return text + "  esac\n}\ncomplete -F _mestr mestr\n";
}

std::string ZshCompletion(std::span<const CommandHelp> commands) {
  std::string text =
      "#compdef mestr\n# zsh completion for mestr, made by 'mestr completion zsh'.\n"
      "_mestr_configs() {\n  compadd -- " +
      Joined(ShippedConfigs(), " ") +
      "\n  _files\n}\n\n_mestr() {\n  local curcontext=$curcontext state line\n"
      "  typeset -A opt_args\n"
      "  _arguments -C '(- *)'{-h,--help}'[Print the commands and exit]' \\\n"
      "    '(- *)--version[Print the version and exit]' '1:command:->command' "
      "'*::argument:->argument'\n"
      "  case $state in\n    command)\n      local -a commands=(\n";
  const auto second_words = SecondWords(commands);
  for (const CommandHelp& command : commands) {
    if (TypedName(command).find(' ') != std::string::npos) continue;
    text += "        '" + OwnName(command) + ":" + ZshText(command.summary) + "'\n";
  }
  for (const auto& [first, second] : second_words) {
    text += "        '" + first + ":" + Joined(second, ", ") + "'\n";
  }
  text += "      )\n      _describe command commands ;;\n    argument)\n";
  text += ZshSecondWords(commands) + "      case $words[1] in\n";
  for (const CommandHelp& command : commands) text += ZshArguments(command);
  return text + "      esac ;;\n  esac\n}\n\n_mestr \"$@\"\n";
}

}  // namespace mestr::cli
