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
install(PROGRAMS ${PROJECT_SOURCE_DIR}/scripts/figures.py ${PROJECT_SOURCE_DIR}/scripts/source_tree.py
  DESTINATION ${CMAKE_INSTALL_DATADIR}/mestr/scripts)
foreach(file IN ITEMS __init__.py errors.py figures.py files.py later.py run_results.py shipped.py subprograms.py tables.py
                      labels/__init__.py labels/csv_table.py labels/label.py labels/label_csv.py programs/__init__.py
                      programs/figures.py programs/modules.py)
  get_filename_component(folder ${file} DIRECTORY)
  install(FILES ${CMAKE_CURRENT_SOURCE_DIR}/python/mestr/${file}
    DESTINATION ${CMAKE_INSTALL_DATADIR}/mestr/src/python/mestr/${folder})
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
