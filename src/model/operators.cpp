#include "model/operators.h"

#include <array>
#include <set>
#include <string>

namespace mestr::internal {
namespace {

using Names = std::set<std::string, std::less<>>;

// The form with a `_` at the end, in place, is known with each of these.
constexpr std::string_view kOperators = R"(
  abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv addr all allclose alpha_dropout
  amax amin aminmax angle any arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax
  argmin argsort argwhere as_tensor asin asinh atan atan2 atanh atleast_1d atleast_2d atleast_3d
  adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d
  adaptive_max_pool2d adaptive_max_pool3d affine_grid_generator avg_pool1d avg_pool2d avg_pool3d
  baddbmm bartlett_window batch_norm bernoulli bilinear binary_cross_entropy
  binary_cross_entropy_with_logits bitwise_and bitwise_left_shift bitwise_not bitwise_or
  bitwise_right_shift bitwise_xor blackman_window block_diag bmm broadcast_tensors broadcast_to
  bucketize cartesian_prod cat cdist ceil celu chain_matmul channel_shuffle chunk clamp clamp_max
  clamp_min clip clone col2im column_stack complex concat concatenate conj conj_physical
  constant_pad_nd contiguous conv1d conv2d conv3d conv_tbc conv_transpose1d conv_transpose2d
  conv_transpose3d convolution copy copysign corrcoef cos cosh cosine_embedding_loss
  cosine_similarity count_nonzero cov cpu cross cross_entropy_loss cummax cummin cumprod cumsum
  deg2rad det detach device diag diag_embed diagflat diagonal diff digamma dim dist div divide dot
  dropout dsplit dstack einsum element_size elu embedding empty empty_like eq equal erf erfc erfinv
  exp exp2 expand expand_as expm1 eye feature_alpha_dropout feature_dropout fill fill_diagonal fix
  flatten flip fliplr flipud float_power floor floor_divide fmax fmin fmod frac frobenius_norm full
  full_like gather ge gelu ger glu greater greater_equal grid_sampler grid_sampler_2d
  grid_sampler_3d group_norm gru gru_cell gt hamming_window hann_window hardshrink hardsigmoid
  hardswish hardtanh heaviside hsplit hstack huber_loss hypot i0 im2col imag index index_add
  index_copy index_fill index_put index_select inner instance_norm inverse is_autocast_cpu_enabled
  is_autocast_enabled is_complex is_contiguous is_floating_point is_grad_enabled is_nonzero
  is_same_size is_scripting is_signed isclose isfinite isin isinf isnan isneginf isposinf isreal
  item kaiser_window kl_div kron kthvalue l1_loss layer_norm le leaky_relu lerp less less_equal
  lgamma linear linspace log log10 log1p log2 log_sigmoid log_softmax logaddexp logaddexp2
  logcumsumexp logdet logical_and logical_not logical_or logical_xor logit logspace logsumexp lstm
  lstm_cell lt masked_fill masked_scatter masked_select matmul matrix_exp max max_pool1d
  max_pool1d_with_indices max_pool2d max_pool2d_with_indices max_pool3d max_pool3d_with_indices
  maximum mean median meshgrid min minimum mish mm mode moveaxis movedim mse_loss msort mul
  multinomial multiply mv nan_to_num nanmean nanmedian nanquantile nansum narrow native_batch_norm
  native_dropout native_group_norm native_layer_norm ne neg negative new_empty new_full new_ones
  new_zeros nll_loss nonzero nonzero_numpy norm normal not_equal numel numpy_T one_hot ones
  ones_like outer pad pad_sequence pairwise_distance pdist permute pixel_shuffle pixel_unshuffle
  polar positive pow prelu prod quantile rad2deg rand rand_like randint randint_like randn
  randn_like randperm ravel real reciprocal reflection_pad1d reflection_pad2d reflection_pad3d relu
  relu6 remainder renorm repeat repeat_interleave replication_pad1d replication_pad2d
  replication_pad3d requires_grad reshape reshape_as resolve_conj resolve_neg rnn_relu
  rnn_relu_cell rnn_tanh rnn_tanh_cell roll rot90 round row_stack rrelu rsqrt rsub scalar_tensor
  scatter scatter_add scatter_reduce searchsorted select select_scatter selu set_grad_enabled sgn
  sigmoid sign signbit silu sin sinc sinh size slice slice_scatter smooth_l1_loss soft_margin_loss
  softmax softplus softshrink sort split split_with_sizes sqrt square squeeze stack std std_mean
  stft storage_offset stride sub subtract sum sum_to_size swapaxes swapdims t take take_along_dim
  tan tanh tensor tensor_split tensordot threshold tile to topk trace transpose trapezoid trapz
  tril tril_indices triplet_margin_loss triu triu_indices true_divide trunc type_as unbind
  unflatten unfold uniform unique_consecutive unique_dim unsafe_chunk unsafe_split
  unsafe_split_with_sizes unsqueeze upsample_bicubic2d upsample_bilinear2d upsample_linear1d
  upsample_nearest1d upsample_nearest2d upsample_nearest3d upsample_trilinear3d vander var var_mean
  vdot view view_as view_as_complex view_as_real vsplit vstack where xlogy zero zeros zeros_like
  adjoint mT mH matrix_H matrix_power isreal istft scaled_dot_product_attention rms_norm
  __and__ __contains__ __derive_index __getitem__ __is__ __isnot__ __lshift__ __not__ __or__
  __range_length __round_to_zero_floordiv __rshift__ __xor__ _adaptive_avg_pool2d
  _adaptive_avg_pool3d _cast_Double _cast_Float _cast_Half _cast_Int _cast_Long _convolution
  _convolution_mode _infer_size _list_to_tensor _log_softmax _native_multi_head_attention
  _nested_tensor_from_mask _nested_tensor_from_mask_left_aligned _pack_padded_sequence _pad_circular
  _pad_enum _pad_packed_sequence _scaled_dot_product_attention _set_item _shape_as_tensor _softmax
  _stack _tensor_to_list _to_copy _transformer_encoder_layer_fwd _unique2 _unsafe_view
  _unwrap_optional _upsample_bicubic2d_aa _upsample_bilinear2d_aa _upsample_nearest_exact1d
  _upsample_nearest_exact2d _upsample_nearest_exact3d _weight_norm to_padded_tensor
  Bool Complex Float FloatImplicit Int IntImplicit ScalarImplicit append clear count degrees dict
  divmod endswith extend fabs factorial find floordiv format gcd get insert items keys len list
  log_normal lower mathremainder modf ord pop popitem radians remove reverse setdefault sorted
  startswith str strip update upper values warn)";

// Families whose members are all of this kind.
constexpr std::array<std::string_view, 3> kFamilies = {"fft_", "linalg_", "special_"};

constexpr std::string_view kPrimitives = R"(
  CallFunction CallMethod Constant ConstantChunk CreateObject DictConstruct Enter Exit GetAttr If
  ImplicitTensorToNum ListConstruct ListUnpack Loop NumToTensor RaiseException Return SetAttr
  StringIndex TupleConstruct TupleIndex TupleSlice TupleUnpack Uninitialized abs data device dtype
  is_cpu is_cuda is_meta is_mkldnn is_mps is_nested is_quantized is_sparse is_vulkan is_xpu
  isinstance layout max min requires_grad tolist unchecked_cast unchecked_unwrap_optional)";

Names NamesOf(std::string_view text) {
  Names names;
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \n");
    if (begin == std::string_view::npos) return names;
    const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    names.emplace(text.substr(begin, end - begin));
    text.remove_prefix(end);
  }
}

}  // namespace

bool IsKnownOperator(std::string_view name) {
  static const Names known = NamesOf(kOperators);
  for (const std::string_view family : kFamilies) {
    if (name.starts_with(family)) return true;
  }
  if (known.contains(name)) return true;
  if (!name.ends_with('_') || name.ends_with("__")) return false;
  name.remove_suffix(1);
  return known.contains(name);
}

bool IsKnownPrimitive(std::string_view name) {
  static const Names known = NamesOf(kPrimitives);
  return known.contains(name);
}

bool IsKnownNode(std::string_view qualified_name) {
  constexpr std::string_view kAten = "aten::";
  constexpr std::string_view kPrim = "prim::";
  if (qualified_name.starts_with(kAten))
    return IsKnownOperator(qualified_name.substr(kAten.size()));
  return qualified_name.starts_with(kPrim) && IsKnownPrimitive(qualified_name.substr(kPrim.size()));
}

}  // namespace mestr::internal
