#!/bin/sh
# memcheck.sh LOGS PROGRAM: one unit test under valgrind; prints its name when
# it failed, leaked or was not done in time.
name=$(basename "$2")
timeout -k 5 120 valgrind --quiet --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite,indirect \
	--child-silent-after-fork=yes --log-file="$1/$name.valgrind" \
	"$2" >"$1/$name.out" 2>&1 </dev/null || echo "$name"
