# Where every dependency is found, with its minimum version. All of them are packages of Debian 12
# (scripts/debian-packages.txt); a newer LibTorch is used when CMAKE_PREFIX_PATH points to it.

find_package(Threads REQUIRED)
find_package(OpenCV 4.5 REQUIRED COMPONENTS core imgproc imgcodecs objdetect optflow)
find_package(Eigen3 3.4 REQUIRED)
find_package(dlib 19.22 REQUIRED)
find_package(hwy 1.0 REQUIRED)
find_package(spdlog 1.9 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(nlohmann_json 3.10 REQUIRED)
find_package(LibArchive 3.5 REQUIRED)
find_package(OpenSSL 1.1 REQUIRED COMPONENTS Crypto)
find_package(ZLIB 1.2 REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ffmpeg REQUIRED IMPORTED_TARGET
  libavformat>=59 libavcodec>=59 libavfilter>=8 libswscale>=6 libavutil>=57)
pkg_check_modules(turbojpeg REQUIRED IMPORTED_TARGET libturbojpeg>=2.1)
pkg_check_modules(libjpeg REQUIRED IMPORTED_TARGET libjpeg>=2.1) # libjpeg-turbo

# libcsv has neither a CMake package nor a pkg-config file.
find_path(LIBCSV_INCLUDE_DIR csv.h REQUIRED)
find_library(LIBCSV_LIBRARY csv REQUIRED)
add_library(libcsv UNKNOWN IMPORTED)
set_target_properties(libcsv PROPERTIES
  IMPORTED_LOCATION ${LIBCSV_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${LIBCSV_INCLUDE_DIR})

# LibTorch >= 1.13. Its package file sets global flags and a directory-wide variable list; what we take from it is one
# target, so that nothing else is compiled with its headers. One with CUDA also appends options and architectures to
# CMAKE_CUDA_FLAGS. Our kernel has its own (a second set breaks the build of its PTX), so the flags become what they were;
# where they were unset, what the package's enable_language(CUDA) put in the cache shows again.
if(DEFINED CMAKE_CUDA_FLAGS)
  set(cuda_flags_before_torch "${CMAKE_CUDA_FLAGS}")
endif()
find_package(Torch 1.13 REQUIRED)
if(DEFINED cuda_flags_before_torch)
  set(CMAKE_CUDA_FLAGS "${cuda_flags_before_torch}")
else()
  unset(CMAKE_CUDA_FLAGS)
endif()
add_library(mestr_torch INTERFACE)
# Not into a target with the property MESTR_WITHOUT_TORCH, which defines what needs it in another way.
target_link_libraries(mestr_torch INTERFACE
  "$<$<NOT:$<BOOL:$<TARGET_PROPERTY:MESTR_WITHOUT_TORCH>>>:${TORCH_LIBRARIES}>")

include(third_party/cuda.cmake)

# pybind11 and not nanobind: Debian 12 has it, and PyPI keeps it. scikit-build-core names the Python that it builds for.
if(MESTR_PYTHON_PACKAGE)
  if(NOT SKBUILD)
    find_program(Python_EXECUTABLE NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
  endif()
  find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module)
  set(PYBIND11_FINDPYTHON ON)
  find_package(pybind11 2.10 REQUIRED)
endif()

if(MESTR_TESTS)
  find_package(GTest 1.12 REQUIRED)
endif()
if(MESTR_BENCHMARKS)
  find_package(benchmark 1.7 REQUIRED)
endif()
