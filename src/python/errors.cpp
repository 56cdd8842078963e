// Errors of the library as the exceptions of mestr/errors.py, with the same line.
#include <exception>

#include "core/text.h"
#include "mestr/core/error.h"
#include "python/bindings.h"

namespace mestr::internal {
namespace {

const char* ClassOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidArgument:
    case ErrorKind::kInput:
      return "InputError";
    case ErrorKind::kConfig:
      return "ConfigError";
    case ErrorKind::kModel:
      return "ModelError";
    case ErrorKind::kDevice:
      return "DeviceError";
    case ErrorKind::kStopped:
      break;
  }
  return "MestrError";
}

void Raise(const Error& error) {
  const auto raised = pybind11::module_::import("mestr.errors").attr(ClassOf(error.kind()));
  PyErr_SetString(raised.ptr(), Printable(error.what()).c_str());
}

}  // namespace

// Lack of memory is Python's own MemoryError, by pybind11.
void BindErrors(pybind11::module_&) {
  pybind11::register_local_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Error& error) {
      Raise(error);
    }
  });
}

}  // namespace mestr::internal
