// The kernels with Highway, compiled once per instruction set and chosen at run time.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "flow/highway_targets.inc"
#include "flow/tvl1_kernels.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "flow/tvl1_kernels_simd.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"

// Highway's fallback for builds without any SIMD: ScalarKernels stands for it.
#if HWY_TARGET != HWY_SCALAR

HWY_BEFORE_NAMESPACE();
namespace mestr::internal::tvl1 {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Every float tag holds at most the padding of a row.
using Tag = hn::CappedTag<float, State::kPad>;
using Vector = hn::Vec<Tag>;
using Mask = hn::Mask<Tag>;
constexpr Tag kTag;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(kTag));

HWY_INLINE Vector Smaller(Vector a, Vector b) { return hn::Min(a, b); }
HWY_INLINE Vector Larger(Vector a, Vector b) { return hn::Max(a, b); }

#define MESTR_NETWORK HWY_INLINE
#include "flow/median_network.inc"
#undef MESTR_NETWORK

// ---- resize -----------------------------------------------------------------------------------

HWY_INLINE void ResizeRow(const ResizePlan& plan, const float* HWY_RESTRICT src,
                          float* HWY_RESTRICT dst) {
  const int width = plan.width();
  const LinearTap* taps = plan.x.data();
  for (int x = 0; x < width; ++x) {
    dst[x] = Interpolate(src[taps[x].index[0]], src[taps[x].index[1]], taps[x].weight);
  }
}

HWY_INLINE Vector ScaleVector(Vector value, double factor) {
  const hn::Half<Tag> half;
  const hn::Repartition<double, Tag> wide;
  const auto factors = hn::Set(wide, factor);
  const auto low = hn::Mul(hn::PromoteTo(wide, hn::LowerHalf(half, value)), factors);
  const auto high = hn::Mul(hn::PromoteTo(wide, hn::UpperHalf(half, value)), factors);
  return hn::Combine(kTag, hn::DemoteTo(half, high), hn::DemoteTo(half, low));
}

// Each source row is resized along x once, then pairs of them are mixed.
void Resize(const ResizePlan& plan, Plane<const float> src, Plane<float> dst, double factor,
            const Scratch& scratch) {
  if (plan.kind != ResizeKind::kLinear) {
    ScalarKernels().resize(plan, src, dst, factor, scratch);
    return;
  }
  const int width = plan.width();
  const std::ptrdiff_t pitch = width + State::kPad;
  float* rows[2] = {scratch.floats, scratch.floats + pitch};
  int held[2] = {-1, -1};  // source rows in `rows`
  for (int y = 0; y < plan.height(); ++y) {
    const LinearTap& tap = plan.y[static_cast<std::size_t>(y)];
    if (held[1] == tap.index[0]) {
      std::swap(rows[0], rows[1]);
      std::swap(held[0], held[1]);
    }
    for (int k = 0; k < 2; ++k) {
      if (held[k] == tap.index[k]) continue;
      ResizeRow(plan, src.row(tap.index[k]), rows[k]);
      held[k] = tap.index[k];
    }
    const Vector above = hn::Set(kTag, tap.weight[0]);
    const Vector below = hn::Set(kTag, tap.weight[1]);
    float* HWY_RESTRICT out = dst.row(y);
    int x = 0;
    for (; x + kLanes <= width; x += kLanes) {
      const Vector mixed = hn::Add(hn::Mul(hn::LoadU(kTag, rows[0] + x), above),
                                   hn::Mul(hn::LoadU(kTag, rows[1] + x), below));
      hn::StoreU(ScaleVector(mixed, factor), kTag, out + x);
    }
    for (; x < width; ++x) {
      out[x] = Scale(Interpolate(rows[0][x], rows[1][x], tap.weight), factor);
    }
  }
}

// ---- warp -------------------------------------------------------------------------------------

// One pixel of WarpSource, or one value of each of its channels.
using PixelTag = hn::FixedTag<float, WarpSource::kChannels>;
using Pixel = hn::Vec<PixelTag>;
constexpr PixelTag kPixelTag;

