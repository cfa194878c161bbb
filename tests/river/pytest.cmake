# weir_pytest(<name> <file> <seconds> <label>...): one file of pytest is one test of ctest.
#
# Labels: "release" is for the optimised build too, "threads" for the ThreadSanitizer build.
include_guard(GLOBAL)

function(weir_pytest name file timeout_s)
    add_test(NAME ${name} COMMAND ${PYTHON} -m pytest -q -p no:cacheprovider ${file})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout_s} LABELS "${ARGN}"
        ENVIRONMENT "WEIR_BUILD=${CMAKE_BINARY_DIR};PYTHONDONTWRITEBYTECODE=1")
endfunction()
