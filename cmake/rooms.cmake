# A room is a folder under src/: one static library, one namespace, one layer. What a room may include is
# written in src/CMakeLists.txt and nowhere else; the lint `includes` reads the same list.
#
#   relayctl_room(NAME [ROOMS base dns ...] [LIBRARIES lib_ldns ...])
define_property(GLOBAL PROPERTY RELAYCTL_ROOMS)

function(relayctl_room name)
  cmake_parse_arguments(ROOM "" "" "ROOMS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  add_library(${name} STATIC ${sources})
  set_target_properties(${name} PROPERTIES OUTPUT_NAME relayctl_${name})
  target_link_libraries(${name} PUBLIC relayctl_options lib_asio lib_fmt ${ROOM_ROOMS})
  target_link_libraries(${name} PUBLIC ${ROOM_LIBRARIES})
  relayctl_precompile(${name})
  list(JOIN ROOM_ROOMS " " rooms)
  set_property(GLOBAL APPEND_STRING PROPERTY RELAYCTL_ROOMS "${name}: ${rooms}\n")
endfunction()

function(relayctl_write_rooms path)
  get_property(rooms GLOBAL PROPERTY RELAYCTL_ROOMS)
  file(WRITE ${path} "${rooms}")
endfunction()
