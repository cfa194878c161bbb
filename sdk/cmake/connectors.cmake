# weir_add_connector(<tool> <source>...)
#
# A connector is a MODULE library <tool>.so with one exported symbol, weir_connector. Its sources may be C or C++. It
# is installed where a Weir of the same prefix looks for connectors.
#
# WEIR_CONNECTOR_FUZZ instruments it, with clang, so that weir-harness fuzz sees which inputs lead somewhere. Such a
# connector is for weir-harness-fuzz alone, unless it is built with the address sanitizer, too.
#
# Weir's own build and the installed WeirConfig.cmake share this file; both define Weir::sdk before they include it.
set(WEIR_CONNECTOR_DIR lib/weir/connectors CACHE STRING "Where connectors are installed, below the prefix")

if(WEIR_FUZZ)
    set(weir_fuzz_default ON)
else()
    set(weir_fuzz_default OFF)
endif()
option(WEIR_CONNECTOR_FUZZ "Instrument connectors for weir-harness fuzz (needs clang)" ${weir_fuzz_default})

function(weir_add_connector tool)
    if(NOT tool MATCHES "^[a-z][a-z0-9_]+$")
        message(FATAL_ERROR "weir_add_connector(${tool}): a tool's name is [a-z][a-z0-9_]{1,31}")
    endif()
    add_library(${tool} MODULE ${ARGN})
    target_link_libraries(${tool} PRIVATE Weir::sdk)
    # Else two versions of a connector, loaded one after the other, share their templates' statics.
    target_compile_options(${tool} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
    if(WEIR_CONNECTOR_FUZZ)
        if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
            message(FATAL_ERROR "WEIR_CONNECTOR_FUZZ needs clang: set CMAKE_C_COMPILER=clang")
        endif()
        target_compile_options(${tool} PRIVATE -fsanitize=fuzzer-no-link)
    endif()
    set_target_properties(${tool} PROPERTIES PREFIX "" SUFFIX .so
        C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    install(TARGETS ${tool} LIBRARY DESTINATION ${WEIR_CONNECTOR_DIR} COMPONENT connectors)
endfunction()
