# Makefile: builds, tests, runs and installs Dify Studio. `make help` lists
# the targets.

# ---- what you may set -------------------------------------------------------
CC       ?= cc
CFLAGS   ?= -O2 -g
LDFLAGS  ?=
PREFIX   ?= /usr/local
DESTDIR  ?=
B        ?= build
PYTHON   ?= /usr/bin/python3
CORPUS   ?= ../shared/dsl
ANSWERS  ?= ../shared/generations
V        ?= 0

# V=1 shows whole command lines, make -s nothing.
Q        := $(if $(filter 1,$(V)),,@)
QUIET    := $(filter 1,$(V))$(findstring s,$(firstword -$(MAKEFLAGS)))
say      := @$(if $(QUIET),:,echo)

# ---- ours -------------------------------------------------------------------
VERSION  := 0.1.0
STD      := -std=c11 -D_GNU_SOURCE
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wconversion -Wvla -Wundef -Wpointer-arith \
            -Wformat=2 -Wno-missing-field-initializers -Werror
HARDEN   := -fstack-protector-strong -fstack-clash-protection -fPIE \
            -fno-common -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
# A program holds what it calls and no more of its object files: what it does
# not need would be read, and its pointers relocated, in each of them.
SECTIONS := -ffunction-sections -fdata-sections
LDHARDEN := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed \
            -Wl,--gc-sections
PKGS     := sqlite3 json-c yaml-0.1 libsodium libpcre2-8 zlib libarchive
FCGI     := -lfcgi

# pkg-config is asked once, and only when something is built: `make deps` runs
# where it is not installed yet.
once       = $(eval $(1) := $(2))$($(1))
PKG_CFLAGS = $(call once,PKG_CFLAGS,$(shell pkg-config --cflags $(PKGS) libcurl))
PKG_LIBS   = $(call once,PKG_LIBS,$(shell pkg-config --libs $(PKGS)) -lm)
CURL_LIBS  = $(call once,CURL_LIBS,$(shell pkg-config --libs libcurl hiredis))

ALL_CFLAGS  = $(STD) $(WARN) $(HARDEN) $(SECTIONS) $(CFLAGS) $(SAN) -Ilib \
              -DSTUDIO_VERSION='"$(VERSION)"' \
              -include lib/base/banned.h $(PKG_CFLAGS)
ALL_LDFLAGS = $(LDHARDEN) $(LDFLAGS) $(SAN)
# Where the installed commands look for programs and shared files.
CLI_CFLAGS  = -Icli -DSTUDIO_PROGRAMS='"$(PREFIX)/lib/dify-studio"' \
              -DSTUDIO_SHARE='"$(PREFIX)/share/dify-studio"'

# The worker's own headers are written with their folder.
WORKER_CFLAGS = -I.

