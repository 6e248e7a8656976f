# Run by cpack before it packs: Debian wants manual pages and the changelog compressed, and a copyright file beside
# (policy 12.1, 12.5, 12.7).
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX}/share)
set(source ${CMAKE_CURRENT_LIST_DIR}/../packaging)
file(COPY ${source}/copyright ${source}/changelog DESTINATION ${root}/doc/relayctl)
file(GLOB pages ${root}/man/man*/*.[1-9])
foreach(file IN LISTS pages ITEMS ${root}/doc/relayctl/changelog)
  execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
