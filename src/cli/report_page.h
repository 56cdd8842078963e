// The page of a run's results, as both `mestr report` and `mestr run --report` make it.
#pragma once

#include <ostream>

#include "cli/console.h"
#include "report/report.h"

namespace mestr::cli {

// What could not be shown goes to `console`, the name of the file to `out`.
void MakeReportPage(const internal::ReportOptions& options, Console& console, std::ostream& out);

}  // namespace mestr::cli