LIB_SRC    := $(sort $(wildcard lib/*/*.c lib/*/*/*.c))
CGI_SRC    := $(sort $(wildcard cgi-bin/*.c))
WORKER_SRC := $(sort $(wildcard worker/*.c))
CLI_SRC    := $(sort $(wildcard cli/*.c))
CLI_OBJ    := $(patsubst %.c,$(B)/%.o,$(wildcard cli/*.c cli/*/*.c))
UNIT_SRC   := $(sort $(wildcard tests/unit/test_*.c))
BENCH_SRC  := $(sort $(wildcard tests/bench/*.c))

ARCHIVE    := $(B)/libstudio.a
WORKERS    := $(B)/libworker.a
ENDPOINTS  := $(CGI_SRC:cgi-bin/%.c=$(B)/cgi-bin/%.fcgi)
COMMANDS   := $(CLI_SRC:cli/%.c=$(B)/bin/%)
WORKER     := $(if $(WORKER_SRC),$(B)/bin/dify-studio-worker)
UNITS      := $(UNIT_SRC:tests/unit/%.c=$(B)/tests/unit/%)
BENCHES    := $(BENCH_SRC:tests/bench/%.c=$(B)/tests/bench/%) \
              $(if $(wildcard tests/load/null.c),$(B)/tests/null.fcgi)

# ---- what is built ----------------------------------------------------------
all: $(ENDPOINTS) $(COMMANDS) $(WORKER) $(B)/openapi.json ## builds every program (default)

# Other flags than last time: what depends on them is compiled anew.
define stamp
@mkdir -p $(@D)
@new=$@.$$$$ && echo '$(subst ','\'',$(1))' >$$new && \
	if cmp -s $$new $@; then rm $$new; else mv $$new $@; fi
endef

$(B)/flags: FORCE
	$(call stamp,$(CC) $(ALL_CFLAGS) / $(ALL_LDFLAGS))

$(B)/cli/flags: FORCE
	$(call stamp,$(CLI_CFLAGS))

$(CLI_OBJ): $(B)/cli/flags
$(CLI_OBJ): private ALL_CFLAGS += $(CLI_CFLAGS)
$(WORKER_SRC:%.c=$(B)/%.o): private ALL_CFLAGS += $(WORKER_CFLAGS)

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(say) "  CC   $<"
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(ARCHIVE): $(LIB_SRC:%.c=$(B)/%.o)
	@rm -f $@
	$(say) "  AR   $@"
	$(Q)$(AR) rcs $@ $^

define link
@mkdir -p $(@D)
$(say) "  LINK $@"
$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter $(WORKERS),$^) \
	$(filter $(ARCHIVE),$^) $(1)
endef

# What a worker does, for whatever has one in it.
$(WORKERS): $(patsubst %.c,$(B)/%.o,$(filter-out worker/main.c,$(WORKER_SRC)))
	@rm -f $@
	$(say) "  AR   $@"
	$(Q)$(AR) rcs $@ $^

# Runs that are waited for are done in the endpoint.
$(B)/cgi-bin/start.o: private ALL_CFLAGS += $(WORKER_CFLAGS)
$(B)/cgi-bin/start.fcgi: $(WORKERS)
$(B)/cgi-bin/start.fcgi: private FCGI += $(CURL_LIBS)

$(B)/cgi-bin/%.fcgi: $(B)/cgi-bin/%.o $(ARCHIVE)
	$(call link,$(FCGI) $(PKG_LIBS))

# A command is cli/NAME.c and, where it has one, the folder cli/ of its name
# less "dify-".
$(B)/bin/dify-%: $(B)/cli/dify-%.o $(ARCHIVE)
	$(call link,$(PKG_LIBS))

define command_folder
$(B)/bin/dify-$(1): $(patsubst %.c,$(B)/%.o,$(sort $(wildcard cli/$(1)/*.c)))
endef
$(foreach d,$(notdir $(patsubst %/,%,$(wildcard cli/*/))),\
	$(eval $(call command_folder,$(d))))

$(B)/bin/dify-studio-worker: $(B)/worker/main.o $(WORKERS) $(ARCHIVE)
	$(call link,$(CURL_LIBS) $(PKG_LIBS))

$(B)/tests/unit/%: $(B)/tests/unit/%.o $(ARCHIVE)
	$(call link,-lcmocka $(FCGI) $(CURL_LIBS) $(PKG_LIBS))

$(B)/lib/llm/example_text.o: lib/llm/examples.jsonl

$(B)/tests/bench/%: $(B)/tests/bench/%.o $(ARCHIVE)
	$(call link,$(FCGI) $(PKG_LIBS))

# Fuzz drivers are whole programs of their own, by clang, with sanitizers.
FUZZ_SRC  := $(sort $(wildcard tests/fuzz/*.c))
FUZZERS   := $(FUZZ_SRC:tests/fuzz/%.c=$(B)/fuzz/%)
FUZZ_LIB  := $(sort $(wildcard lib/base/*.c lib/text/*.c lib/dsl/*.c \
		lib/dsl/*/*.c))
