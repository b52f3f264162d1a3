#define _XOPEN_SOURCE_EXTENDED 1
#define _GNU_SOURCE 1
#include "CNcurses.h"
#include "Rescue.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

// By hand: <term.h> defines macros such as `lines` that break other code.
extern int tigetflag(const char *);
extern int tigetnum(const char *);
extern char *tigetstr(const char *);
extern int setupterm(const char *, int, int *);

static SCREEN *screen;
/// The terminal, as ncurses writes to it; everything else writes to standard output.
static int line_of_ncurses = -1;
static bool mouse_wanted;
enum { PASTE_BEGINS = KEY_MAX + 1001, PASTE_ENDS, MOUSE_BEGINS, OLD_MOUSE_BEGINS };

static bool is_utf8(void) {
    const char *codeset = nl_langinfo(CODESET);
    return codeset && (strcasecmp(codeset, "UTF-8") == 0 || strcasecmp(codeset, "utf8") == 0);
}

bool knc_take_locale(void) {
    // Only the character set: numbers are written the same way everywhere.
    if (setlocale(LC_CTYPE, "")) return is_utf8();
    // The named locale is not installed here (common over SSH); its character set may be meant all the same.
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (!value || !*value) continue;
        if (!strcasestr(value, "utf-8") && !strcasestr(value, "utf8")) return false;
        return (setlocale(LC_CTYPE, "C.UTF-8") || setlocale(LC_CTYPE, "C.utf8")) && is_utf8();
    }
    return false;
}

