# CUDA, for the flow engine in src/flow/cuda. Sets MESTR_HAS_CUDA and mestr_cuda_architectures. MESTR_CUDA says whether
# it is built: AUTO where nvcc is found, ON, OFF.

set(MESTR_CUDA_ARCHITECTURES "" CACHE STRING
  "CUDA architectures in the form of CMAKE_CUDA_ARCHITECTURES; empty: current ones that nvcc knows, and PTX for later ones")

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
    foreach(architecture IN ITEMS 75 80 86 89 90 100 120)
      if(known_architectures MATCHES "compute_${architecture}[^0-9]")
        set(newest ${architecture})
        list(APPEND mestr_cuda_architectures ${architecture}-real)
      endif()
    endforeach()
    list(APPEND mestr_cuda_architectures ${newest}-virtual)
  endif()
  message(STATUS "CUDA flow engine: for ${mestr_cuda_architectures}")
else()
  message(STATUS "CUDA flow engine: not built")
endif()