using IntTag = hn::RebindToSigned<Tag>;
using IntVector = hn::Vec<IntTag>;
constexpr IntTag kIntTag;

// A column of four taps is this many vectors.
constexpr int kColumnVectors = kWarpTaps * WarpSource::kChannels / kLanes;

// Adds the pixels of a vector in their order; kIsFirst where nothing has been added so far.
template <bool kIsFirst, class V>
HWY_INLINE Pixel AddPixels(Pixel sum, V pixels) {
  const hn::DFromV<V> tag;
  if constexpr (hn::MaxLanes(tag) == WarpSource::kChannels) {
    return kIsFirst ? pixels : hn::Add(sum, pixels);
  } else {
    const hn::Half<hn::DFromV<V>> half;
    sum = AddPixels<kIsFirst>(sum, hn::LowerHalf(half, pixels));
    return AddPixels<false>(sum, hn::UpperHalf(half, pixels));
  }
}

// Each row of taps is summed on its own, all four rows side by side, then the rows are.
HWY_INLINE Pixel WarpInside(const float* taps, std::ptrdiff_t pitch, const float* column_weights,
                            const CubicWeights& wx) {
  Vector rows[kColumnVectors];
  HWY_UNROLL(4)
  for (int k = 0; k < kColumnVectors; ++k) {
    const float* part = taps + k * kLanes;
    const Vector wy = hn::Load(kTag, column_weights + k * kLanes);
    rows[k] = hn::Mul(hn::LoadU(kTag, part), hn::Mul(wy, hn::Set(kTag, wx.tap[0])));
    HWY_UNROLL(4)
    for (int i = 1; i < kWarpTaps; ++i) {
      const Vector weight = hn::Mul(wy, hn::Set(kTag, wx.tap[i]));
      rows[k] = hn::Add(rows[k], hn::Mul(hn::LoadU(kTag, part + i * pitch), weight));
    }
  }
  Pixel sum = AddPixels<true>(hn::Zero(kPixelTag), rows[0]);
  HWY_UNROLL(4)
  for (int k = 1; k < kColumnVectors; ++k) sum = AddPixels<false>(sum, rows[k]);
  return sum;
}

// All taps are summed one after the other. Not inline: it would crowd the registers of WarpInside.
HWY_NOINLINE Pixel WarpAtBorder(const float* taps, std::ptrdiff_t pitch, const CubicWeights& wx,
                                const CubicWeights& wy) {
  Pixel sum = hn::Zero(kPixelTag);
  HWY_UNROLL(4)
  for (int j = 0; j < kWarpTaps; ++j) {
    HWY_UNROLL(4)
    for (int i = 0; i < kWarpTaps; ++i) {
      const float* tap = taps + i * pitch + j * WarpSource::kChannels;
      const Pixel weight = hn::Mul(hn::Set(kPixelTag, wy.tap[j]), hn::Set(kPixelTag, wx.tap[i]));
      sum = hn::Add(sum, hn::Mul(hn::LoadU(kPixelTag, tap), weight));
    }
  }
  return sum;
}

// MakeWarpPosition for a vector of pixels.
struct WarpPositions {
  HWY_INLINE WarpPositions(Vector coordinate, Vector displacement, int size) {
    const Vector position =
        hn::Mul(hn::Add(coordinate, displacement), hn::Set(kTag, float{kWarpSteps}));
    const Vector limit = hn::Set(kTag, kFarthestPosition);
    const IntVector fixed = hn::NearestInt(hn::Min(hn::Max(position, hn::Neg(limit)), limit));
    const IntVector pixel = hn::Min(hn::Max(hn::ShiftRight<5>(fixed), hn::Set(kIntTag, -3)),
                                    hn::Set(kIntTag, size + 1));
    first = hn::Sub(pixel, hn::Set(kIntTag, 1));
    step = hn::And(fixed, hn::Set(kIntTag, kWarpSteps - 1));
  }
  IntVector first;
  IntVector step;
};

