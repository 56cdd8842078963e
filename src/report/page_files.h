// The parts of report.html that are the same for all runs: src/report/page, and the plotting
// library.
#pragma once

#include <string_view>

namespace mestr::internal {

std::string_view PageTemplate();
std::string_view PageStyle();    // the plotting library's, then ours
std::string_view PageColours();  // colours.json
std::string_view PageScript();   // the plotting library, then ours
std::string_view PlotLicence();  // the plotting library's

}  // namespace mestr::internal
