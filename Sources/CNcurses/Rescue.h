// Inside the C target only.
#ifndef KINTSUGI_RESCUE_H
#define KINTSUGI_RESCUE_H

#include <stdbool.h>

/// Builds what will be written when the terminal is given back; any of the strings may be missing.
void knc_rescue_prepare(const char *plain, const char *keypad_off, const char *screen_off, const char *cursor_on);

/// Around whatever writes a frame or a mode. False where the terminal has been given back: then nothing may be written any more.
bool knc_rescue_begin_drawing(void);
void knc_rescue_end_drawing(void);

/// Makes the cursor seen, as the terminal's entry says.
void knc_rescue_show_cursor(void);

#endif