// True in lanes whose taps along one axis lie inside the image.
HWY_INLINE hn::Mask<IntTag> AxisIsInside(IntVector first, int size) {
  return hn::And(hn::Gt(first, hn::Set(kIntTag, -1)), hn::Lt(first, hn::Set(kIntTag, size - 3)));
}

// Where the pixels of a row are read: the offset of the first tap, and both steps with a bit that
// says whether all taps are inside.
struct WarpRow {
  static constexpr int kInside = kWarpSteps * kWarpSteps;

  std::int32_t* offset;
  std::int32_t* key;
  float* pixels;
};

HWY_INLINE void FindPositions(const WarpSource& source, const State& state, int y,
                              const WarpRow& row) {
  const IntVector pitch = hn::Set(kIntTag, static_cast<std::int32_t>(source.pitch()));
  const Vector y_vector = hn::Set(kTag, static_cast<float>(y));
  for (int x = 0; x < state.width; x += kLanes) {
    const WarpPositions at_x(hn::ConvertTo(kTag, hn::Iota(kIntTag, x)),
                             hn::Load(kTag, state.row(y, State::kU) + x), state.width);
    const WarpPositions at_y(y_vector, hn::Load(kTag, state.row(y, State::kV) + x), state.height);
    const hn::Mask<IntTag> inside =
        hn::And(AxisIsInside(at_x.first, state.width), AxisIsInside(at_y.first, state.height));
    const IntVector steps = hn::Or(hn::ShiftLeft<5>(at_y.step), at_x.step);
    const IntVector flag = hn::IfThenElseZero(inside, hn::Set(kIntTag, WarpRow::kInside));
    hn::Store(hn::Or(steps, flag), kIntTag, row.key + x);
    hn::Store(hn::Add(hn::Mul(at_x.first, pitch), hn::ShiftLeft<2>(at_y.first)), kIntTag,
              row.offset + x);
  }
}

// Stores the four channels of each warped pixel of a row.
HWY_INLINE void WarpPixels(const WarpSource& source, const WarpTable& table, int width,
                           const WarpRow& row) {
  const std::ptrdiff_t pitch = source.pitch();
  for (int x = 0; x < width; ++x) {
    const float* taps = source.data + row.offset[x];
    const CubicWeights& wx = table.axis[row.key[x] & (kWarpSteps - 1)];
    const int step_y = (row.key[x] >> 5) & (kWarpSteps - 1);
    const Pixel pixel = HWY_LIKELY(row.key[x] >= WarpRow::kInside)
                            ? WarpInside(taps, pitch, table.column[step_y], wx)
                            : WarpAtBorder(taps, pitch, wx, table.axis[step_y]);
    hn::Store(pixel, kPixelTag, row.pixels + x * WarpSource::kChannels);
  }
}

// What MakeDataTerm does.
HWY_INLINE void StoreData(const float* pixels, const float* from, const State& state, int x,
                          int y) {
  Vector value;
  Vector ix;
  Vector iy;
  Vector unused;
  hn::LoadInterleaved4(kTag, pixels, value, ix, iy, unused);
  const Vector u = hn::Load(kTag, state.row(y, State::kU) + x);
  const Vector v = hn::Load(kTag, state.row(y, State::kV) + x);
  const Vector rho =
      hn::Sub(hn::Sub(hn::Sub(value, hn::Mul(ix, u)), hn::Mul(iy, v)), hn::Load(kTag, from + x));
  hn::Store(ix, kTag, state.row(y, State::kIx) + x);
  hn::Store(iy, kTag, state.row(y, State::kIy) + x);
  hn::Store(hn::Add(hn::Mul(ix, ix), hn::Mul(iy, iy)), kTag, state.row(y, State::kGrad) + x);
  hn::Store(rho, kTag, state.row(y, State::kRho) + x);
}

