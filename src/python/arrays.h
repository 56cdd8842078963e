// What the library gives, as NumPy arrays.
#pragma once

#include <pybind11/numpy.h>

#include <memory>
#include <utility>
#include <vector>

namespace mestr::internal {

// The values themselves, kept by the array; no copy.
template <typename T>
pybind11::array ArrayOf(std::vector<T> values, std::vector<pybind11::ssize_t> shape) {
  auto owned = std::make_unique<std::vector<T>>(std::move(values));
  const T* const data = owned->data();
  const pybind11::capsule owner(owned.release(),
                                [](void* kept) { delete static_cast<std::vector<T>*>(kept); });
  return pybind11::array_t<T>(std::move(shape), data, owner);
}

template <typename T>
pybind11::array ArrayOf(std::vector<T> values) {
  const auto size = static_cast<pybind11::ssize_t>(values.size());
  return ArrayOf(std::move(values), {size});
}

// `value_of` each of `items`.
template <typename T, typename Items, typename ValueOf>
pybind11::array ArrayOfEach(const Items& items, const ValueOf& value_of) {
  std::vector<T> values;
  values.reserve(items.size());
  for (const auto& item : items) values.push_back(static_cast<T>(value_of(item)));
  return ArrayOf(std::move(values));
}

}  // namespace mestr::internal
