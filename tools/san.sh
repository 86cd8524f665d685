#!/bin/sh
# san.sh BUILD: runs the unit and API tests under ASan and UBSan, and the unit
# tests under valgrind, leaks included. Ends with "N passed, N failed".
set -u

build=$1
logs=$build/san/log
python=${PYTHON:-/usr/bin/python3}
# gcc 12 reports a false format-truncation with UBSan.
san="-fsanitize=address,undefined -fno-sanitize-recover=all"
san="$san -fno-omit-frame-pointer -Wno-format-truncation"

rm -rf "$logs"
mkdir -p "$logs"

# A program that dies of a finding may be one that nobody asks: the reports
# themselves are counted.
sanitized() {
	make --no-print-directory -s -j2 B="$build/san" CFLAGS='-O1 -g' \
		HARDEN='-fPIE -fno-common' SAN="$san" all units || return 1
	ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:log_path=$logs/asan \
	UBSAN_OPTIONS=print_stacktrace=1:log_path=$logs/ubsan \
		"$python" tests/run.py --build "$build/san" unit api
}

# Not under valgrind: test_io_lock, because valgrind 3.19 lets no signal end a
# wait in fcntl(F_OFD_SETLKW).
memcheck() {
	make --no-print-directory -s -j2 B="$build" units || return 1
	find "$build/tests/unit" -type f -name 'test_*' ! -name '*.*' \
		! -name test_io_lock | sort >"$logs/units"
	xargs -P2 -n1 sh tools/memcheck.sh "$logs" <"$logs/units" \
		>"$logs/valgrind-failed"
	count=$(wc -l <"$logs/units")
	bad=$(wc -l <"$logs/valgrind-failed")
	while read -r name; do
		echo "---- valgrind: $name"
		tail -n 40 "$logs/$name.valgrind" "$logs/$name.out"
	done <"$logs/valgrind-failed"
	echo "valgrind: $count programs, $bad with findings"
	[ "$count" != 0 ] && [ "$bad" = 0 ]
}

sanitized >"$logs/suites" 2>&1
status=$?
cat "$logs/suites"
# shellcheck disable=SC2046 # two numbers
set -- $(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$logs/suites" |
	tail -n 1)
passed=${1:-0}
failed=${2:-1}
if [ $status != 0 ] && [ "$failed" = 0 ]; then
	failed=1
fi
for report in "$logs"/asan.* "$logs"/ubsan.*; do
	[ -e "$report" ] || continue
	echo "---- $report"
	head -n 40 "$report"
	failed=$((failed + 1))
done
memcheck
memory=$?
passed=$((passed + (memory == 0)))
failed=$((failed + (memory != 0)))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