void Warp(const WarpSource& source, const WarpTable& table, Plane<const float> from,
          const State& state, const Scratch& scratch) {
  const std::ptrdiff_t padded = state.width + State::kPad;
  const WarpRow row{scratch.ints, scratch.ints + padded / State::kPad * State::kPad,
                    scratch.floats};
  for (int y = 0; y < state.height; ++y) {
    FindPositions(source, state, y, row);
    WarpPixels(source, table, state.width, row);
    for (int x = 0; x < state.width; x += kLanes) {
      StoreData(row.pixels + x * WarpSource::kChannels, from.row(y), state, x, y);
    }
  }
}

// ---- median -----------------------------------------------------------------------------------

// The sorted columns of one row of windows: rank r of column x is at rank[r][x], and columns -2, -1
// and width, width + 1 repeat the border.
struct SortedColumns {
  float* rank[5];
};

template <int kSize>
HWY_INLINE void SortColumns(const float* const* rows, int x, const SortedColumns& sorted) {
  Vector s[kSize];
  HWY_UNROLL(5)
  for (int j = 0; j < kSize; ++j) s[j] = hn::LoadU(kTag, rows[j] + x);
  if constexpr (kSize == 3) {
    Sort3(s[0], s[1], s[2]);
  } else {
    Sort5(s[0], s[1], s[2], s[3], s[4]);
  }
  HWY_UNROLL(5)
  for (int j = 0; j < kSize; ++j) hn::StoreU(s[j], kTag, sorted.rank[j] + x);
}

template <int kSize>
HWY_INLINE Vector MedianOfColumns(const SortedColumns& sorted, int x) {
  Vector s[kSize * kSize];
  HWY_UNROLL(5)
  for (int j = 0; j < kSize; ++j) {
    HWY_UNROLL(5)
    for (int i = 0; i < kSize; ++i) {
      s[j * kSize + i] = hn::LoadU(kTag, sorted.rank[j] + x + i - kSize / 2);
    }
  }
  if constexpr (kSize == 3) {
    return MedianOfSortedColumns3(s);
  } else {
    return MedianOfSortedColumns5(s);
  }
}

template <int kSize>
HWY_INLINE void MedianRows(const State& state, State::Array array, const Scratch& scratch) {
  const int width = state.width;
  const int height = state.height;
  const std::ptrdiff_t pitch = width + 2 * State::kPad;
  float* copy = scratch.floats + State::kPad;
  for (int y = 0; y < height; ++y) std::copy_n(state.row(y, array), width, copy + y * pitch);
  SortedColumns sorted;
  for (int j = 0; j < kSize; ++j) sorted.rank[j] = copy + (height + j) * pitch;
  for (int y = 0; y < height; ++y) {
    const float* rows[kSize];
    for (int j = 0; j < kSize; ++j) {
      rows[j] = copy + std::clamp(y + j - kSize / 2, 0, height - 1) * pitch;
    }
    for (int x = 0; x < width; x += kLanes) SortColumns<kSize>(rows, x, sorted);
    for (int j = 0; j < kSize; ++j) {
      float* rank = sorted.rank[j];
      for (int k = 1; k <= kSize / 2; ++k) {
        rank[-k] = rank[0];
        rank[width - 1 + k] = rank[width - 1];
      }
    }
    float* out = state.row(y, array);
    int x = 0;
    for (; x + kLanes <= width; x += kLanes) {
      hn::StoreU(MedianOfColumns<kSize>(sorted, x), kTag, out + x);
    }
    if (x < width) {
      const Mask valid = hn::FirstN(kTag, static_cast<std::size_t>(width - x));
      hn::StoreU(hn::IfThenElseZero(valid, MedianOfColumns<kSize>(sorted, x)), kTag, out + x);
    }
  }
}

void Median(const State& state, State::Array array, int size, const Scratch& scratch) {
  if (size == 3) {
    MedianRows<3>(state, array, scratch);
  } else {
    MedianRows<5>(state, array, scratch);
  }
}

// ---- one iteration ----------------------------------------------------------------------------

// glibc's hypotf, as Norm in tvl1_arithmetic.h: in double, where both squares are exact.
template <class V>
HWY_INLINE V HalfNormInDouble(V x, V y) {
  const hn::Half<Tag> half;
  const hn::Repartition<double, Tag> wide;
  const auto dx = hn::PromoteTo(wide, x);
  const auto dy = hn::PromoteTo(wide, y);
  return hn::DemoteTo(half, hn::Sqrt(hn::Add(hn::Mul(dx, dx), hn::Mul(dy, dy))));
}

