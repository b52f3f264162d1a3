// Opaque wrappers over ncurses, and the little that must run inside a signal handler. curses.h does not cross into
// Swift: its macros and globals would.
#ifndef KINTSUGI_CNCURSES_H
#define KINTSUGI_CNCURSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// --- The screen -----------------------------------------------------------------------------------------------------

/// Takes the character set from the environment; true where it is UTF-8.
bool knc_take_locale(void);

/// Starts ncurses on standard input and output; false where the terminal type is not known. Writes nothing yet.
bool knc_open(void);

/// Gives the terminal back by the ordinary road; by the rescue where nobody reads at its other end.
void knc_close(void);

/// Leaves the screen for a shell; `knc_return` comes back.
void knc_leave(void);
void knc_return(void);

int knc_columns(void);
int knc_rows(void);

/// Asks the line for its size and tells ncurses; true where the size is another than before.
bool knc_resize(void);

/// How many colours terminfo promises (0 for none), how many pairs, and whether colours are 24-bit numbers.
int knc_colours(void);
int knc_pairs(void);
bool knc_direct_colour(void);

/// What terminfo says of a terminal by its name, without opening it.
typedef struct {
    int colours;
    bool direct;
    bool moves;
} knc_terminal_facts;
bool knc_look_up_terminal(const char *type, knc_terminal_facts *facts);

/// Whether something keeps the wall clock right; -1 where the system does not say.
int knc_clock_is_kept(void);

/// Makes the allocator return large pieces when they are freed, and share two pools among all threads.
void knc_give_memory_back(void);

/// Defines a pair; -1 is the terminal's own colour.
bool knc_set_pair(int pair, int foreground, int background);

enum { KNC_BOLD = 1, KNC_DIM = 2, KNC_UNDERLINE = 4, KNC_REVERSE = 8 };

/// Puts one grapheme: a spacing scalar and up to four combining ones.
void knc_put(int row, int column, const uint32_t *scalars, int count, int attributes, int pair);

/// A cell of one scalar that takes one column.
typedef struct {
    uint32_t scalar;
    int32_t attributes;
    int32_t pair;
} knc_cell;

/// Puts such cells side by side.
void knc_put_run(int row, int column, const knc_cell *cells, int count);

/// Columns a scalar takes: 0, 1, 2, or -1 where it cannot be shown.
int knc_width(uint32_t scalar);

/// Writes what differs between the marks of a synchronized update, all of it at once.
void knc_update(void);

/// Blanks the whole frame in memory.
void knc_erase(void);

/// The next update repaints everything.
void knc_repaint(void);

// --- Keys -----------------------------------------------------------------------------------------------------------

enum { KNC_NONE = 0, KNC_SCALAR = 1, KNC_CODE = 2 };

/// Reads one key without waiting: KNC_SCALAR with a Unicode scalar (or a byte), KNC_CODE with a key below, or KNC_NONE.
int knc_read(uint32_t *value);

/// Key codes, stable whatever curses.h says; function keys are KNC_KEY_FUNCTION + n.
enum {
    KNC_KEY_OTHER = 0, KNC_KEY_UP, KNC_KEY_DOWN, KNC_KEY_LEFT, KNC_KEY_RIGHT, KNC_KEY_HOME, KNC_KEY_END,
    KNC_KEY_PAGE_UP, KNC_KEY_PAGE_DOWN, KNC_KEY_ENTER, KNC_KEY_BACK_TAB, KNC_KEY_BACKSPACE, KNC_KEY_DELETE,
    KNC_KEY_INSERT, KNC_KEY_PASTE_BEGINS, KNC_KEY_PASTE_ENDS, KNC_KEY_MOUSE_BEGINS, KNC_KEY_OLD_MOUSE_BEGINS,
    KNC_KEY_FUNCTION = 100
};

/// Asks the terminal to report presses, drags and the wheel of the mouse, or no more; suspending and coming back keep it.
void knc_report_mouse(bool wanted);

/// Whether the line is gone: hung up, broken, or at its end though it claims to have input.
bool knc_line_lost(void);

// --- Signals --------------------------------------------------------------------------------------------------------

/// Installs handlers for SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT and SIGWINCH (a SIGHUP that is ignored stays so) and
/// ignores SIGPIPE. Returns the descriptor from which each signal is read as one byte, or -1.
int knc_signals_install(void);

/// From now on the signal is (or is not) passed on; one that is not has its ordinary effect, after the rescue.
void knc_signals_pass(int signal, bool passed);

/// SIGHUP has no effect from now on.
void knc_ignore_hangup(void);

/// Stops the process as Ctrl-Z does, and returns when it goes on.
void knc_stop_self(void);

// --- Rescue ---------------------------------------------------------------------------------------------------------

/// Remembers how the terminal is now. To be called before anything changes it.
void knc_rescue_remember(void);

/// From now on a trap, an uncaught signal or `exit` gives the terminal back.
void knc_rescue_arm(void);

/// The terminal has been given back; nothing is to be done any more.
void knc_rescue_disarm(void);

/// Whether the mouse is reported now, and the rescue has to end that too. Nothing of a mouse is written otherwise.
void knc_rescue_mouse(bool reported);

/// Gives the terminal back if armed, at most once, without ever waiting long. Safe in a signal handler.
void knc_rescue(void);

/// Writes bytes to the terminal without ever waiting long; for the few sequences that ncurses does not know.
void knc_rescue_write(const char *bytes, size_t count);

#endif
