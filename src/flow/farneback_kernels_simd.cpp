// The kernels with Highway, compiled once per instruction set and chosen at run time.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "flow/farneback_kernels.h"
#include "flow/highway_targets.inc"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "flow/farneback_kernels_simd.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"

// Highway's fallback for builds without any SIMD: ScalarKernels stands for it.
#if HWY_TARGET != HWY_SCALAR

HWY_BEFORE_NAMESPACE();
namespace mestr::internal::farneback {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
using Vector = hn::Vec<Tag>;
using Mask = hn::Mask<Tag>;
constexpr Tag kTag;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(kTag));

using WideTag = hn::CappedTag<double, 8>;
using Wide = hn::Vec<WideTag>;
constexpr WideTag kWideTag;
constexpr int kWideLanes = static_cast<int>(hn::MaxLanes(kWideTag));
// As many floats.
using HalfTag = hn::Rebind<float, WideTag>;
using HalfVector = hn::Vec<HalfTag>;
constexpr HalfTag kHalfTag;

// Room for what the kernels mirror or repeat on both sides of a row, and for a vector past its end.
constexpr std::ptrdiff_t kSide = 16;

HWY_INLINE Wide LoadWide(const float* at) {
  return hn::PromoteTo(kWideTag, hn::LoadU(kHalfTag, at));
}

HWY_INLINE Wide Widened(HalfVector value) { return hn::PromoteTo(kWideTag, value); }

HWY_INLINE HalfVector Narrowed(Wide value) { return hn::DemoteTo(kHalfTag, value); }

// ---- the image --------------------------------------------------------------------------------

HWY_INLINE Vector LoadPixels(const std::uint8_t* at) {
  const hn::Rebind<std::uint8_t, Tag> bytes;
  const hn::RebindToSigned<Tag> ints;
  return hn::ConvertTo(kTag, hn::PromoteTo(ints, hn::LoadU(bytes, at)));
}

// Whole numbers of at most 4080, so that no order of the sums matters.
void Smooth(const ImageView<const std::uint8_t>& image, Plane<float> smoothed,
            const Scratch& scratch) {
  const int width = image.width;
  float* column = scratch.floats + kSide;
  const Vector sixteenth = hn::Set(kTag, 0.0625F);
  for (int y = 0; y < image.height; ++y) {
    const int above_y = image.height == 1 ? 0 : std::abs(y - 1);
    const int below_y = y + 1 < image.height ? y + 1 : above_y;
    const std::uint8_t* above = image.row(above_y);
    const std::uint8_t* here = image.row(y);
    const std::uint8_t* below = image.row(below_y);
    int x = 0;
    for (; x + kLanes <= width; x += kLanes) {
      const Vector middle = LoadPixels(here + x);
      const Vector sum =
          hn::Add(hn::Add(LoadPixels(above + x), LoadPixels(below + x)), hn::Add(middle, middle));
      hn::StoreU(sum, kTag, column + x);
    }
    for (; x < width; ++x) column[x] = static_cast<float>(above[x] + 2 * here[x] + below[x]);
    column[-1] = column[width == 1 ? 0 : 1];
    column[width] = column[width == 1 ? 0 : width - 2];
    for (x = 0; x < width; x += kLanes) {
      const Vector middle = hn::LoadU(kTag, column + x);
      const Vector sum =
          hn::Add(hn::Add(hn::LoadU(kTag, column + x - 1), hn::LoadU(kTag, column + x + 1)),
                  hn::Add(middle, middle));
      hn::StoreU(hn::Mul(sum, sixteenth), kTag, smoothed.row(y) + x);
    }
  }
}

// ---- the polynomials --------------------------------------------------------------------------

// Three rows of sums, their ends repeated on both sides.
struct VerticalSums {
  VerticalSums(const Scratch& scratch, int width) {
    const std::ptrdiff_t pitch = RoundUpFloats(width) + 2 * kSide;
    for (int i = 0; i < 3; ++i) row[i] = scratch.floats + i * pitch + kSide;
  }
  float* row[3];
};

HWY_INLINE void FillSide(float* at, float value) {
  for (int i = 0; i < kSide; i += kLanes) hn::StoreU(hn::Set(kTag, value), kTag, at + i);
}

