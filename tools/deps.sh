#!/bin/sh
# deps.sh STEP...: installs the Debian packages of tools/packages that these
# steps (build, run, test, soak, image) need and that are missing. Services
# that come with them are neither started nor enabled: the studio runs its own.
set -eu

list=$(dirname "$0")/packages
policy=/usr/sbin/policy-rc.d
kept=$policy.before-dify-studio

wanted() {
	for step; do
		sed -n "s/^$step  *//p" "$list"
	done | tr -s ' ' '\n' | sort -u
}

missing() {
	wanted "$@" | while read -r name; do
		printf '%s\n' "$installed" | grep -qx "$name" || echo "$name"
	done
}

# ---- the part that needs root ----

# What stood in the place of our policy comes back, or nothing.
restore() {
	if [ -e "$kept" ]; then
		mv -f "$kept" "$policy"
	else
		rm -f "$policy"
	fi
}

keep_services_still() {
	# An install that was killed has left what it moved away.
	[ ! -e "$kept" ] || restore
	[ ! -e "$policy" ] || mv "$policy" "$kept"
	trap restore EXIT
	trap 'exit 1' HUP INT TERM
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
}

units() {
	find /lib/systemd/system /etc/init.d -maxdepth 1 -type f \
		2>/dev/null | sed -n 's,.*/,,; s,\.service$,,; /@$/!p' | sort -u
}

# What was installed must not come up at the next start of the machine.
disable_new() {
	for unit in $(units); do
		case " $before " in
		*" $unit "*) continue ;;
		esac
		grep -qsE '^WantedBy=' "/lib/systemd/system/$unit.service" ||
			[ -e "/etc/init.d/$unit" ] || continue
		if command -v systemctl >/dev/null; then
			systemctl disable "$unit"
		else
			deb-systemd-helper disable "$unit.service"
		fi >/dev/null 2>&1 || true
		update-rc.d "$unit" disable >/dev/null 2>&1 || true
	done
}

install_as_root() {
	PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
	DEBIAN_FRONTEND=noninteractive
	export PATH DEBIAN_FRONTEND
	before=$(units | tr '\n' ' ')
	exec 9>/run/lock/dify-studio-deps
	flock 9
	keep_services_still
	apt-get -q -o DPkg::Lock::Timeout=600 update
	apt-get -q -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "$@"
	disable_new
}

# ---- the part that anybody may do ----

if [ "${1:-}" = --as-root ]; then
	shift
	install_as_root "$@" </dev/null
	exit
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "deps: this is no Debian; see tools/packages for what is needed" >&2
	exit 1
fi
# shellcheck disable=SC2016,SC2046 # dpkg-query's own format, a list of words
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' \
	$(wanted "$@") 2>/dev/null | sed -n 's/^installed //p')
need=$(missing "$@" | tr '\n' ' ')
need=${need% }
if [ -z "$need" ]; then
	exit 0
fi
echo "deps: installing $need"
# shellcheck disable=SC2086 # a list of words
if [ "$(id -u)" = 0 ]; then
	sh "$0" --as-root $need
elif command -v sudo >/dev/null; then
	sudo sh "$0" --as-root $need
else
	echo "deps: neither root nor sudo here; run this line:" >&2
	echo "su -c 'sh $(realpath "$0") --as-root $need'" >&2
	exit 1
fi
