# A wheel of what was built: MESTR_PYTHON_PREBUILT.
file(GLOB built ${MESTR_PYTHON_PREBUILT}/python/mestr/_core.*.so ${MESTR_PYTHON_PREBUILT}/python/mestr/mestr-network)
list(LENGTH built count)
if(NOT count EQUAL 2)
  message(FATAL_ERROR "${MESTR_PYTHON_PREBUILT} has no Python package; build it with MESTR_PYTHON_PACKAGE=ON")
endif()
install(PROGRAMS ${built} DESTINATION mestr COMPONENT python)
add_custom_target(mestr_python_package)
include(src/python/shipped.cmake)