HWY_INLINE void SumRows(Plane<const float> image, int width, int height, int y, const Basis& basis,
                        const VerticalSums& sums) {
  const float* above[kPolyRadius];
  const float* below[kPolyRadius];
  for (int k = 0; k < kPolyRadius; ++k) {
    above[k] = image.row(std::max(y - k - 1, 0));
    below[k] = image.row(std::min(y + k + 1, height - 1));
  }
  const float* here = image.row(y);
  for (int x = 0; x < width; x += kLanes) {
    Vector one = hn::Mul(hn::LoadU(kTag, here + x), hn::Set(kTag, basis.g[0]));
    Vector along_y = hn::Zero(kTag);
    Vector squared = hn::Zero(kTag);
    HWY_UNROLL(7)
    for (int k = 0; k < kPolyRadius; ++k) {
      const Vector a = hn::LoadU(kTag, above[k] + x);
      const Vector b = hn::LoadU(kTag, below[k] + x);
      const Vector both = hn::Add(a, b);
      one = hn::Add(one, hn::Mul(hn::Set(kTag, basis.g[k + 1]), both));
      along_y = hn::Add(along_y, hn::Mul(hn::Set(kTag, basis.xg[k + 1]), hn::Sub(b, a)));
      squared = hn::Add(squared, hn::Mul(hn::Set(kTag, basis.xxg[k + 1]), both));
    }
    hn::StoreU(one, kTag, sums.row[0] + x);
    hn::StoreU(along_y, kTag, sums.row[1] + x);
    hn::StoreU(squared, kTag, sums.row[2] + x);
  }
  static_assert(kPolyRadius <= kSide);
  for (float* row : sums.row) {
    FillSide(row - kSide, row[0]);
    FillSide(row + width, row[width - 1]);
  }
}

// A vector of floats as doubles.
struct WidePair {
  Wide lower;
  Wide upper;
};

HWY_INLINE WidePair WidenedPair(Vector value) {
  return {Widened(hn::LowerHalf(kHalfTag, value)), Widened(hn::UpperHalf(kHalfTag, value))};
}

HWY_INLINE Vector Narrowed(const WidePair& value) {
  return hn::Combine(kTag, Narrowed(value.upper), Narrowed(value.lower));
}

HWY_INLINE WidePair Sum(const WidePair& a, const WidePair& b) {
  return {hn::Add(a.lower, b.lower), hn::Add(a.upper, b.upper)};
}

HWY_INLINE WidePair Times(const WidePair& a, double factor) {
  const Wide factors = hn::Set(kWideTag, factor);
  return {hn::Mul(a.lower, factors), hn::Mul(a.upper, factors)};
}

HWY_INLINE Vector Times(Vector value, float factor) {
  return hn::Mul(value, hn::Set(kTag, factor));
}

// Of the pixels k to the left and to the right.
HWY_INLINE Vector BothSides(const float* at, int k) {
  return hn::Add(hn::LoadU(kTag, at + k), hn::LoadU(kTag, at - k));
}

HWY_INLINE Vector Change(const float* at, int k) {
  return hn::Sub(hn::LoadU(kTag, at + k), hn::LoadU(kTag, at - k));
}

// The five channels of a vector of pixels, `pitch` apart.
HWY_INLINE void WritePolynomials(const VerticalSums& sums, const Basis& basis, int x,
                                 std::ptrdiff_t pitch, float* out) {
  const float* one = sums.row[0] + x;
  const float* along_y = sums.row[1] + x;
  const float* squared = sums.row[2] + x;
  const WidePair zero = {hn::Zero(kWideTag), hn::Zero(kWideTag)};
  WidePair b1 = WidenedPair(Times(hn::LoadU(kTag, one), basis.g[0]));
  WidePair b2 = zero;
  WidePair b4 = zero;
  HWY_UNROLL(7)
  for (int k = 1; k <= kPolyRadius; ++k) {
    const WidePair both = WidenedPair(BothSides(one, k));
    b1 = Sum(b1, Times(both, double{basis.g[k]}));
    b4 = Sum(b4, Times(both, double{basis.xxg[k]}));
    b2 = Sum(b2, WidenedPair(Times(Change(one, k), basis.xg[k])));
  }
  const WidePair constant = Times(b1, basis.ig03);
  hn::StoreU(Narrowed(Times(b2, basis.ig11)), kTag, out + pitch);
  hn::StoreU(Narrowed(Sum(constant, Times(b4, basis.ig33))), kTag, out + 3 * pitch);
  WidePair b3 = WidenedPair(Times(hn::LoadU(kTag, along_y), basis.g[0]));
  WidePair b5 = WidenedPair(Times(hn::LoadU(kTag, squared), basis.g[0]));
  WidePair b6 = zero;
  HWY_UNROLL(7)
  for (int k = 1; k <= kPolyRadius; ++k) {
    b3 = Sum(b3, WidenedPair(Times(BothSides(along_y, k), basis.g[k])));
    b6 = Sum(b6, WidenedPair(Times(Change(along_y, k), basis.xg[k])));
    b5 = Sum(b5, WidenedPair(Times(BothSides(squared, k), basis.g[k])));
  }
  hn::StoreU(Narrowed(Times(b3, basis.ig11)), kTag, out);
  hn::StoreU(Narrowed(Sum(constant, Times(b5, basis.ig33))), kTag, out + 2 * pitch);
  hn::StoreU(Narrowed(Times(b6, basis.ig55)), kTag, out + 4 * pitch);
}

