#include "report/interval_pictures.h"

#include <algorithm>
#include <list>
#include <memory>

#include "report/find_pictures.h"
#include "report/footage.h"

namespace mestr::internal {
namespace {

// A find whose pictures are not made yet.
struct OpenFind {
  FindPictures pictures;
  IntervalPictures* made;
};

class PictureMaker {
 public:
  PictureMaker(const VideoResults& video, const PictureOptions& options, FaceFinder& finder)
      : flow_(MakeFlowEngine({})) {
    pictures_.resize(video.faces.size());
    for (std::size_t f = 0; f < video.faces.size(); ++f) {
      const FaceResults& face = video.faces[f];
      pictures_[f].resize(face.intervals.size());
      for (std::size_t i = 0; i < face.intervals.size(); ++i) {
        open_.push_back(
            {FindPictures(video, face, face.intervals[i], options, finder), &pictures_[f][i]});
        end_frame_ = std::max(end_frame_, open_.back().pictures.frames().offset + 1);
      }
    }
  }

  std::int64_t end_frame() const { return end_frame_; }  // what comes later is in no picture

  bool Wants(std::int64_t frame) const {
    return std::any_of(open_.begin(), open_.end(),
                       [&](const OpenFind& find) { return find.pictures.Wants(frame); });
  }

  void Push(const Frame& frame) {
    for (OpenFind& find : open_) {
      if (find.pictures.Wants(frame.index)) find.pictures.Push(frame);
      if (find.pictures.frames().offset == frame.index) *find.made = find.pictures.Make(*flow_);
    }
    std::erase_if(
        open_, [&](const OpenFind& find) { return find.pictures.frames().offset <= frame.index; });
  }

  std::vector<std::vector<IntervalPictures>> Take() { return std::move(pictures_); }

 private:
  std::unique_ptr<FlowEngine> flow_;
  std::vector<std::vector<IntervalPictures>> pictures_;
  std::list<OpenFind> open_;  // finds are not moved
  std::int64_t end_frame_ = 0;
};

}  // namespace

std::vector<std::vector<IntervalPictures>> PicturesOf(const VideoResults& video,
                                                      const VideoOptions& video_options,
                                                      const std::filesystem::path& landmark_model,
                                                      const PictureOptions& options) {
  const bool any = std::any_of(video.faces.begin(), video.faces.end(),
                               [](const FaceResults& face) { return !face.intervals.empty(); });
  if (!any) return std::vector<std::vector<IntervalPictures>>(video.faces.size());
  FaceFinder finder(FindLandmarkModel(landmark_model));
  PictureMaker maker(video, options, finder);
  Footage footage(video.input.path, video, video_options);
  Frame frame;
  for (std::int64_t next = 0; next < maker.end_frame(); ++next) {
    footage.WantImages(maker.Wants(next));
    footage.Next(frame);
    maker.Push(frame);
  }
  return maker.Take();
}

}  // namespace mestr::internal
