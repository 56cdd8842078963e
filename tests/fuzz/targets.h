// The readers under test, one a file of this folder.
#pragma once

#include "fuzz/reader_rule.h"

namespace mestr::fuzz {

Outcome ConfigSet(std::string_view bytes);         // --set, one a line
Outcome ConfigYaml(std::string_view bytes);        // --config
Outcome FeaturesManifest(std::string_view bytes);  // manifest.json of features
Outcome ResultsFolder(std::string_view bytes);     // run.json, or a video's record, of a report
Outcome RunRecord(std::string_view bytes);         // run.json of an earlier run
Outcome ModelArchive(std::string_view bytes);      // a model file, before anything of it runs
Outcome Image(std::string_view bytes);             // JPEG, PNG, BMP
Outcome ImageFolder(std::string_view bytes);       // names of a folder's files, then their contents
Outcome LandmarkModelFile(std::string_view bytes);  // --landmarks
Outcome LabelsCsv(std::string_view bytes);          // --truth, --labels
Outcome LeaderboardCsv(std::string_view bytes);     // cas_pred.csv
Outcome ManifestCsv(std::string_view bytes);        // a list of videos
Outcome ModelRecord(std::string_view bytes);        // mestr.json in a model file
Outcome PredictionsCsv(std::string_view bytes);     // predictions.csv
Outcome QuestionsJsonl(std::string_view bytes);     // of mestr vqa
Outcome SubmissionZip(std::string_view bytes);      // submission.zip
Outcome Video(std::string_view bytes);              // what FFmpeg reads
Outcome VideoLengthsCsv(std::string_view bytes);    // --lengths

}  // namespace mestr::fuzz
