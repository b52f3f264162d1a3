// A C target needs a source; everything is inline in the header.
#include "CCurl.h"