void Expand(Plane<const float> image, const Basis& shared_basis, const Channels& polynomials,
            const Scratch& scratch) {
  // A copy, which the compiler knows that no store changes.
  const Basis basis = shared_basis;
  const VerticalSums sums(scratch, polynomials.width);
  const int width = polynomials.width;
  const int height = polynomials.height;
  const std::ptrdiff_t pitch = polynomials.pitch;
  for (int y = 0; y < height; ++y) {
    SumRows(image, width, height, y, basis, sums);
    float* out = polynomials.row(y, 0);
    for (int x = 0; x < width; x += kLanes) WritePolynomials(sums, basis, x, pitch, out + x);
  }
}

// ---- the equations ----------------------------------------------------------------------------

struct BilinearWeights {
  Vector a00, a01, a10, a11;
};

HWY_INLINE BilinearWeights WeightsOf(Vector fx, Vector fy) {
  const Vector one = hn::Set(kTag, 1.0F);
  const Vector gx = hn::Sub(one, fx);
  const Vector gy = hn::Sub(one, fy);
  return {hn::Mul(gx, gy), hn::Mul(fx, gy), hn::Mul(gx, fy), hn::Mul(fx, fy)};
}

HWY_INLINE Vector Mixed(const BilinearWeights& w, Vector p00, Vector p01, Vector p10, Vector p11) {
  const Vector above = hn::Add(hn::Mul(w.a00, p00), hn::Mul(w.a01, p01));
  return hn::Add(hn::Add(above, hn::Mul(w.a10, p10)), hn::Mul(w.a11, p11));
}

// Where a vector of pixels looks in the other image.
struct Target {
  Vector offset_x;  // whole px, from each pixel to the one left and above of where it looks
  Vector offset_y;
  Vector fx;
  Vector fy;
  Mask inside;
};

// The sizes are of what may be looked at: all but the last column and row of the other image.
HWY_INLINE Target TargetOf(Vector width, Vector height, Vector at_x, Vector at_y, Vector dx,
                           Vector dy) {
  const Vector x = hn::Add(at_x, dx);
  const Vector y = hn::Add(at_y, dy);
  const Vector left = hn::Floor(x);
  const Vector top = hn::Floor(y);
  const Vector zero = hn::Zero(kTag);
  const Mask inside_x = hn::And(hn::Ge(left, zero), hn::Lt(left, width));
  const Mask inside_y = hn::And(hn::Ge(top, zero), hn::Lt(top, height));
  return {hn::Sub(left, at_x), hn::Sub(top, at_y), hn::Sub(x, left), hn::Sub(y, top),
          hn::And(inside_x, inside_y)};
}

// Whole px from some pixels to where they look.
struct Offset {
  int x = 0;
  int y = 0;
};

HWY_INLINE Offset FirstOffset(const Target& target, Mask mask) {
  HWY_ALIGN float x[kLanes];
  HWY_ALIGN float y[kLanes];
  hn::Store(target.offset_x, kTag, x);
  hn::Store(target.offset_y, kTag, y);
  const std::size_t lane = hn::FindKnownFirstTrue(kTag, mask);
  return {static_cast<int>(x[lane]), static_cast<int>(y[lane])};
}