/// Writes as ncurses does: waiting for a slow line. False where the line is gone.
static bool write_whole(int line, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(line, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}

// --- A frame in one piece -------------------------------------------------------------------------------------------
// ncurses writes after every movement of the cursor, some twenty small pieces a frame, and over SSH each becomes a packet.
// While it draws, its descriptor leads into memory instead, which is then written at once.

#if defined(__linux__)
static int frame = -1;

static bool gather_frame(void) {
    if (line_of_ncurses < 0) return false;
    if (frame < 0) frame = memfd_create("frame", MFD_CLOEXEC);
    return frame >= 0 && lseek(frame, 0, SEEK_SET) == 0 && dup3(frame, line_of_ncurses, O_CLOEXEC) >= 0;
}

static void write_gathered(void) {
    static char *bytes;
    static size_t room;
    // The terminal again.
    dup3(STDOUT_FILENO, line_of_ncurses, O_CLOEXEC);
    off_t count = lseek(frame, 0, SEEK_CUR);
    if (count > (off_t)room) {
        if (bytes) munmap(bytes, room);
        room = ((size_t)count + 0xFFFF) & ~(size_t)0xFFFF;
        bytes = mmap(NULL, room, PROT_READ, MAP_SHARED, frame, 0);
        if (bytes == MAP_FAILED) bytes = NULL, room = 0;
    }
    if (bytes && count > 0) write_whole(STDOUT_FILENO, bytes, (size_t)count);
}
#else
static bool gather_frame(void) { return false; }
static void write_gathered(void) {}
#endif

/// The terminal under a descriptor of its own, kept as long as the process; standard output where there is none to be had.
static FILE *open_line(void) {
    static FILE *line;
    if (line) return line;
    int own = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    line = own >= 0 ? fdopen(own, "w") : NULL;
    if (line) line_of_ncurses = own;
    return line ? line : stdout;
}

/// Presses, drags where the terminal knows them, and reports without a bound on their columns.
static void mouse_on(void) {
    static const char on[] = "\033[?1000h\033[?1002h\033[?1006h";
    // As a frame, so that a trap neither comes before it nor leaves it on.
    if (!knc_rescue_begin_drawing()) return;
    knc_rescue_mouse(true);
    write_whole(STDOUT_FILENO, on, sizeof on - 1);
    knc_rescue_end_drawing();
}

static void mouse_off(void) {
    static const char off[] = "\033[?1006l\033[?1002l\033[?1000l";
    knc_rescue_write(off, sizeof off - 1);
    knc_rescue_mouse(false);
}

void knc_report_mouse(bool wanted) {
    if (!screen || wanted == mouse_wanted) return;
    mouse_wanted = wanted;
    if (wanted) mouse_on();
    else mouse_off();
}

static void enter_modes(void) {
    static const char on[] = "\033[?2004h";
    write_whole(STDOUT_FILENO, on, sizeof on - 1);
    if (mouse_wanted) mouse_on();
}

static void leave_modes(void) {
    static const char off[] = "\033[?2026l\033[?2004l";
    knc_rescue_write(off, sizeof off - 1);
    if (mouse_wanted) mouse_off();
}

/// Gives the terminal back as it was before the screen.
static void end_screen(void) {
    leave_modes();
    curs_set(1);
    endwin();
    // Some terminals keep with the screen that they go back to whether the cursor was seen when it was left.
    knc_rescue_show_cursor();
    knc_rescue_disarm();
}

/// Sequences that terminals send although their terminfo entry names another.
static void add_keys(void) {
    static const struct { const char *bytes; int code; } keys[] = {
        {"\033[A", KEY_UP}, {"\033[B", KEY_DOWN}, {"\033[C", KEY_RIGHT}, {"\033[D", KEY_LEFT},
        {"\033OA", KEY_UP}, {"\033OB", KEY_DOWN}, {"\033OC", KEY_RIGHT}, {"\033OD", KEY_LEFT},
        {"\033[H", KEY_HOME}, {"\033[F", KEY_END}, {"\033OH", KEY_HOME}, {"\033OF", KEY_END},
        {"\033[1~", KEY_HOME}, {"\033[4~", KEY_END}, {"\033[7~", KEY_HOME}, {"\033[8~", KEY_END},
        {"\033[5~", KEY_PPAGE}, {"\033[6~", KEY_NPAGE}, {"\033[2~", KEY_IC}, {"\033[3~", KEY_DC}, {"\033[Z", KEY_BTAB},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (key_defined(keys[i].bytes) == 0) define_key(keys[i].bytes, keys[i].code);
}

/// How reports of the mouse begin. What follows is decoded outside, so ncurses must not take it for its own.
static void add_mouse(void) {
    static const struct { const char *bytes; int code; } reports[] = {
        {"\033[<", MOUSE_BEGINS}, {"\033[M", OLD_MOUSE_BEGINS},
    };
    keyok(KEY_MOUSE, FALSE);
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++)
        if (key_defined(reports[i].bytes) == 0) define_key(reports[i].bytes, reports[i].code);
}

bool knc_open(void) {
    knc_rescue_remember();
    // The line knows its size better than LINES and COLUMNS, which may be another terminal's.
    use_env(FALSE);
    use_tioctl(TRUE);
    screen = newterm(NULL, open_line(), stdin);
    if (!screen) return false;
    knc_rescue_prepare(tigetstr("sgr0"), tigetstr("rmkx"), tigetstr("rmcup"), tigetstr("cnorm"));
    knc_rescue_arm();
    set_term(screen);
    raw();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    meta(stdscr, TRUE);
    scrollok(stdscr, FALSE);
    leaveok(stdscr, TRUE);
    idlok(stdscr, FALSE);
    // A frame is never left half written because a key is waiting: that key may change nothing.
    typeahead(-1);
    set_escdelay(25);
    curs_set(0);
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    add_keys();
    add_mouse();
    define_key("\033[200~", PASTE_BEGINS);
    define_key("\033[201~", PASTE_ENDS);
    knc_resize();
    enter_modes();
    return true;
}

void knc_close(void) {
    if (!screen) return;
    struct pollfd line = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (poll(&line, 1, 300) <= 0 || !(line.revents & POLLOUT) || (line.revents & (POLLHUP | POLLERR))) {
        // Nobody reads there: ncurses would wait for the line to drain, perhaps for ever.
        knc_rescue();
        return;
    }
    end_screen();
    delscreen(screen);
    screen = NULL;
}

void knc_leave(void) { end_screen(); }

void knc_return(void) {
    knc_rescue_arm();
    reset_prog_mode();
    clearok(curscr, TRUE);
    curs_set(0);
    enter_modes();
}

int knc_columns(void) { return screen ? COLS : 0; }
int knc_rows(void) { return screen ? LINES : 0; }

bool knc_resize(void) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
    if (size.ws_col == COLS && size.ws_row == LINES) return false;
    resizeterm(size.ws_row, size.ws_col);
    return true;
}

int knc_colours(void) { return has_colors() ? COLORS : 0; }
int knc_pairs(void) { return has_colors() ? COLOR_PAIRS : 0; }
bool knc_direct_colour(void) { return tigetflag("RGB") == 1; }

bool knc_look_up_terminal(const char *type, knc_terminal_facts *facts) {
    int found = 0;
    if (setupterm(type, STDOUT_FILENO, &found) != OK || found != 1) return false;
    const char *move = tigetstr("cup");
    facts->moves = move && move != (const char *)-1;
    facts->colours = tigetnum("colors");
    facts->direct = tigetflag("RGB") == 1;
    return true;
}

