# What `cmake --install` puts where.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/mestr)

install(TARGETS mestr RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS mestr_compute_module mestr_network_module LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/mestr)
install(DIRECTORY ${PROJECT_BINARY_DIR}/pages/man1 DESTINATION ${CMAKE_INSTALL_MANDIR})
install(FILES ${PROJECT_BINARY_DIR}/pages/mestr DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${PROJECT_BINARY_DIR}/pages/_mestr DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
# Found beside the program or the library, wherever they were put.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/configs ${PROJECT_SOURCE_DIR}/models
  DESTINATION ${CMAKE_INSTALL_DATADIR}/mestr
  FILES_MATCHING PATTERN "*.yaml" PATTERN "*.pt" PATTERN "*.md")

# What makes figures of results (scripts/figures.py), with the colours of the report; in the source tree's places.
foreach(file IN ITEMS figures.py mestr_train/__init__.py mestr_train/figures.py mestr_train/files.py mestr_train/labels.py
                      mestr_train/modules.py mestr_train/results.py mestr_train/tables.py)
  get_filename_component(folder ${file} DIRECTORY)
  install(PROGRAMS ${PROJECT_SOURCE_DIR}/scripts/${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/mestr/scripts/${folder})
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/src/report/page/colours.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/mestr/src/report/page)

install(TARGETS mestr_lib EXPORT mestr_targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/mestr DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT mestr_targets NAMESPACE mestr:: DESTINATION ${package_folder})
configure_package_config_file(${PROJECT_SOURCE_DIR}/third_party/mestrConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/mestrConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/mestrConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/mestrConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/mestrConfigVersion.cmake
  DESTINATION ${package_folder})