#if HWY_TARGET == HWY_AVX3

constexpr hn::RebindToSigned<Tag> kIntTag;
using IntVector = hn::Vec<decltype(kIntTag)>;

// Of two vectors as one; Highway 1.0 does not look up in two.
HWY_INLINE Vector Pick(Vector low, Vector high, IntVector index) {
  return Vector{_mm512_permutex2var_ps(low.raw, index.raw, high.raw)};
}

// Takes the pixels of `left` that look at about one offset, and returns them: those of the same y
// and of an x that is up to 8 px less or 7 px more. `here` is where the first pixel stands.
HWY_INLINE Mask MoveSome(const float* here, std::ptrdiff_t pitch, const Target& target, Mask left,
                         const Offset& offset, Vector (&moved)[kChannels]) {
  constexpr int kReach_px = 8;
  const Vector start = hn::Set(kTag, static_cast<float>(offset.x - kReach_px));
  const Vector at = hn::Add(hn::Sub(target.offset_x, start), hn::Iota(kTag, 0));
  const Mask in_reach =
      hn::And(hn::Ge(at, hn::Zero(kTag)), hn::Lt(at, hn::Set(kTag, 2.0F * kLanes - 1)));
  const Mask same_y = hn::Eq(target.offset_y, hn::Set(kTag, static_cast<float>(offset.y)));
  const Mask taken = hn::And(left, hn::And(in_reach, same_y));
  const IntVector first = hn::ConvertTo(kIntTag, at);
  const IntVector second = hn::Add(first, hn::Set(kIntTag, 1));
  const BilinearWeights weights = WeightsOf(target.fx, target.fy);
  const float* above = here + offset.y * kChannels * pitch + offset.x - kReach_px;
  HWY_UNROLL(5)
  for (int c = 0; c < kChannels; ++c, above += pitch) {
    const float* below = above + kChannels * pitch;
    const Vector a0 = hn::LoadU(kTag, above);
    const Vector a1 = hn::LoadU(kTag, above + kLanes);
    const Vector b0 = hn::LoadU(kTag, below);
    const Vector b1 = hn::LoadU(kTag, below + kLanes);
    const Vector mixed = Mixed(weights, Pick(a0, a1, first), Pick(a0, a1, second),
                               Pick(b0, b1, first), Pick(b0, b1, second));
    moved[c] = hn::IfThenElse(taken, mixed, moved[c]);
  }
  return taken;
}

#else

// Takes the pixels of `left` that look at an offset, and returns them. `here` is where the first
// pixel stands.
HWY_INLINE Mask MoveSome(const float* here, std::ptrdiff_t pitch, const Target& target, Mask left,
                         const Offset& offset, Vector (&moved)[kChannels]) {
  const Mask same_x = hn::Eq(target.offset_x, hn::Set(kTag, static_cast<float>(offset.x)));
  const Mask same_y = hn::Eq(target.offset_y, hn::Set(kTag, static_cast<float>(offset.y)));
  const Mask taken = hn::And(left, hn::And(same_x, same_y));
  const BilinearWeights weights = WeightsOf(target.fx, target.fy);
  const float* above = here + offset.y * kChannels * pitch + offset.x;
  HWY_UNROLL(5)
  for (int c = 0; c < kChannels; ++c, above += pitch) {
    const float* below = above + kChannels * pitch;
    const Vector mixed = Mixed(weights, hn::LoadU(kTag, above), hn::LoadU(kTag, above + 1),
                               hn::LoadU(kTag, below), hn::LoadU(kTag, below + 1));
    moved[c] = hn::IfThenElse(taken, mixed, moved[c]);
  }
  return taken;
}

#endif

// The polynomials where the pixels from `here` on look, zeros for those that look outside. Most
// look where their neighbours to the left look, at `offset`; the others are taken one after the
// other.
HWY_INLINE void Move(const float* here, std::ptrdiff_t pitch, const Target& target, Offset& offset,
                     Vector (&moved)[kChannels]) {
  HWY_UNROLL(5)
  for (int c = 0; c < kChannels; ++c) moved[c] = hn::Zero(kTag);
  Mask left = target.inside;
  for (;;) {
    left = hn::AndNot(MoveSome(here, pitch, target, left, offset, moved), left);
    if (hn::AllFalse(kTag, left)) return;
    offset = FirstOffset(target, left);
  }
}