bool knc_set_pair(int pair, int foreground, int background) {
    return init_extended_pair(pair, foreground, background) != ERR;
}

int knc_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

static attr_t look_of(int attributes) {
    attr_t look = A_NORMAL;
    if (attributes & KNC_BOLD) look |= A_BOLD;
    if (attributes & KNC_DIM) look |= A_DIM;
    if (attributes & KNC_UNDERLINE) look |= A_UNDERLINE;
    if (attributes & KNC_REVERSE) look |= A_REVERSE;
    return look;
}

void knc_put(int row, int column, const uint32_t *scalars, int count, int attributes, int pair) {
    wchar_t text[6] = {0};
    for (int i = 0; i < count && i < 5; i++) text[i] = (wchar_t)scalars[i];
    cchar_t cell;
    // A pair above 255 does not fit the short argument: it goes through the last one.
    if (setcchar(&cell, text, look_of(attributes), 0, &pair) == OK) mvadd_wch(row, column, &cell);
}

void knc_put_run(int row, int column, const knc_cell *cells, int count) {
    enum { at_once = 128 };
    static cchar_t run[at_once];
    for (int first = 0; first < count; first += at_once) {
        int here = count - first < at_once ? count - first : at_once;
        for (int i = 0; i < here; i++) {
            const knc_cell *cell = cells + first + i;
            wchar_t text[2] = {(wchar_t)cell->scalar, 0};
            int pair = cell->pair;
            if (setcchar(&run[i], text, look_of(cell->attributes), 0, &pair) != OK) return;
        }
        mvadd_wchnstr(row, column + first, run, here);
    }
}

void knc_update(void) {
    static const char begin[] = "\033[?2026h", end[] = "\033[?2026l";
    if (!knc_rescue_begin_drawing()) return;
    wnoutrefresh(stdscr);
    bool gathered = gather_frame();
    int line = gathered ? line_of_ncurses : STDOUT_FILENO;
    if (write_whole(line, begin, sizeof begin - 1)) {
        doupdate();
        write_whole(line, end, sizeof end - 1);
    }
    if (gathered) write_gathered();
    knc_rescue_end_drawing();
}

void knc_erase(void) { erase(); }

void knc_repaint(void) { clearok(curscr, TRUE); }

static uint32_t key_of(wint_t code) {
    if (code >= KEY_F(0) && code <= KEY_F(63)) return KNC_KEY_FUNCTION + (code - KEY_F0);
    switch (code) {
    case KEY_UP: return KNC_KEY_UP;
    case KEY_DOWN: return KNC_KEY_DOWN;
    case KEY_LEFT: return KNC_KEY_LEFT;
    case KEY_RIGHT: return KNC_KEY_RIGHT;
    case KEY_HOME: case KEY_A1: return KNC_KEY_HOME;
    case KEY_END: case KEY_C1: return KNC_KEY_END;
    case KEY_PPAGE: case KEY_A3: return KNC_KEY_PAGE_UP;
    case KEY_NPAGE: case KEY_C3: return KNC_KEY_PAGE_DOWN;
    case KEY_ENTER: return KNC_KEY_ENTER;
    case KEY_BTAB: return KNC_KEY_BACK_TAB;
    case KEY_BACKSPACE: return KNC_KEY_BACKSPACE;
    case KEY_DC: return KNC_KEY_DELETE;
    case KEY_IC: return KNC_KEY_INSERT;
    case PASTE_BEGINS: return KNC_KEY_PASTE_BEGINS;
    case PASTE_ENDS: return KNC_KEY_PASTE_ENDS;
    case MOUSE_BEGINS: return KNC_KEY_MOUSE_BEGINS;
    case OLD_MOUSE_BEGINS: return KNC_KEY_OLD_MOUSE_BEGINS;
    default: return KNC_KEY_OTHER;
    }
}

int knc_read(uint32_t *value) {
    wint_t got = 0;
    int kind = wget_wch(stdscr, &got);
    if (kind == KEY_CODE_YES) {
        *value = key_of(got);
        return KNC_CODE;
    }
    if (kind != OK) return KNC_NONE;
    *value = (uint32_t)got;
    return KNC_SCALAR;
}

bool knc_line_lost(void) {
    struct pollfd line = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&line, 1, 0) <= 0) return false;
    if (line.revents & (POLLHUP | POLLERR | POLLNVAL)) return true;
    int waiting = 0;
    return (line.revents & POLLIN) && ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting == 0;
}
