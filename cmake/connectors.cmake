# weir_add_connector(<tool> <source>...)
#
# A connector is a MODULE library <tool>.so with one exported symbol, weir_connector.
# WEIR_CONNECTOR_FUZZ instruments it, with clang, so that weir-harness fuzz sees which inputs lead somewhere. Such a
# connector is for weir-harness-fuzz alone, unless it is built with the address sanitizer, too.
option(WEIR_CONNECTOR_FUZZ "Instrument connectors for weir-harness fuzz (needs clang)" ${WEIR_FUZZ})

function(weir_add_connector tool)
    add_library(${tool} MODULE ${ARGN})
    target_include_directories(${tool} PRIVATE ${PROJECT_SOURCE_DIR}/sdk/include)
    target_link_libraries(${tool} PRIVATE PkgConfig::jansson)
    if(WEIR_CONNECTOR_FUZZ)
        if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
            message(FATAL_ERROR "WEIR_CONNECTOR_FUZZ needs clang: set CMAKE_C_COMPILER=clang")
        endif()
        target_compile_options(${tool} PRIVATE -fsanitize=fuzzer-no-link)
    endif()
    set_target_properties(${tool} PROPERTIES PREFIX "" C_VISIBILITY_PRESET hidden
        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/connectors)
    install(TARGETS ${tool} LIBRARY DESTINATION lib/weir/connectors)
endfunction()
