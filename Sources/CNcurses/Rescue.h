// Inside the C target only.
#ifndef KINTSUGI_RESCUE_H
#define KINTSUGI_RESCUE_H

/// Builds what will be written when the terminal is given back; any of the strings may be missing.
void knc_rescue_prepare(const char *plain, const char *keypad_off, const char *screen_off, const char *cursor_on);

#endif
