// What each file of the extension adds to the module mestr._core.
#pragma once

#include <pybind11/pybind11.h>

namespace mestr::internal {

void BindAnalysis(pybind11::module_& module);
void BindErrors(pybind11::module_& module);
void BindEvaluate(pybind11::module_& module);
void BindFlow(pybind11::module_& module);

}  // namespace mestr::internal
