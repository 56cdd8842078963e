// Labels and predictions for tests, with what every one of them has.
#pragma once

#include <string>

#include "mestr/submission/records.h"

namespace mestr::testing {

// A Label or a Prediction.
template <typename Record>
Record MakeRecord(const VideoKey& video, Interval interval, const std::string& emotion) {
  Record record;
  record.video = video;
  record.interval = interval;
  record.emotion = emotion;
  return record;
}

inline Label MakeLabel(const VideoKey& video, Interval interval,
                       const std::string& emotion = "negative") {
  return MakeRecord<Label>(video, interval, emotion);
}

inline Prediction MakePrediction(const VideoKey& video, Interval interval,
                                 const std::string& emotion = "negative") {
  return MakeRecord<Prediction>(video, interval, emotion);
}

}  // namespace mestr::testing
