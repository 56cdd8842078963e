# The package's own configs and models, where the library looks for them: beside itself.
foreach(folder IN ITEMS configs models)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION mestr/share/mestr COMPONENT python EXCLUDE_FROM_ALL
    FILES_MATCHING PATTERN "*.yaml" PATTERN "*.pt" PATTERN "*.md")
endforeach()
# Of mestr/shipped.py.
foreach(file IN ITEMS src/report/page/colours.json src/vqa/action_units.json)
  get_filename_component(folder ${file} DIRECTORY)
  install(FILES ${PROJECT_SOURCE_DIR}/${file} DESTINATION mestr/share/mestr/${folder} COMPONENT python EXCLUDE_FROM_ALL)
endforeach()
