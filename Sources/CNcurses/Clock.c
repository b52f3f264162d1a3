#include "CNcurses.h"

#if defined(__linux__)
#include <sys/timex.h>

int knc_clock_is_kept(void) {
    struct timex time = {0};
    int state = adjtimex(&time);
    if (state < 0) return -1;
    return state != TIME_ERROR && !(time.status & STA_UNSYNC);
}
#else
int knc_clock_is_kept(void) { return -1; }
#endif
