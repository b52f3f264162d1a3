// Everything that runs inside a signal handler: only functions that are safe there.
#define _GNU_SOURCE 1
#include "CNcurses.h"
#include "Rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct termios before;
static bool remembered;
static char farewell[256];
static size_t farewell_count;
/// Where in the farewell the cursor comes back.
static size_t cursor_at;
static atomic_bool armed;
static atomic_bool mouse_reported;
static atomic_bool drawing;
static pthread_t drawer;
static atomic_uint passed_on;
static int report[2] = {-1, -1};

// --- Giving the terminal back ---------------------------------------------------------------------------------------

static void append(const char *text) {
    // tigetstr answers (char *)-1 for what is no string, and terminfo may hold paddings like $<2>.
    if (!text || text == (const char *)-1) return;
    for (; *text && farewell_count < sizeof farewell; text++) {
        if (text[0] == '$' && text[1] == '<') {
            while (*text && *text != '>') text++;
            if (!*text) return;
            continue;
        }
        farewell[farewell_count++] = *text;
    }
}

void knc_rescue_prepare(const char *plain, const char *keypad_off, const char *screen_off, const char *cursor_on) {
    farewell_count = 0;
    append("\033[?2026l");
    append(plain);
    append("\033[?2004l");
    append(keypad_off);
    append(screen_off);
    cursor_at = farewell_count;
    append(cursor_on);
}

static void write_soon(const char *bytes, size_t count) {
    // A terminal that has stopped reading must not keep us: without waiting, and for half a second at most.
    int flags = fcntl(STDOUT_FILENO, F_GETFL);
    if (flags >= 0) fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
    for (int tries = 0; count > 0 && tries < 5;) {
        ssize_t written = write(STDOUT_FILENO, bytes, count);
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
            continue;
        }
        if (written < 0 && errno != EAGAIN && errno != EINTR) break;
        struct pollfd line = {.fd = STDOUT_FILENO, .events = POLLOUT};
        poll(&line, 1, 100);
        tries++;
    }
    if (flags >= 0) fcntl(STDOUT_FILENO, F_SETFL, flags);
}

void knc_rescue_write(const char *bytes, size_t count) { write_soon(bytes, count); }

void knc_rescue_show_cursor(void) { write_soon(farewell + cursor_at, farewell_count - cursor_at); }

void knc_rescue_mouse(bool reported) { atomic_store(&mouse_reported, reported); }

void knc_rescue_remember(void) { remembered = tcgetattr(STDIN_FILENO, &before) == 0; }

bool knc_rescue_begin_drawing(void) {
    drawer = pthread_self();
    atomic_store(&drawing, true);
    if (atomic_load(&armed)) return true;
    atomic_store(&drawing, false);
    return false;
}

void knc_rescue_end_drawing(void) { atomic_store(&drawing, false); }

/// A signal may meet any thread: what another one is drawing just now must not come after the farewell. Half a second at
/// most, for that thread may wait for a line that nobody reads.
static void wait_for_drawing(void) {
    for (int tries = 0; tries < 100 && atomic_load(&drawing) && !pthread_equal(drawer, pthread_self()); tries++)
        poll(NULL, 0, 5);
}

/// Whether there was anything to give back.
static bool give_back(void) {
    if (!atomic_exchange(&armed, false)) return false;
    int saved = errno;
    wait_for_drawing();
    // From the background the terminal may only be changed by whom SIGTTOU does not stop.
    sigset_t stop, old;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &stop, &old);
    static const char no_mouse[] = "\033[?1006l\033[?1003l\033[?1002l\033[?1000l";
    if (atomic_exchange(&mouse_reported, false)) write_soon(no_mouse, sizeof no_mouse - 1);
    write_soon(farewell, farewell_count);
    if (remembered) tcsetattr(STDIN_FILENO, TCSANOW, &before);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    errno = saved;
    return true;
}

void knc_rescue(void) { give_back(); }

// --- Signals --------------------------------------------------------------------------------------------------------

static const int ordinary[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH};
static const int traps[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};
enum { ordinary_count = sizeof ordinary / sizeof *ordinary, trap_count = sizeof traps / sizeof *traps };
static struct sigaction trap_before[trap_count];

static void meet_fate(int number) {
    signal(number, SIG_DFL);
    sigset_t one, old;
    sigemptyset(&one);
    sigaddset(&one, number);
    pthread_sigmask(SIG_UNBLOCK, &one, &old);
    raise(number);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void on_ordinary(int number) {
    int saved = errno;
    if (atomic_load(&passed_on) & (1u << number)) {
        unsigned char byte = (unsigned char)number;
        // A full pipe means that plenty of news is waiting already.
        if (write(report[1], &byte, 1) < 0) {}
    } else if (number == SIGINT || number == SIGTERM || number == SIGHUP) {
        knc_rescue();
        meet_fate(number);
    } else if (number == SIGTSTP) {
        knc_stop_self();
    }
    errno = saved;
}

static void on_trap(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    if (give_back()) {
        // With a screen, the ordinary end at once: Swift's own handler would ask for a key at the terminal and keep the
        // process, and what it has locked, until somebody comes.
        signal(number, SIG_DFL);
    } else {
        for (int i = 0; i < trap_count; i++)
            if (traps[i] == number) sigaction(number, &trap_before[i], NULL);
    }
    // On return the instruction traps again at its place. Only what somebody sent has to be sent again.
    if (!info || info->si_code <= 0) raise(number);
    errno = saved;
}

static void at_exit(void) { knc_rescue(); }

static void install_traps(void) {
    static char spare[64 * 1024];
    stack_t stack = {.ss_sp = spare, .ss_size = sizeof spare};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_ONSTACK | SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < trap_count; i++) sigaction(traps[i], &action, &trap_before[i]);
}

int knc_signals_install(void) {
    if (report[0] >= 0) return report[0];
    if (pipe2(report, O_CLOEXEC) != 0) return -1;
    // Only the handler's end never waits; a thread waits at the other.
    fcntl(report[1], F_SETFL, O_NONBLOCK);
    signal(SIGPIPE, SIG_IGN);
    struct sigaction action = {.sa_handler = on_ordinary, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < ordinary_count; i++) {
        struct sigaction old;
        // Under nohup a hang-up stays without effect.
        if (sigaction(ordinary[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN && ordinary[i] == SIGHUP) continue;
        sigaction(ordinary[i], &action, NULL);
    }
    install_traps();
    atexit(at_exit);
    return report[0];
}

void knc_signals_pass(int number, bool passed) {
    if (passed) atomic_fetch_or(&passed_on, 1u << number);
    else atomic_fetch_and(&passed_on, ~(1u << number));
}

void knc_ignore_hangup(void) { signal(SIGHUP, SIG_IGN); }

void knc_stop_self(void) {
    struct sigaction old;
    sigaction(SIGTSTP, NULL, &old);
    meet_fate(SIGTSTP);
    sigaction(SIGTSTP, &old, NULL);
}

void knc_rescue_arm(void) { atomic_store(&armed, true); }
void knc_rescue_disarm(void) { atomic_store(&armed, false); }
