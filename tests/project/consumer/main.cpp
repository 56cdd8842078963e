// The example of <mestr/mestr.h>, printing what predictions.csv says: 1-based frames.
#include <mestr/mestr.h>

#include <iostream>

int main(int, char** argv) {
  try {
    mestr::Analyzer analyzer({.config = mestr::LoadConfig({"demo"}, {})});
    const mestr::Analysis analysis = analyzer.Analyze(argv[1]);
    for (const mestr::SpottedInterval& found : analysis.spotting.intervals) {
      std::cout << found.interval.onset + 1 << ' ' << found.interval.offset + 1 << ' '
                << analysis.classes[found.class_index] << '\n';
    }
  } catch (const mestr::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
