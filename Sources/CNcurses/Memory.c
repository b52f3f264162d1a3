#include "CNcurses.h"

#include <stdlib.h>
#if defined(__GLIBC__)
#include <malloc.h>

void knc_give_memory_back(void) {
    // Setting either by hand also keeps glibc from adapting it.
    mallopt(M_MMAP_THRESHOLD, 128 << 10);
    mallopt(M_ARENA_MAX, 2);
}
#else
void knc_give_memory_back(void) {}
#endif