FUZZ_TIME ?= 600

FUZZ_OBJ  := $(FUZZ_LIB:%.c=$(B)/fuzz/%.o)
FUZZ_CC    = clang $(STD) $(WARN) -g -O1 -Ilib -Itests/fuzz \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		-include lib/base/banned.h $(PKG_CFLAGS) -MMD -MP

$(B)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) -fsanitize=fuzzer-no-link -c -o $@ $<

$(FUZZERS): $(B)/fuzz/%: tests/fuzz/%.c $(FUZZ_OBJ)
	$(FUZZ_CC) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^) \
		$(PKG_LIBS)

fuzz: $(FUZZERS) ## each reader for FUZZ_TIME=600 seconds under sanitizers
	@set -e; for f in $(notdir $(FUZZERS)); do \
		mkdir -p $(B)/fuzz/new-$$f; \
		$(B)/fuzz/$$f -max_total_time=$(FUZZ_TIME) -timeout=10 \
			-rss_limit_mb=600 -max_len=20000 -verbosity=0 \
			-print_final_stats=1 -artifact_prefix=$(B)/fuzz/$$f- \
			$(B)/fuzz/new-$$f tests/fuzz/corpus/$$f; \
	done

# The description of the API as JSON, which browsers read.
$(B)/tools/yaml2json: $(B)/tools/yaml2json.o $(ARCHIVE)
	$(call link,$(PKG_LIBS))

$(B)/openapi.json: schema/openapi.yaml $(B)/tools/yaml2json
	$(say) "  JSON $@"
	$(Q)$(B)/tools/yaml2json <$< >$@.new && mv $@.new $@

$(B)/tests/null.fcgi: $(B)/tests/load/null.o
	$(call link,$(FCGI))

# What the tables of the DSL engine say, for other programs; kept in schema/.
$(B)/tools/schemas: $(B)/tools/schemas.o $(ARCHIVE)
	$(call link,$(PKG_LIBS))

schemas: $(B)/tools/schemas ## writes findings.json, plan.json and dsl/ in schema/ anew
	@mkdir -p schema/dsl && $< schema

# ---- run --------------------------------------------------------------------
deps: ## installs the Debian packages that are missing
	@sh tools/deps.sh build run test

run: ## builds and starts everything; PORT=8080 DATA=data
	@sh tools/deps.sh build run
	@$(MAKE) --no-print-directory all
	@exec $(B)/bin/dify-studio --programs $(B) --share . \
		--sandbox tests/sandbox run

# ---- test -------------------------------------------------------------------
units: $(UNITS)
benches: $(BENCHES)

unit: $(UNITS) ## unit tests
	@$(PYTHON) tests/run.py --build $(B) unit

api: all ## API tests: every endpoint as plain CGI
	@$(PYTHON) tests/run.py --build $(B) api

e2e: all ## the whole studio behind lighttpd, and in a browser
	@$(PYTHON) tests/run.py --build $(B) e2e ui

corpus: all ## dify-dsl on DSLs with verdicts, both it and the studio on answers; CORPUS=, ANSWERS=
	@$(PYTHON) tests/corpus/answers.py $(B)/bin/dify-dsl $(ANSWERS)
	@STUDIO_BUILD=$(abspath $(B)) $(PYTHON) tests/corpus/generated.py $(ANSWERS)
	@$(PYTHON) tests/corpus/run.py $(B)/bin/dify-dsl $(CORPUS)

test: ## all suites, one summary
	@sh tools/deps.sh build run test
	@$(MAKE) --no-print-directory all units
	@$(PYTHON) tests/run.py --build $(B)

contract: ## the contract suite against a real Dify (DIFY_BASE_URL=...)
	@sh tools/deps.sh build run test
	@$(MAKE) --no-print-directory all
	@$(PYTHON) -m pytest -q tests/contract

bench: ## memory, start, throughput and the engine's speed, beside their aims
	@sh tools/deps.sh build run test
	@$(MAKE) --no-print-directory all benches
	@$(PYTHON) tests/bench/run.py $(B)