HWY_INLINE Vector NormInDouble(Vector x, Vector y) {
  const hn::Half<Tag> half;
  return hn::Combine(kTag, HalfNormInDouble(hn::UpperHalf(half, x), hn::UpperHalf(half, y)),
                     HalfNormInDouble(hn::LowerHalf(half, x), hn::LowerHalf(half, y)));
}

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
#define MESTR_NORM_IN_FLOAT 1
#else
#define MESTR_NORM_IN_FLOAT 0
#endif

// Above this, 1 + taut * norm could tell norms apart that CertainNorm takes for each other.
constexpr float kLargestTaut = 0x1p20F;

#if MESTR_NORM_IN_FLOAT
// Square roots of double vectors are what an iteration would wait for. This does without: it finds
// an interval that holds the norm, with pairs of floats (a fused multiply-add gives the rounding
// error of a product exactly), and rounds both its ends. Where they differ, about once in a
// thousand pixels (AVX-512: 8000), the rounding is open, and it says so.
//
// norm = root + r, where r is rest / (2 root) up to 2^-24 of itself, and an end is root + r (1 -+
// kStretch). An approximate inverse root that is wrong by e makes r wrong by e of itself. All other
// errors are below 2^-46 of the norm: of the sum of squares 2^-47, of glibc's double result 2^-52.
// Next to a value that rounds the other way they are less than 2^-21 of r, as r is 2^-25 of the
// norm there or more: root is a float, and the middle between two floats is at least so far from
// it. So kStretch >= e + 2^-20 covers all of it.
struct CertainNorm {
  // Below, products lose bits to underflow. The inverse is then too small, and such a norm is taken
  // for root, which may be wrong in its last bits.
  static constexpr float kSmallestSquare = 0x1p-90F;

  HWY_INLINE CertainNorm(Vector x, Vector y) {
    const Vector xx = hn::Mul(x, x);
    const Vector yy = hn::Mul(y, y);
    const Vector square = hn::Add(xx, yy);
    const Vector lost_in_sum = hn::Sub(hn::Min(xx, yy), hn::Sub(square, hn::Max(xx, yy)));
    const Vector lost_in_products = hn::Add(hn::MulSub(x, x, xx), hn::MulSub(y, y, yy));
    const Vector lost = hn::Add(lost_in_sum, lost_in_products);
    const Vector root = hn::Sqrt(square);
    const Vector rest = hn::Add(hn::NegMulAdd(root, root, square), lost);
    const Vector inverse =
        hn::ApproximateReciprocalSqrt(hn::Max(square, hn::Set(kTag, kSmallestSquare)));
    value = hn::MulAdd(rest, hn::Mul(inverse, hn::Set(kTag, 0.5F * (1 - kStretch))), root);
    const Vector other =
        hn::MulAdd(rest, hn::Mul(inverse, hn::Set(kTag, 0.5F * (1 + kStretch))), root);
    uncertain = hn::Ne(value, other);
  }

  Vector value;
  Mask uncertain;

 private:
  // e is 2^-14 with AVX-512, 1.5 x 2^-12 with AVX2.
#if HWY_TARGET == HWY_AVX3
  static constexpr float kStretch = 0x1.08p-14F;
#else
  static constexpr float kStretch = 0x1.9p-12F;
#endif
};
#endif  // MESTR_NORM_IN_FLOAT

