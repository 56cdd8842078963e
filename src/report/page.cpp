#include "report/page.h"

#include <nlohmann/json.hpp>

#include "core/sha256.h"
#include "mestr/core/error.h"
#include "report/packed_series.h"
#include "report/page_files.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

// As a policy names what stands between <script> and </script>.
std::string PolicyHash(std::string_view text) { return "'sha256-" + Base64(Sha256(text)) + "'"; }

std::string Variables(const Json& colours) {
  std::string text;
  for (const auto& [name, value] : colours.items()) {
    std::string variable = name;
    for (char& c : variable) c = c == '_' ? '-' : c;
    text += "--" + variable + ":" + value.get<std::string>() + ";";
  }
  return text;
}

// The reader's choice goes before the system's.
std::string ColourStyle() {
  const Json colours = Json::parse(PageColours());
  const std::string dark = "{color-scheme:dark;" + Variables(colours["dark"]) + "}";
  return ":root{color-scheme:light;" + Variables(colours["light"]) +
         "}\n@media (prefers-color-scheme:dark){:root:not([data-theme])" + dark +
         "}\n:root[data-theme=dark]" + dark + "\n";
}

void Replace(std::string& text, std::string_view mark, std::string_view by) {
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) {
    throw Error(ErrorKind::kInvalidArgument, "the template has no " + std::string(mark));
  }
  text.replace(at, mark.size(), by);
}

// Nothing in it can end the element that it stands in.
std::string ForScript(const Json& data) {
  const std::string text = data.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace

void Page::Add(std::string_view id, const Json& data) {
  blocks_ += "<script type=\"application/json\" id=\"" + std::string(id) + "\">";
  blocks_ += ForScript(data);
  blocks_ += "</script>\n";
}

std::string Page::Text() const {
  const std::string style = ColourStyle() + std::string(PageStyle());
  std::string text(PageTemplate());
  Replace(text, "@POLICY@",
          "default-src 'none'; script-src " + PolicyHash(PageScript()) + "; style-src " +
              PolicyHash(style) +
              "; img-src data:; media-src data:; base-uri 'none'; form-action 'none'");
  Replace(text, "@LICENCE@", PlotLicence());
  Replace(text, "@STYLE@", style);
  Replace(text, "@SCRIPT@", PageScript());
  // Last: what it holds is data, and no mark.
  Replace(text, "@BLOCKS@", blocks_);
  return text;
}

}  // namespace mestr::internal
