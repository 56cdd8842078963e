#include "mestr/core/version.h"
#include "python/bindings.h"

PYBIND11_MODULE(_core, module) {
  module.attr("__version__") = mestr::Version();
  mestr::internal::BindErrors(module);
  mestr::internal::BindFlow(module);
  mestr::internal::BindAnalysis(module);
  mestr::internal::BindEvaluate(module);
}