// The polynomials of the pixels from `here` on themselves, zeros for those not inside.
HWY_INLINE void TakeStill(const float* here, std::ptrdiff_t pitch, Mask inside,
                          Vector (&moved)[kChannels]) {
  HWY_UNROLL(5)
  for (int c = 0; c < kChannels; ++c) {
    moved[c] = hn::IfThenElseZero(inside, hn::LoadU(kTag, here + c * pitch));
  }
}

HWY_INLINE void WriteEquations(const float* from, const Vector (&moved)[kChannels], Mask inside,
                               Vector dx, Vector dy, Vector scale, std::ptrdiff_t pitch,
                               float* equations) {
  const Vector half = hn::Set(kTag, 0.5F);
  Vector base[kChannels];
  HWY_UNROLL(5)
  for (int c = 0; c < kChannels; ++c) base[c] = hn::LoadU(kTag, from + c * pitch);
  Vector r4 = hn::IfThenElse(inside, hn::Mul(hn::Add(base[2], moved[2]), half), base[2]);
  Vector r5 = hn::IfThenElse(inside, hn::Mul(hn::Add(base[3], moved[3]), half), base[3]);
  Vector r6 = hn::IfThenElse(inside, hn::Mul(hn::Add(base[4], moved[4]), hn::Set(kTag, 0.25F)),
                             hn::Mul(base[4], half));
  Vector r2 = hn::Mul(hn::Sub(base[0], moved[0]), half);
  Vector r3 = hn::Mul(hn::Sub(base[1], moved[1]), half);
  r2 = hn::Mul(hn::Add(r2, hn::Add(hn::Mul(r4, dy), hn::Mul(r6, dx))), scale);
  r3 = hn::Mul(hn::Add(r3, hn::Add(hn::Mul(r6, dy), hn::Mul(r5, dx))), scale);
  r4 = hn::Mul(r4, scale);
  r5 = hn::Mul(r5, scale);
  r6 = hn::Mul(r6, scale);
  const Vector r66 = hn::Mul(r6, r6);
  hn::StoreU(hn::Add(hn::Mul(r4, r4), r66), kTag, equations);
  hn::StoreU(hn::Mul(hn::Add(r4, r5), r6), kTag, equations + pitch);
  hn::StoreU(hn::Add(hn::Mul(r5, r5), r66), kTag, equations + 2 * pitch);
  hn::StoreU(hn::Add(hn::Mul(r4, r2), hn::Mul(r6, r3)), kTag, equations + 3 * pitch);
  hn::StoreU(hn::Add(hn::Mul(r6, r2), hn::Mul(r5, r3)), kTag, equations + 4 * pitch);
}

void Equations(const Channels& from, const Channels& to, const Flow& flow,
               const Channels& equations, const Scratch& scratch) {
  BorderScale scale(from.width, from.height, scratch.floats);
  const int width = from.width;
  const int height = from.height;
  const std::ptrdiff_t pitch = from.pitch;
  const Vector row_end = hn::Set(kTag, static_cast<float>(width));
  const Vector last_x = hn::Set(kTag, static_cast<float>(width - 1));
  const Vector last_y = hn::Set(kTag, static_cast<float>(height - 1));
  for (int y = 0; y < height; ++y) {
    const BorderScale::Row row_scale = scale.OfRow(y);
    const Vector above = hn::Set(kTag, row_scale.above);
    const Vector below = hn::Set(kTag, row_scale.below);
    const float* u = flow.u.row(y);
    const float* v = flow.v.row(y);
    const float* base = from.row(y, 0);
    const float* other = to.row(y, 0);
    float* out = equations.row(y, 0);
    const Vector at_y = hn::Set(kTag, static_cast<float>(y));
    Offset offset;
    for (int x = 0; x < width; x += kLanes) {
      const Vector dx = hn::LoadU(kTag, u + x);
      const Vector dy = hn::LoadU(kTag, v + x);
      const Vector at_x = hn::Iota(kTag, static_cast<float>(x));
      Target target = TargetOf(last_x, last_y, at_x, at_y, dx, dy);
      // Pixels past the end of the row look nowhere.
      target.inside = hn::And(target.inside, hn::Lt(at_x, row_end));
      Vector moved[kChannels];
      // At first there is no flow: each pixel looks at itself.
      const Vector zero = hn::Zero(kTag);
      if (hn::AllTrue(kTag, hn::And(hn::Eq(dx, zero), hn::Eq(dy, zero)))) {
        TakeStill(other + x, pitch, target.inside, moved);
      } else {
        Move(other + x, pitch, target, offset, moved);
      }
      const Vector columns = hn::LoadU(kTag, row_scale.columns + x);
      WriteEquations(base + x, moved, target.inside, dx, dy,
                     hn::Mul(hn::Mul(columns, above), below), pitch, out + x);
    }
  }
}

