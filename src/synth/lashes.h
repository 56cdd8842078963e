// Eyelashes: the model's strips of lashes, cut into hairs that taper from the lid to their tips.
#pragma once

#include <cstdint>
#include <vector>

#include "synth/people_model.h"
#include "synth/visibility.h"

namespace mestr::internal::synth {

class Lashes {
 public:
  // `thickness`: 1 for hairs that touch each other at the lid.
  Lashes(const PeopleModel& model, float thickness);

  // Draws them with the ids of the strips' triangles; `screen` by vertex.
  void Draw(const std::vector<ScreenVertex>& screen, Visibility& seen) const;

 private:
  // A piece of a strip; a to b lies on the lid's side, d to c on the tips'.
  struct Piece {
    std::uint32_t triangle;
    std::uint16_t a, b, c, d;
    float root, tip;  // how near its sides are to the hairs' tips, 0 to 1
    float width;      // of a hair at the lid, as part of its share of the piece
  };
  std::vector<Piece> pieces_;
};

}  // namespace mestr::internal::synth
