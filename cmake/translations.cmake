# One compiled catalogue for each po/*.po, where an installed program looks for it too: <prefix>/share/locale.
find_program(MSGFMT msgfmt REQUIRED)
file(GLOB catalogues CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/po/*.po)
foreach(catalogue IN LISTS catalogues)
  cmake_path(GET catalogue STEM language)
  set(folder ${CMAKE_BINARY_DIR}/locale/${language}/LC_MESSAGES)
  add_custom_command(OUTPUT ${folder}/relayctl.mo
    COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
    COMMAND ${MSGFMT} --check -o ${folder}/relayctl.mo ${catalogue}
    DEPENDS ${catalogue} VERBATIM)
  list(APPEND compiled ${folder}/relayctl.mo)
endforeach()
add_custom_target(translations ALL DEPENDS ${compiled})
add_dependencies(relayctl translations)
install(DIRECTORY ${CMAKE_BINARY_DIR}/locale DESTINATION ${CMAKE_INSTALL_DATADIR})