// ---- the flow ---------------------------------------------------------------------------------

// The sums over rows of the window run down the image, those over columns run along a row. So that
// both fill vectors, blocks of rows are turned between them: as many rows as fill a vector side by
// side, at least four. What is turned is used soon, so that it needs but little memory, which stays
// close to the processor.
constexpr int kGroup = 4;  // rows that Highway turns at once
constexpr int kBlock = std::max(kGroup, kWideLanes);
constexpr int kVectors = kBlock / kWideLanes;  // of one column of a block
constexpr int kStep = 8;                       // columns that are turned at once

// Scratch of Solve.
struct Block {
  // Those of a step and of the windows around the columns that it solves are there.
  static constexpr int kTurned = Scratch::kTurnedColumns;
  static_assert(kTurned >= kStep + 3 * (kWindowRadius + 1));

  Block(const Scratch& scratch, int width)
      : pitch(RoundUpFloats(width) + 2 * kSide),
        sums(scratch.doubles),
        turned(scratch.doubles + kChannels * pitch),
        turned_flow(scratch.floats) {}

  double* RowSums(int channel) const { return sums + channel * pitch; }
  double* Column(int channel, int x) const {
    return turned + (channel * kTurned + (x & (kTurned - 1))) * kBlock;
  }
  // Of a group of rows.
  float* FlowColumn(int group, int axis, int x) const {
    return turned_flow + ((group * 2 + axis) * pitch + x) * kGroup;
  }

  std::ptrdiff_t pitch;
  double* sums;
  double* turned;
  float* turned_flow;
};

// The sums over the rows of the window of the row before the first one.
HWY_INLINE void StartSums(const Channels& equations, int channel, double* sums) {
  const float* rows[kWindowRadius];
  for (int y = 0; y < kWindowRadius; ++y) {
    rows[y] = equations.row(std::min(y, equations.height - 1), channel);
  }
  const HalfVector first = hn::Set(kHalfTag, static_cast<float>(kWindowRadius + 2));
  for (int x = 0; x < equations.width; x += kWideLanes) {
    Wide sum = Widened(hn::Mul(hn::LoadU(kHalfTag, rows[0] + x), first));
    HWY_UNROLL(7)
    for (int y = 1; y < kWindowRadius; ++y) sum = hn::Add(sum, LoadWide(rows[y] + x));
    hn::StoreU(sum, kWideTag, sums + x);
  }
}

// The rows that the sums of a block's rows gain and lose, of the first channel.
struct BlockRows {
  BlockRows(const Channels& equations, int y) {
    const int last = equations.height - 1;
    for (int i = 0; i < kBlock; ++i) {
      added[i] = equations.row(std::min(y + i + kWindowRadius, last), 0);
      removed[i] = equations.row(std::clamp(y + i - kWindowRadius - 1, 0, last), 0);
    }
  }
  const float* added[kBlock];
  const float* removed[kBlock];
};

// Stores rows as columns, one after the other.
HWY_INLINE void StoreColumns(const Wide (&rows)[kGroup], double* columns) {
  hn::StoreInterleaved4(rows[0], rows[1], rows[2], rows[3], kWideTag, columns);
}

