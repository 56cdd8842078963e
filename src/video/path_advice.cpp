#include "video/path_advice.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "core/files.h"
#include "core/text.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

// A path, as far as it exists and from there on.
struct SplitPath {
  fs::path there;
  std::string rest;  // with slashes; a URL's double ones are single
};

SplitPath SplitAtMissing(const fs::path& path) {
  SplitPath split;
  for (const fs::path& part : path) {
    const bool is_there = split.rest.empty() && Exists(split.there / part);
    if (is_there) {
      split.there /= part;
    } else {
      split.rest += (split.rest.empty() ? "" : "/") + part.string();
    }
  }
  return split;
}

bool IsBlankOrQuote(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0 || c == '"' || c == '\'';
}

std::string Trimmed(std::string text) {
  text.erase(std::find_if_not(text.rbegin(), text.rend(), IsBlankOrQuote).base(), text.end());
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), IsBlankOrQuote));
  return text;
}

// %20 and the like.
std::string UrlDecoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto is_hex = [&](std::size_t at) {
      return at < text.size() && std::isxdigit(static_cast<unsigned char>(text[at])) != 0;
    };
    if (text[i] == '%' && is_hex(i + 1) && is_hex(i + 2)) {
      decoded += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// An entry of `folder` with this name but for the case of its letters.
std::optional<fs::path> InAnyCase(const fs::path& folder, const std::string& name) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator next(folder.empty() ? "." : folder, error), end;
       !error && next != end; next.increment(error)) {
    const std::string other = next->path().filename().string();
    if (LowerCase(other) == LowerCase(name)) found.push_back(folder / other);
  }
  if (found.empty()) return std::nullopt;
  return *std::min_element(found.begin(), found.end());
}

// The path itself, or the one with letters of other cases that exists.
std::optional<fs::path> FindInAnyCase(const fs::path& path) {
  fs::path found;
  for (const fs::path& part : path) {
    if (part.empty()) continue;
    if (Exists(found / part)) {
      found /= part;
    } else if (const auto other = InAnyCase(found, part.string())) {
      found = *other;
    } else {
      return std::nullopt;
    }
  }
  return found;
}

class Advice {
 public:
  explicit Advice(const fs::path& missing) : missing_(missing) {
    const SplitPath split = SplitAtMissing(missing);
    there_ = split.there;
    rest_ = split.rest;
  }

  std::string Text() {
    Trim();
    TakeUrl();
    TakeBackSlashes();
    TakeDrive();
    TakeHome();
    TakeVariable();
    const std::optional<fs::path> meant = FindInAnyCase(there_ / rest_);
    if (meant && *meant != missing_) reasons_.push_back("did you mean " + meant->string() + "?");
    return reasons_.empty() ? "" : ": " + Joined(reasons_, "; ");
  }

 private:
  void Trim() {
    const std::string trimmed = Trimmed(rest_);
    if (trimmed == rest_) return;
    rest_ = trimmed;
    reasons_.emplace_back("blanks or quotes around a path are taken for a part of it");
  }

  // A scheme and a colon, of more than a drive's one letter.
  void TakeUrl() {
    const std::size_t colon = rest_.find(":/");
    if (colon == std::string::npos || colon < 2) return;
    const std::string scheme = LowerCase(rest_.substr(0, colon));
    if (!std::all_of(scheme.begin(), scheme.end(),
                     [](unsigned char c) { return std::isalnum(c); })) {
      return;
    }
    if (scheme != "file") {
      reasons_.emplace_back("URLs are not read: download the file and give its path");
      return;
    }
    reasons_.emplace_back("a path is wanted, not a URL");
    std::string path = UrlDecoded(rest_.substr(colon + 1));
    constexpr std::string_view kHost = "/localhost/";
    if (path.starts_with(kHost)) path.erase(0, kHost.size() - 1);
    there_ = "/";
    rest_ = path.substr(std::min(path.find_first_not_of('/'), path.size()));
  }

  void TakeBackSlashes() {
    if (rest_.find('\\') == std::string::npos) return;
    std::replace(rest_.begin(), rest_.end(), '\\', '/');
    reasons_.emplace_back("'\\' separates no folders on this system: write '/'");
  }

  void TakeDrive() {
    const bool has_drive = rest_.size() > 1 && rest_[1] == ':' &&
                           std::isalpha(static_cast<unsigned char>(rest_[0])) != 0;
    if (!has_drive) return;
    reasons_.push_back("there is no drive " + rest_.substr(0, 2) + " on this system");
    // Where Windows' Subsystem for Linux shows it.
    there_ = "/mnt/" + LowerCase(rest_.substr(0, 1));
    rest_ = rest_.substr(std::min(rest_.find_first_not_of('/', 2), rest_.size()));
  }

  void TakeHome() {
    if (!rest_.starts_with('~')) return;
    reasons_.emplace_back("'~' stands for no folder here: write the whole path");
    const char* home = std::getenv("HOME");
    if (home == nullptr || !rest_.starts_with("~/")) return;
    there_ = home;
    rest_ = rest_.substr(2);
  }

  void TakeVariable() {
    const bool of_shell = rest_.starts_with('$');
    const bool of_windows = rest_.starts_with('%') && rest_.find('%', 1) != std::string::npos;
    if (!of_shell && !of_windows) return;
    const std::string name = rest_.substr(0, rest_.find('/'));
    reasons_.push_back(name + " is not replaced by a variable's value here: write the whole path");
    const std::string variable = Inside(name);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || name.size() == rest_.size()) return;
    there_ = value;
    rest_ = rest_.substr(name.size() + 1);
  }

  // X of $X, ${X} and %X%.
  static std::string Inside(const std::string& name) {
    const std::size_t begin = std::min(name.find_first_not_of("${%"), name.size());
    return name.substr(begin, name.find_last_not_of("}%") + 1 - begin);
  }

  fs::path missing_;
  fs::path there_;
  std::string rest_;
  std::vector<std::string> reasons_;
};

}  // namespace

std::string PathAdvice(const fs::path& missing) { return Advice(missing).Text(); }

}  // namespace mestr::internal
