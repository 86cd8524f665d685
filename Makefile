# Makefile: builds, tests, runs and installs Dify Studio. `make help` lists the targets.

# ---- what you may set -------------------------------------------------------
CC       ?= cc
CFLAGS   ?= -O2 -g
PREFIX   ?= /usr/local
DESTDIR  ?=
B        ?= build
PORT     ?= 8080
DATA     ?= data
PYTHON   ?= /usr/bin/python3

# ---- ours -------------------------------------------------------------------
VERSION  := 0.1.0
STD      := -std=c11 -D_GNU_SOURCE
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wconversion -Wvla -Wundef -Wpointer-arith \
            -Wformat=2 -Werror
HARDEN   := -fstack-protector-strong -fstack-clash-protection -fPIE -fno-common \
            -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
LDHARDEN := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed
PKGS     := sqlite3 json-c yaml-0.1 libsodium libpcre2-8 hiredis
FCGI     := -lfcgi

# pkg-config is asked only when something is built, so `make deps` runs without.
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) libcurl)
PKG_LIBS   = $(shell pkg-config --libs $(PKGS))
CURL_LIBS  = $(shell pkg-config --libs libcurl)

ALL_CFLAGS  = $(STD) $(WARN) $(HARDEN) $(CFLAGS) $(SAN) -Ilib \
              -DSTUDIO_VERSION='"$(VERSION)"' \
              -include lib/base/banned.h $(PKG_CFLAGS) -MMD -MP
# Where the installed commands look for programs and shared files.
CLI_CFLAGS  = -Icli -DSTUDIO_PROGRAMS='"$(PREFIX)/lib/dify-studio"' \
              -DSTUDIO_SHARE='"$(PREFIX)/share/dify-studio"'
ALL_LDFLAGS = $(LDHARDEN) $(LDFLAGS) $(SAN)

LIB_SRC   := $(sort $(wildcard lib/*/*.c lib/*/*/*.c))
CGI_SRC   := $(sort $(wildcard cgi-bin/*.c))
WORK_SRC  := $(sort $(wildcard worker/*.c))
CLI_SRC   := $(sort $(wildcard cli/*.c))
ADMIN_SRC := $(sort $(wildcard cli/studio/*.c))
UNIT_SRC  := $(sort $(wildcard tests/unit/test_*.c))

LIB_OBJ   := $(LIB_SRC:%.c=$(B)/%.o)
ARCHIVE   := $(B)/libstudio.a
ENDPOINTS := $(CGI_SRC:cgi-bin/%.c=$(B)/cgi-bin/%.fcgi)
COMMANDS  := $(CLI_SRC:cli/%.c=$(B)/bin/%)
WORKER    := $(if $(WORK_SRC),$(B)/bin/dify-studio-worker)
UNITS     := $(UNIT_SRC:tests/unit/%.c=$(B)/tests/unit/%)

all: $(ENDPOINTS) $(COMMANDS) $(WORKER)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/cli/%.o: cli/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CLI_CFLAGS) -c -o $@ $<

$(ARCHIVE): $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(B)/cgi-bin/%.fcgi: $(B)/cgi-bin/%.o $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(FCGI) $(PKG_LIBS)

$(B)/bin/%: $(B)/cli/%.o $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(ARCHIVE) $(PKG_LIBS)

$(B)/bin/dify-studio: $(ADMIN_SRC:%.c=$(B)/%.o)

$(B)/bin/dify-studio-worker: $(WORK_SRC:%.c=$(B)/%.o) $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CURL_LIBS) $(PKG_LIBS)

$(B)/tests/unit/%: $(B)/tests/unit/%.o $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(FCGI) $(CURL_LIBS) $(PKG_LIBS)

unit: $(UNITS)
	@set -e; for t in $(UNITS); do echo "== $$t"; $$t; done

clean:
	rm -rf $(B) dist

.SECONDARY:
.PHONY: all unit clean

-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d $(B)/*/*/*/*.d)