// Of vectors of eight.
HWY_INLINE void StoreColumns(const Wide (&rows)[8], double* columns) {
  Wide pairs[2][4];  // of rows: the even columns, the odd ones
  HWY_UNROLL(4)
  for (int i = 0; i < 4; ++i) {
    pairs[0][i] = hn::InterleaveLower(kWideTag, rows[2 * i], rows[2 * i + 1]);
    pairs[1][i] = hn::InterleaveUpper(kWideTag, rows[2 * i], rows[2 * i + 1]);
  }
  Wide fours[4][2];  // of rows: columns i and i + 4
  HWY_UNROLL(4)
  for (int i = 0; i < 4; ++i) {
    const Wide& first = pairs[i % 2][i / 2 * 2];
    const Wide& second = pairs[i % 2][i / 2 * 2 + 1];
    fours[i % 2][i / 2] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(second), first);
    fours[i % 2 + 2][i / 2] = hn::OddEvenBlocks(second, hn::SwapAdjacentBlocks(first));
  }
  HWY_UNROLL(4)
  for (int i = 0; i < 4; ++i) {
    hn::StoreU(hn::ConcatLowerLower(kWideTag, fours[i][1], fours[i][0]), kWideTag, columns + 8 * i);
    hn::StoreU(hn::ConcatUpperUpper(kWideTag, fours[i][1], fours[i][0]), kWideTag,
               columns + 8 * (i + 4));
  }
}

// The sums of a block's rows in a step's columns from x on.
HWY_INLINE void TurnSums(const BlockRows& rows, std::ptrdiff_t pitch, int x, const Block& block) {
  for (int channel = 0; channel < kChannels; ++channel) {
    double* sums = block.RowSums(channel) + x;
    double* column = block.Column(channel, x);
    const std::ptrdiff_t at = channel * pitch + x;
    for (int i = 0; i < kStep; i += kWideLanes) {
      Wide turned[kBlock];
      Wide sum = hn::LoadU(kWideTag, sums + i);
      HWY_UNROLL(8)
      for (int row = 0; row < kBlock; ++row) {
        const HalfVector change = hn::Sub(hn::LoadU(kHalfTag, rows.added[row] + at + i),
                                          hn::LoadU(kHalfTag, rows.removed[row] + at + i));
        sum = turned[row] = hn::Add(sum, Widened(change));
      }
      hn::StoreU(sum, kWideTag, sums + i);
      StoreColumns(turned, column + i * kBlock);
    }
  }
}

// Column x of the rows that vector `part` of the block stands for.
HWY_INLINE Wide LoadColumn(const Block& block, int part, int channel, int x) {
  return hn::LoadU(kWideTag, block.Column(channel, x) + part * kWideLanes);
}

// Repeats column `from` in kWindowRadius + 1 columns from `to` on.
HWY_INLINE void RepeatColumn(const Block& block, int from, int to) {
  for (int part = 0; part < kVectors; ++part) {
    for (int channel = 0; channel < kChannels; ++channel) {
      const Wide column = LoadColumn(block, part, channel, from);
      for (int x = to; x <= to + kWindowRadius; ++x) {
        hn::StoreU(column, kWideTag, block.Column(channel, x) + part * kWideLanes);
      }
    }
  }
}

HWY_INLINE void StoreFlow(HalfVector flow, const Block& block, int part, int axis, int x) {
  if constexpr (kBlock == 2 * kGroup) {
    const hn::Half<HalfTag> half;
    hn::StoreU(hn::LowerHalf(half, flow), half, block.FlowColumn(0, axis, x));
    hn::StoreU(hn::UpperHalf(half, flow), half, block.FlowColumn(1, axis, x));
  } else {
    hn::StoreU(flow, kHalfTag, block.FlowColumn(0, axis, x) + part * kWideLanes);
  }
}

// Sums over the columns of the window, of a vector of rows.
struct ColumnSums {
  // GCC gives an implied constructor none of the instruction set's options, and so cannot inline
  // that of an ARM vector into it.
  HWY_INLINE ColumnSums() {}  // NOLINT(modernize-use-equals-default)
  Wide g[kChannels];
};

// Of the column before the first one.
HWY_INLINE ColumnSums StartColumnSums(const Block& block, int part, int width) {
  ColumnSums sums;
  HWY_UNROLL(5)
  for (int c = 0; c < kChannels; ++c) {
    sums.g[c] = hn::Mul(LoadColumn(block, part, c, 0),
                        hn::Set(kWideTag, static_cast<double>(kWindowRadius + 2)));
    for (int x = 1; x < kWindowRadius; ++x) {
      sums.g[c] = hn::Add(sums.g[c], LoadColumn(block, part, c, std::min(x, width - 1)));
    }
  }
  return sums;
}

