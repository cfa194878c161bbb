# The dashboard and the customer pages: bundled by core/web/pages/build.mjs into one C file, with Node and the locked
# packages of core/web/pages/package-lock.json. Without them core/web/pages_none.c stands for it.
option(WEIR_PAGES "Build the dashboard and the customer pages in (needs node and npm)" ON)

# weir_pages(<target>): give the target the pages, or what stands for them.
function(weir_pages target)
    set(none ${PROJECT_SOURCE_DIR}/core/web/pages_none.c)
    if(NOT WEIR_PAGES)
        return() # none is among the target's files
    endif()
    find_program(WEIR_NODE node DOC "Node, 18 or later")
    find_program(WEIR_NPM npm DOC "Node's package manager")
    if(NOT WEIR_NODE OR NOT WEIR_NPM)
        message(FATAL_ERROR "The pages are built with node and npm, and they are not both here. Either install them "
            "(apt-get install nodejs npm), or build without the dashboard and the customer pages (-DWEIR_PAGES=OFF).")
    endif()

    set(source ${PROJECT_SOURCE_DIR}/core/web/pages)
    set(packages ${source}/node_modules/.package-lock.json) # npm writes it when it is done
    set(files ${PROJECT_BINARY_DIR}/pages/files.c)
    file(GLOB_RECURSE pages CONFIGURE_DEPENDS ${source}/src/*)
    add_custom_command(OUTPUT ${packages}
        COMMAND ${CMAKE_COMMAND} -D NPM=${WEIR_NPM} -D SOURCE=${source} -P ${PROJECT_SOURCE_DIR}/cmake/npm.cmake
        DEPENDS ${source}/package-lock.json
        COMMENT "Installing the packages of the pages"
        VERBATIM)
    add_custom_command(OUTPUT ${files}
        COMMAND ${WEIR_NODE} ${source}/build.mjs ${PROJECT_BINARY_DIR}/pages
        DEPENDS ${pages} ${source}/build.mjs ${source}/package.json ${source}/tsconfig.json ${packages}
        WORKING_DIRECTORY ${source}
        COMMENT "Bundling the pages"
        VERBATIM)
    set_source_files_properties(${none} PROPERTIES HEADER_FILE_ONLY ON)
    target_sources(${target} PRIVATE ${files})
endfunction()
