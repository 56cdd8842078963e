// The two prediction CSVs, written and read here and nowhere else. Frames are 1-based inclusive in
// the files, 0-based in the records.
//   leaderboard, cas_pred.csv and samm_pred.csv:
//     subject,video,onset,offset,emotion
//   any other input, predictions.csv:
//     dataset,subject,video,onset,apex,offset,onset_s,offset_s,emotion,probability,score,
//     evidence,context,track
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mestr/submission/records.h"

namespace mestr {

inline constexpr std::string_view kPredictionsFile = "predictions.csv";
inline constexpr std::string_view kSubmissionFile = "submission.zip";

// "cas" -> "cas_pred.csv".
std::string LeaderboardFileName(std::string_view dataset);
// "cas_pred.csv" -> "cas"; empty for any other kind of name.
std::string DatasetOfLeaderboardFile(std::string_view file_name);

// The text of a leaderboard file, rows in the order given, `others` left out, subjects as
// ComparableSubject gives them. The predictions are those of one data set.
std::string LeaderboardCsv(std::span<const Prediction> predictions);

// The text of predictions.csv, rows in the order given; what is not known is an empty cell. A name
// that a spreadsheet program would run as a formula (=1+1) has an apostrophe before it, which the
// reader takes away.
std::string PredictionsCsv(std::span<const Prediction> predictions);

// What is wrong with a prediction's emotion, empty where nothing is; nullptr: any emotion is read.
using PredictionEmotionCheck = std::function<std::string(const Prediction&)>;

// A leaderboard file, of the data set that its name begins with. Throws Error{kInput}
// "file:line:column: what", also for a prediction that is there twice: same video, frames and
// emotion.
std::vector<Prediction> ReadLeaderboardFile(
    const std::filesystem::path& path, const PredictionEmotionCheck& emotion_problem = nullptr);

// predictions.csv. Of its columns only dataset, subject, video, onset, offset and emotion are
// needed. Throws Error{kInput} as above.
std::vector<Prediction> ReadPredictionsFile(
    const std::filesystem::path& path, const PredictionEmotionCheck& emotion_problem = nullptr);

// Everything that `inputs` hold: an output folder (its leaderboard files and predictions.csv, those
// that are there), a leaderboard or predictions CSV, a submission.zip. Throws Error{kInput}: a
// folder without any of them, a file given twice, a video that two files have.
std::vector<Prediction> ReadPredictions(const std::vector<std::filesystem::path>& inputs,
                                        const PredictionEmotionCheck& emotion_problem = nullptr);

}  // namespace mestr
