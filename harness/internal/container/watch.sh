# Runs a service as the first process of a container, and ends it when nobody is connected to it any more.
# See the documentation of the Go package beside this file. It needs no program but sleep, which is
# external in every shell.
#
# Arguments: the service's port as four hexadecimal digits; for how many seconds to wait for the first
# connection; for how many after the last one; the file that says that somebody wants to look; for how many
# seconds to wait then; the folder of the kernel's tables; then the service's command.
port=$1
limit=$2
linger=$3
keep=$4
kept=$5
tables=$6
shift 6

command -v sleep >/dev/null 2>&1 || {
	echo "bailiff: this image has no program sleep" >&2
	exit 127
}

# used: whether somebody is connected, or was since the last look. In the tables of connections, the second
# column is the local address, the fourth the state; 01 is an established connection. In the table of
# counters, the seventh of the line "Tcp:" is how many connections were accepted.
opened=0
used() {
	before=$opened
	[ ! -r "$tables/snmp" ] || while read -r name _ _ _ _ _ count _; do
		[ "$name" != Tcp: ] || opened=$count
	done <"$tables/snmp"
	[ "$opened" = "$before" ] || return 0
	for table in "$tables/tcp" "$tables/tcp6"; do
		[ -r "$table" ] || continue
		while read -r _ local _ state _; do
			[ "$state" = 01 ] || continue
			case $local in
			*":$port") return 0 ;;
			esac
		done <"$table"
	done
	return 1
}

# finish CODE: the rest of the container's processes end with us. Nothing has to be stopped in good order,
# since the data goes too.
finish() {
	kill -KILL "$service" 2>/dev/null
	exit "$1"
}

"$@" &
service=$!
trap 'finish 143' TERM INT

idle=0
while :; do
	sleep 1 &
	wait $!
	kill -0 "$service" 2>/dev/null || break
	if used; then
		idle=0
		limit=$linger
		continue
	fi
	idle=$((idle + 1))
	[ "$idle" -ge "$limit" ] || continue
	if [ -e "$keep" ] && [ "$idle" -lt "$kept" ]; then
		continue
	fi
	# Nobody can be answered from here on; whoever was answered since the last look is seen by this one.
	kill -STOP "$service"
	used || finish 0
	kill -CONT "$service"
	idle=0
done
wait "$service"