soak: ## what takes long: load, kill loops, fuzzing, the container's steps
	@sh tools/deps.sh build run test soak
	@$(MAKE) --no-print-directory all benches
	@$(PYTHON) tests/run.py --build $(B) load docker guidance
	@$(MAKE) --no-print-directory fuzz

# ---- check ------------------------------------------------------------------
lint: ## formatting, static analysis, include directions, both compilers' warnings
	@sh tools/deps.sh build test
	@$(MAKE) --no-print-directory all
	@$(PYTHON) tools/lint/run.py $(B)

fmt: ## formats every C file
	clang-format -i $$(git ls-files '*.c' '*.h')

san: ## ASan and UBSan over unit and API tests, valgrind over unit tests
	@sh tools/deps.sh build run test
	@sh tools/san.sh $(B)

# What the C tools are told about a file.
print-flags:
	@echo $(STD) $(WARN) -Ilib $(WORKER_CFLAGS) $(CLI_CFLAGS) -DSTUDIO_VERSION='"$(VERSION)"' \
		-include lib/base/banned.h $(PKG_CFLAGS)

# ---- install ----------------------------------------------------------------
LIBDIR   = $(DESTDIR)$(PREFIX)/lib/dify-studio
SHAREDIR = $(DESTDIR)$(PREFIX)/share/dify-studio
DOCDIR   = $(DESTDIR)$(PREFIX)/share/doc/dify-studio
BINDIR   = $(DESTDIR)$(PREFIX)/bin
MANDIR   = $(DESTDIR)$(PREFIX)/share/man/man1
MANPAGES := $(sort $(wildcard docs/man/*.1))
SHARED   := $(sort $(shell find htdocs schema -type f))
DOCS     := README.md $(sort $(wildcard docs/*.md docs/*.service))

install: all ## installs under PREFIX=/usr/local (DESTDIR for packages)
	install -d $(LIBDIR)/cgi-bin $(LIBDIR)/bin $(SHAREDIR) $(DOCDIR) \
		$(BINDIR) $(MANDIR)
	install -m 755 $(ENDPOINTS) $(LIBDIR)/cgi-bin
	install -m 755 $(WORKER) $(LIBDIR)/bin
	install -m 644 $(B)/openapi.json $(LIBDIR)
	install -m 755 $(COMMANDS) $(BINDIR)
	install -m 644 lighttpd.conf $(SHAREDIR)
	set -e; for f in $(SHARED); do \
		install -D -m 644 $$f $(SHAREDIR)/$$f; done
	install -m 644 $(MANPAGES) $(MANDIR)
	install -m 644 $(DOCS) $(DOCDIR)

uninstall: ## removes what install put there
	rm -rf $(LIBDIR) $(SHAREDIR) $(DOCDIR)
	rm -f $(COMMANDS:$(B)/bin/%=$(BINDIR)/%)
	rm -f $(MANPAGES:docs/man/%=$(MANDIR)/%)

dist: ## a source archive of the last commit
	@mkdir -p dist
	git archive --prefix=dify-studio-$(VERSION)/ \
		-o dist/dify-studio-$(VERSION).tar.gz HEAD
	cd dist && sha256sum dify-studio-$(VERSION).tar.gz \
		>dify-studio-$(VERSION).tar.gz.sha256

# ---- clean up ---------------------------------------------------------------
clean: ## removes what was built
	rm -rf $(B) dist

help: ## lists the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' \
		$(MAKEFILE_LIST)

FORCE:
.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all deps run units benches unit api e2e test corpus contract bench \
        fuzz soak lint fmt san install uninstall dist \
        print-flags clean help FORCE

-include $(wildcard $(B)/fuzz/*/*/*.d $(B)/fuzz/*/*/*/*.d $(B)/*/*.d $(B)/*/*/*.d $(B)/*/*/*/*.d)