// The arithmetic of the two modes. Exact never fuses, so that each result is the scalar one.
struct Exact {
  static constexpr bool kStoresSteps = true;
  static HWY_INLINE Vector MulAdd(Vector a, Vector b, Vector c) {
    return hn::Add(hn::Mul(a, b), c);
  }
  static HWY_INLINE Vector Divide(Vector a, Vector b) { return hn::Div(a, b); }
  // Of two gradients.
  static HWY_INLINE void Norms(Vector x0, Vector y0, Vector x1, Vector y1, Vector& norm0,
                               Vector& norm1) {
#if MESTR_NORM_IN_FLOAT
    const CertainNorm first(x0, y0);
    const CertainNorm second(x1, y1);
    norm0 = first.value;
    norm1 = second.value;
    if (HWY_LIKELY(hn::AllFalse(kTag, hn::Or(first.uncertain, second.uncertain)))) return;
#endif
    norm0 = NormInDouble(x0, y0);
    norm1 = NormInDouble(x1, y1);
  }
  // a and b over a common denominator >= 1.
  static HWY_INLINE void DivideTwo(Vector& a, Vector& b, Vector denominator) {
    a = hn::Div(a, denominator);
    b = hn::Div(b, denominator);
  }
};

struct Fast {
  static constexpr bool kStoresSteps = false;
  static HWY_INLINE Vector MulAdd(Vector a, Vector b, Vector c) { return hn::MulAdd(a, b, c); }
  static HWY_INLINE Vector Divide(Vector a, Vector b) { return hn::Mul(a, Reciprocal(b)); }
  static HWY_INLINE void Norms(Vector x0, Vector y0, Vector x1, Vector y1, Vector& norm0,
                               Vector& norm1) {
    norm0 = hn::Sqrt(hn::MulAdd(x0, x0, hn::Mul(y0, y0)));
    norm1 = hn::Sqrt(hn::MulAdd(x1, x1, hn::Mul(y1, y1)));
  }
  static HWY_INLINE void DivideTwo(Vector& a, Vector& b, Vector denominator) {
    const Vector reciprocal = Reciprocal(denominator);
    a = hn::Mul(a, reciprocal);
    b = hn::Mul(b, reciprocal);
  }

 private:
  // Newton steps on the instruction's approximation: 8 bits on NEON, 12 to 14 elsewhere.
  static HWY_INLINE Vector Reciprocal(Vector a) {
    Vector r = hn::ApproximateReciprocal(a);
#if HWY_TARGET == HWY_NEON
    r = Refine(r, a);
#endif
    return Refine(r, a);
  }
  static HWY_INLINE Vector Refine(Vector r, Vector a) {
    return hn::Mul(r, hn::NegMulAdd(a, r, hn::Set(kTag, 2.0F)));
  }
};

// Pointers to the arrays of one row.
struct Row {
  Row(const State& state, int y) : base(state.row(y, State::kU)), pitch(state.array_pitch) {}
  HWY_INLINE float* at(State::Array array, int x) const { return base + array * pitch + x; }
  float* base;
  std::ptrdiff_t pitch;
};

struct Broadcast {
  explicit HWY_INLINE Broadcast(const Constants& c)
      : l_t(hn::Set(kTag, c.l_t)), theta(hn::Set(kTag, c.theta)), taut(hn::Set(kTag, c.taut)) {}
  Vector l_t;
  Vector theta;
  Vector taut;
};

HWY_INLINE Vector LoadAt(const Row& row, State::Array array, int x) {
  return hn::Load(kTag, row.at(array, x));
}

// The pixels of a vector that belong to the image.
struct Lanes {
  int count;  // pixels from this vector on, to the end of the row
  HWY_INLINE Mask Valid() const { return hn::FirstN(kTag, static_cast<std::size_t>(count)); }
  HWY_INLINE Mask HaveRightNeighbour() const {
    return hn::FirstN(kTag, static_cast<std::size_t>(count - 1));
  }
};

template <class Mode, bool kFirst>
HWY_INLINE Vector DivergenceAt(const Row& row, const Row& above, State::Array array_x,
                               State::Array array_y, int x) {
  const Vector px = LoadAt(row, array_x, x);
  const Vector px_left = hn::LoadU(kTag, row.at(array_x, x) - 1);
  const Vector py = LoadAt(row, array_y, x);
  const Vector py_above = LoadAt(above, array_y, x);
  const Vector sum = hn::Add(hn::Sub(px, px_left), hn::Sub(py, py_above));
  if constexpr (kFirst) {
    return hn::IfThenElse(hn::FirstN(kTag, 1), hn::Sub(hn::Add(px, py), py_above), sum);
  }
  return sum;
}

