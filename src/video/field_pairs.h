// H.264's interlaced pictures whose two fields are packets of their own (PAFF; camcorders' AVCHD).
#pragma once

#include "video/libav.h"

namespace mestr::internal {

class FieldPairs {
 public:
  // For a stream of any codec; all but H.264 have none.
  explicit FieldPairs(const AVCodecParameters& parameters);

  // To be asked for each packet, in the order of the file: whether it completes the picture that
  // the packet before it began.
  bool IsSecondField(const AVPacket& packet);

 private:
  struct CloseParser {
    void operator()(AVCodecParserContext* parser) const { av_parser_close(parser); }
  };

  AvPtr<AVCodecContext> context_;
  std::unique_ptr<AVCodecParserContext, CloseParser> parser_;
  AVPictureStructure open_field_ = AV_PICTURE_STRUCTURE_UNKNOWN;  // that waits for its other one
};

}  // namespace mestr::internal
