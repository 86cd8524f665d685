/* nitems.h: the length of an array that is in sight. */
#ifndef NITEMS_H
#define NITEMS_H

#undef nitems
#define nitems(array) (sizeof(array) / sizeof((array)[0]))

#endif
