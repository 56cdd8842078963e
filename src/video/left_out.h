// What of a folder is not taken, as one line for a person, however much it is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mestr::internal {

class LeftOut {
 public:
  // Names are told relative to this folder.
  explicit LeftOut(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // `kind` in the singular ("text file"), `remedy` what to do to have files of this kind taken.
  void Add(std::string_view kind, const std::filesystem::path& path, std::string_view remedy = {});

  bool empty() const { return kinds_.empty(); }
  // "2 text files (a.txt, b.txt), 5 tif images (c.tif, d.tif, e.tif, ...; convert them to png)"
  std::string Text() const;

 private:
  struct Kind {
    std::string name;
    std::string remedy;
    std::int64_t count = 0;
    std::vector<std::string> first;  // of the files
  };

  std::filesystem::path folder_;
  std::vector<Kind> kinds_;  // in the order in which they came
};

}  // namespace mestr::internal
