// report.html, made of its template and the data of a run.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace mestr::internal {

// One page that needs nothing else and asks for nothing: its policy (CSP) allows its own style and
// script, known by their SHA-256, and pictures and clips within the page.
class Page {
 public:
  // A block of data, which the script reads when it is shown.
  void Add(std::string_view id, const nlohmann::ordered_json& data);

  std::string Text() const;

 private:
  std::string blocks_;
};

}  // namespace mestr::internal