struct FlowVector {
  Vector u;
  Vector v;
};

// New flow of one vector of pixels; adds its squared steps to `sum`.
template <class Mode, bool kFirst, bool kLast>
HWY_INLINE FlowVector Primal(const Row& row, const Row& above, int x, Lanes lanes,
                             const Broadcast& c, Vector& sum) {
  const Vector ix = LoadAt(row, State::kIx, x);
  const Vector iy = LoadAt(row, State::kIy, x);
  const Vector grad = LoadAt(row, State::kGrad, x);
  const Vector u = LoadAt(row, State::kU, x);
  const Vector v = LoadAt(row, State::kV, x);
  const Vector rho = hn::Add(LoadAt(row, State::kRho, x), Mode::MulAdd(ix, u, hn::Mul(iy, v)));
  // The three cases of Threshold: beyond the limit on either side, within it, no gradient.
  const Vector opposite = hn::Neg(rho);
  const Mask has_gradient = hn::Gt(grad, hn::Set(kTag, kSmallestGradient));
  const Mask beyond = hn::Gt(hn::Abs(rho), hn::Mul(c.l_t, grad));
  const Vector inner = hn::IfThenElseZero(has_gradient, Mode::Divide(opposite, grad));
  const Vector factor = hn::IfThenElse(beyond, hn::CopySignToAbs(c.l_t, opposite), inner);

  const Vector div_u = DivergenceAt<Mode, kFirst>(row, above, State::kUx, State::kUy, x);
  const Vector div_v = DivergenceAt<Mode, kFirst>(row, above, State::kVx, State::kVy, x);
  FlowVector flow{Mode::MulAdd(c.theta, div_u, Mode::MulAdd(factor, ix, u)),
                  Mode::MulAdd(c.theta, div_v, Mode::MulAdd(factor, iy, v))};
  if constexpr (kLast) {
    flow.u = hn::IfThenElseZero(lanes.Valid(), flow.u);
    flow.v = hn::IfThenElseZero(lanes.Valid(), flow.v);
  }
  const Vector du = hn::Sub(flow.u, u);
  const Vector dv = hn::Sub(flow.v, v);
  const Vector step = Mode::MulAdd(du, du, hn::Mul(dv, dv));
  if constexpr (Mode::kStoresSteps) hn::Store(step, kTag, row.at(State::kStep, x));
  sum = hn::Add(sum, step);
  hn::Store(flow.u, kTag, row.at(State::kU, x));
  hn::Store(flow.v, kTag, row.at(State::kV, x));
  return flow;
}

// One flow component and its two dual variables in a row, while they are updated.
template <class Mode, bool kLast>
struct DualComponent {
  // `below` is the new flow component in the row below.
  HWY_INLINE DualComponent(const Row& row, State::Array flow, Vector below, int x, Lanes lanes) {
    const Vector here = LoadAt(row, flow, x);
    gx = hn::Sub(hn::LoadU(kTag, row.at(flow, x) + 1), here);
    if constexpr (kLast) gx = hn::IfThenElseZero(lanes.HaveRightNeighbour(), gx);
    gy = hn::Sub(below, here);
  }

  HWY_INLINE void Update(const Row& row, State::Array array_x, State::Array array_y, int x,
                         Vector norm, const Broadcast& c) const {
    const Vector scale = Mode::MulAdd(c.taut, norm, hn::Set(kTag, 1.0F));
    Vector px = Mode::MulAdd(c.taut, gx, LoadAt(row, array_x, x));
    Vector py = Mode::MulAdd(c.taut, gy, LoadAt(row, array_y, x));
    Mode::DivideTwo(px, py, scale);
    hn::Store(px, kTag, row.at(array_x, x));
    hn::Store(py, kTag, row.at(array_y, x));
  }

  Vector gx;
  Vector gy;
};

