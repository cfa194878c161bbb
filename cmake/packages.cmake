# Libraries, all from Debian; cmake/install.sh installs them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
foreach(package libmicrohttpd jansson libconfig libcurl libcrypto lmdb zlib libzstd)
    pkg_check_modules(${package} IMPORTED_TARGET REQUIRED ${package})
endforeach()
# The daemon's allocator (core/heap.c). A sanitizer brings its own.
if(WEIR_JEMALLOC AND NOT WEIR_SANITIZE)
    pkg_check_modules(jemalloc IMPORTED_TARGET REQUIRED jemalloc)
endif()
