# weir_room(<name> [ROOMS <room>...] [LIBRARIES <library>...])
#
# One static library per room of core/, built from all .c files of its folder. ROOMS are the arrows of
# the design: a room links to, and so can include, only what is named. tests/arrows.py checks the
# #include lines against the same lists.
function(weir_room name)
    cmake_parse_arguments(room "" "" "ROOMS;LIBRARIES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.c)
    add_library(weir_${name} STATIC ${sources})
    target_include_directories(weir_${name} PUBLIC ${PROJECT_SOURCE_DIR}/core ${PROJECT_SOURCE_DIR}/sdk/include)
    foreach(other IN LISTS room_ROOMS)
        target_link_libraries(weir_${name} PUBLIC weir_${other})
    endforeach()
    target_link_libraries(weir_${name} PUBLIC ${room_LIBRARIES} Threads::Threads)
endfunction()
