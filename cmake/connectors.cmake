# weir_add_connector(<tool> <source>...)
#
# A connector is a MODULE library <tool>.so with one exported symbol, weir_connector.
function(weir_add_connector tool)
    add_library(${tool} MODULE ${ARGN})
    target_include_directories(${tool} PRIVATE ${PROJECT_SOURCE_DIR}/sdk/include)
    target_link_libraries(${tool} PRIVATE PkgConfig::jansson)
    set_target_properties(${tool} PROPERTIES PREFIX "" C_VISIBILITY_PRESET hidden
        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/connectors)
    install(TARGETS ${tool} LIBRARY DESTINATION lib/weir/connectors)
endfunction()