template <class Mode, bool kLast>
HWY_INLINE void Dual(const Row& row, const FlowVector& below, int x, Lanes lanes,
                     const Broadcast& c) {
  const DualComponent<Mode, kLast> u(row, State::kU, below.u, x, lanes);
  const DualComponent<Mode, kLast> v(row, State::kV, below.v, x, lanes);
  Vector norm_u;
  Vector norm_v;
  Mode::Norms(u.gx, u.gy, v.gx, v.gy, norm_u, norm_v);
  u.Update(row, State::kUx, State::kUy, x, norm_u, c);
  v.Update(row, State::kVx, State::kVy, x, norm_v, c);
}

// Flow of `row`, and behind it the dual variables of the row above, which nobody else needs any
// more. They follow one vector later, so that neither waits for the other's divisions.
template <class Mode, bool kDualAbove>
HWY_INLINE void SweepRow(const Row& row, const Row& above, int width, const Broadcast& c,
                         Vector& sum) {
  if (width <= kLanes) {
    const Lanes lanes{width};
    const FlowVector flow = Primal<Mode, true, true>(row, above, 0, lanes, c, sum);
    if constexpr (kDualAbove) Dual<Mode, true>(above, flow, 0, lanes, c);
    return;
  }
  FlowVector flow = Primal<Mode, true, false>(row, above, 0, Lanes{width}, c, sum);
  int x = kLanes;
  for (; x + kLanes < width; x += kLanes) {
    const Lanes lanes{width - x};
    const FlowVector next = Primal<Mode, false, false>(row, above, x, lanes, c, sum);
    if constexpr (kDualAbove) Dual<Mode, false>(above, flow, x - kLanes, lanes, c);
    flow = next;
  }
  const Lanes lanes{width - x};
  const FlowVector last = Primal<Mode, false, true>(row, above, x, lanes, c, sum);
  if constexpr (kDualAbove) {
    Dual<Mode, false>(above, flow, x - kLanes, lanes, c);
    Dual<Mode, true>(above, last, x, lanes, c);
  }
}

// In the last row the flow has no gradient along y: the row below is taken to equal it.
template <class Mode>
HWY_INLINE void DualOfLastRow(const Row& row, int width, const Broadcast& c) {
  for (int x = 0; x < width; x += kLanes) {
    const FlowVector here{LoadAt(row, State::kU, x), LoadAt(row, State::kV, x)};
    Dual<Mode, true>(row, here, x, Lanes{width - x}, c);
  }
}

template <class Mode>
HWY_INLINE float IterateAs(const State& state, const Constants& constants) {
  const Broadcast c(constants);
  Vector sum = hn::Zero(kTag);
  SweepRow<Mode, false>(Row(state, 0), Row(state, -1), state.width, c, sum);
  for (int y = 1; y < state.height; ++y) {
    SweepRow<Mode, true>(Row(state, y), Row(state, y - 1), state.width, c, sum);
  }
  DualOfLastRow<Mode>(Row(state, state.height - 1), state.width, c);
  return hn::GetLane(hn::SumOfLanes(kTag, sum));
}

float Iterate(const State& state, const Constants& constants) {
  if (constants.taut > kLargestTaut) return ScalarKernels().iterate(state, constants);
  return IterateAs<Exact>(state, constants);
}

float IterateFast(const State& state, const Constants& constants) {
  return IterateAs<Fast>(state, constants);
}

const Kernels& GetKernels() {
  // Highway calls AVX-512 AVX3.
  static const Kernels kernels = {HWY_TARGET == HWY_AVX3 ? "AVX-512" : hwy::TargetName(HWY_TARGET),
                                  Resize,
                                  ScalarKernels().gradient,
                                  Warp,
                                  Median,
                                  Iterate,
                                  IterateFast};
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace mestr::internal::tvl1
HWY_AFTER_NAMESPACE();

#endif  // HWY_TARGET

#if HWY_ONCE

namespace mestr::internal::tvl1 {

#include "flow/supported_kernels.inc"

}  // namespace mestr::internal::tvl1

#endif  // HWY_ONCE
