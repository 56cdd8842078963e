// mestr: micro-expressions in face videos, spotted and named. This header is all of the library.
//
//   #include <iostream>
//   #include <mestr/mestr.h>
//
//   int main(int, char** argv) {
//     try {
//       mestr::Analyzer analyzer({.config = mestr::LoadConfig({"demo"}, {})});
//       const mestr::Analysis analysis = analyzer.Analyze(argv[1]);
//       for (const mestr::SpottedInterval& found : analysis.spotting.intervals) {
//         std::cout << analysis.frame_times_s[found.interval.onset] << " s: "
//                   << analysis.classes[found.class_index] << '\n';
//       }
//     } catch (const mestr::Error& error) {
//       std::cerr << error.what() << '\n';
//       return 1;
//     }
//   }
//
// Frames are 0-based here and 1-based in every file. The library never prints, exits or aborts, and
// throws mestr::Error alone (and std::bad_alloc).
#pragma once

#include "mestr/core/error.h"              // IWYU pragma: export
#include "mestr/core/version.h"            // IWYU pragma: export
#include "mestr/evaluate/evaluate.h"       // IWYU pragma: export
#include "mestr/pipeline/analyzer.h"       // IWYU pragma: export
#include "mestr/submission/labels.h"       // IWYU pragma: export
#include "mestr/submission/predictions.h"  // IWYU pragma: export
