# CUDA, for the flow engine in src/flow/cuda. Sets MESTR_HAS_CUDA and mestr_cuda_architectures. MESTR_CUDA says whether
# it is built: AUTO where nvcc is found, ON, OFF.

set(MESTR_CUDA_ARCHITECTURES "" CACHE STRING
  "CUDA architectures, 70 or later, as in CMAKE_CUDA_ARCHITECTURES; empty: those that nvcc knows, and PTX for the others")

set(MESTR_HAS_CUDA OFF)
if(MESTR_CUDA)
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    enable_language(CUDA)
    if(CMAKE_CUDA_COMPILER_ID STREQUAL "NVIDIA")
      find_package(CUDAToolkit 11.8)
      set(MESTR_HAS_CUDA ${CUDAToolkit_FOUND})
    endif()
  endif()
  if(NOT MESTR_HAS_CUDA AND NOT MESTR_CUDA STREQUAL "AUTO")
    message(FATAL_ERROR "MESTR_CUDA is ${MESTR_CUDA}, but there is no nvcc of CUDA >= 11.8 that works: set CUDACXX to its "
      "path, or build without (-DMESTR_CUDA=OFF)")
  endif()
endif()

if(MESTR_HAS_CUDA)
  set(mestr_cuda_architectures ${MESTR_CUDA_ARCHITECTURES})
  if(NOT mestr_cuda_architectures)
    execute_process(COMMAND ${CMAKE_CUDA_COMPILER} --list-gpu-arch
      OUTPUT_VARIABLE known_architectures COMMAND_ERROR_IS_FATAL ANY)
    set(known "")
    foreach(architecture IN ITEMS 70 75 80 86 89 90 100 120)
      if(known_architectures MATCHES "compute_${architecture}[^0-9]")
        list(APPEND known ${architecture})
      endif()
    endforeach()
    # A device takes the PTX of no later architecture than its own: that of the newest is for devices later than all of
    # these, that of the oldest for those in between that have no code of their own (11.0, say).
    list(GET known 0 oldest)
    list(GET known -1 newest)
    list(TRANSFORM known APPEND "-real" OUTPUT_VARIABLE mestr_cuda_architectures)
    list(APPEND mestr_cuda_architectures ${oldest}-virtual ${newest}-virtual)
  endif()
  message(STATUS "CUDA flow engine: for ${mestr_cuda_architectures}")
else()
  message(STATUS "CUDA flow engine: not built")
endif()
