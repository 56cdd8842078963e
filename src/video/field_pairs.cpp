#include "video/field_pairs.h"

namespace mestr::internal {
namespace {

bool IsField(AVPictureStructure structure) {
  return structure == AV_PICTURE_STRUCTURE_TOP_FIELD ||
         structure == AV_PICTURE_STRUCTURE_BOTTOM_FIELD;
}

}  // namespace

FieldPairs::FieldPairs(const AVCodecParameters& parameters) {
  if (parameters.codec_id != AV_CODEC_ID_H264) return;
  context_ = Made(avcodec_alloc_context3(nullptr));
  parser_.reset(av_parser_init(parameters.codec_id));
  const bool is_ready = parser_ && avcodec_parameters_to_context(context_.get(), &parameters) >= 0;
  if (!is_ready) {
    parser_.reset();
    return;
  }
  parser_->flags |= PARSER_FLAG_COMPLETE_FRAMES;
}

bool FieldPairs::IsSecondField(const AVPacket& packet) {
  if (!parser_) return false;
  std::uint8_t* data = nullptr;
  int size = 0;
  av_parser_parse2(parser_.get(), context_.get(), &data, &size, packet.data, packet.size,
                   packet.pts, packet.dts, packet.pos);
  const AVPictureStructure structure = parser_->picture_structure;
  // A packet with both fields names the first, so that all of a stream's name the same.
  const bool is_second = IsField(structure) && IsField(open_field_) && structure != open_field_;
  open_field_ = is_second ? AV_PICTURE_STRUCTURE_UNKNOWN : structure;
  return is_second;
}

}  // namespace mestr::internal
