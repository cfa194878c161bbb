# Install the packages that package-lock.json in SOURCE names. Two builds may share one source folder: one at a time, and
# the second finds them there.
file(LOCK ${SOURCE} DIRECTORY GUARD PROCESS)
if(NOT EXISTS ${SOURCE}/node_modules/.package-lock.json OR
   ${SOURCE}/package-lock.json IS_NEWER_THAN ${SOURCE}/node_modules/.package-lock.json)
    # No package of these needs a script of its own to be of use.
    execute_process(COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
        WORKING_DIRECTORY ${SOURCE} OUTPUT_QUIET RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "npm ci in ${SOURCE} failed: it needs the npm registry, or npm's cache. "
            "-DWEIR_PAGES=OFF builds without the pages.")
    endif()
endif()
