/* banned.h: calls that must not be made; forced into every file by -include. */
#ifndef BANNED_H
#define BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(name) use_of_##name##_is_banned

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef strtok
#undef sprintf
#undef vsprintf
#undef gets
#undef atoi
#undef atol
#undef atof
#undef gmtime
#undef localtime
#undef ctime
#undef asctime
#undef rand
#undef srand
#undef system
#undef popen
#undef tmpnam
#undef mktemp

#define strcpy(...)    BANNED(strcpy)
#define strcat(...)    BANNED(strcat)
#define strncpy(...)   BANNED(strncpy)
#define strncat(...)   BANNED(strncat)
#define strtok(...)    BANNED(strtok)
#define sprintf(...)   BANNED(sprintf)
#define vsprintf(...)  BANNED(vsprintf)
#define gets(...)      BANNED(gets)
#define atoi(...)      BANNED(atoi)
#define atol(...)      BANNED(atol)
#define atof(...)      BANNED(atof)
#define gmtime(...)    BANNED(gmtime)
#define localtime(...) BANNED(localtime)
#define ctime(...)     BANNED(ctime)
#define asctime(...)   BANNED(asctime)
#define rand(...)      BANNED(rand)
#define srand(...)     BANNED(srand)
#define system(...)    BANNED(system)
#define popen(...)     BANNED(popen)
#define tmpnam(...)    BANNED(tmpnam)
#define mktemp(...)    BANNED(mktemp)

#endif