// Columns [begin, end).
HWY_INLINE void SolveColumns(const Block& block, int part, int begin, int end, ColumnSums& sums) {
  constexpr int kSide_px = 2 * kWindowRadius + 1;
  const Wide to_mean = hn::Set(kWideTag, 1.0 / (kSide_px * kSide_px));
  const Wide one = hn::Set(kWideTag, 1.0);
  const Wide little = hn::Set(kWideTag, 1e-3);
  ColumnSums running = sums;
  for (int x = begin; x < end; ++x) {
    Wide mean[kChannels];
    HWY_UNROLL(5)
    for (int c = 0; c < kChannels; ++c) {
      running.g[c] =
          hn::Add(running.g[c], hn::Sub(LoadColumn(block, part, c, x + kWindowRadius),
                                        LoadColumn(block, part, c, x - kWindowRadius - 1)));
      mean[c] = hn::Mul(running.g[c], to_mean);
    }
    const Wide determinant =
        hn::Add(hn::Sub(hn::Mul(mean[0], mean[2]), hn::Mul(mean[1], mean[1])), little);
    const Wide inverse = hn::Div(one, determinant);
    const Wide u = hn::Sub(hn::Mul(mean[0], mean[4]), hn::Mul(mean[1], mean[3]));
    const Wide v = hn::Sub(hn::Mul(mean[2], mean[3]), hn::Mul(mean[1], mean[4]));
    StoreFlow(Narrowed(hn::Mul(u, inverse)), block, part, 0, x);
    StoreFlow(Narrowed(hn::Mul(v, inverse)), block, part, 1, x);
  }
  sums = running;
}

HWY_INLINE void SolveBlock(const Channels& equations, int y, const Block& block) {
  const int width = equations.width;
  const BlockRows rows(equations, y);
  ColumnSums sums[kVectors];
  for (int x = 0; x < width; x += kStep) {
    TurnSums(rows, equations.pitch, x, block);
    const bool is_last = x + kStep >= width;
    if (is_last) RepeatColumn(block, width - 1, width);
    if (x == 0) RepeatColumn(block, 0, -kWindowRadius - 1);
    const int begin = std::max(0, x - kWindowRadius - 1);
    const int end = is_last ? width : x + kStep - kWindowRadius - 1;
    for (int part = 0; part < kVectors; ++part) {
      if (x == 0) sums[part] = StartColumnSums(block, part, width);
      SolveColumns(block, part, begin, end, sums[part]);
    }
  }
}

// Four rows of one axis of the flow, turned back.
HWY_INLINE void TurnFlow(const Block& block, int group, int axis, Plane<float> out, int y,
                         int width, int height) {
  for (int x = 0; x < width; x += kLanes) {
    Vector rows[kGroup];
    hn::LoadInterleaved4(kTag, block.FlowColumn(group, axis, x), rows[0], rows[1], rows[2],
                         rows[3]);
    for (int i = 0; i < std::min(kGroup, height - y); ++i) {
      hn::StoreU(rows[i], kTag, out.row(y + i) + x);
    }
  }
}

void Solve(const Channels& equations, const Flow& flow, const Scratch& scratch) {
  const Block block(scratch, equations.width);
  for (int c = 0; c < kChannels; ++c) StartSums(equations, c, block.RowSums(c));
  for (int y = 0; y < equations.height; y += kBlock) {
    SolveBlock(equations, y, block);
    for (int group = 0; group < kBlock / kGroup; ++group) {
      const int top = y + group * kGroup;
      TurnFlow(block, group, 0, flow.u, top, equations.width, equations.height);
      TurnFlow(block, group, 1, flow.v, top, equations.width, equations.height);
    }
  }
}

const Kernels& GetKernels() {
  // Highway calls AVX-512 AVX3.
  static const Kernels kernels = {HWY_TARGET == HWY_AVX3 ? "AVX-512" : hwy::TargetName(HWY_TARGET),
                                  Smooth, Expand, Equations, Solve};
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace mestr::internal::farneback
HWY_AFTER_NAMESPACE();

#endif  // HWY_TARGET

#if HWY_ONCE

namespace mestr::internal::farneback {

#include "flow/supported_kernels.inc"

}  // namespace mestr::internal::farneback

#endif  // HWY_ONCE
