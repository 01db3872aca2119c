# Starts Postgres and stops it when the last process that uses it is gone. See the documentation of
# the Go package beside this file for the protocol.
#
# Arguments: the run folder; the folder in memory, or nothing; the file that notes which server has
# ended; for how many seconds to wait for new users when the last one left; then postgres and its
# arguments. Descriptor 3 is the read end of the FIFO.
run=$1
memory=$2
ended=$3
linger=$4
shift 4

"$@" </dev/null 3<&- &
postgres=$!

{
	idle=0
	while :; do
		while read -r who <&3; do
			idle=0
			true >"$run/ack.$who"
		done
		[ "$idle" -lt "$linger" ] || break
		idle=$((idle + 1))
		sleep 1
	done
	rm -f "$run/alive"
	while read -r who <&3; do
		true >"$run/nak.$who"
	done
	kill -INT "$postgres"
	sleep 5
	kill -QUIT "$postgres"
	sleep 5
	kill -KILL "$postgres"
} &
exec 3<&-

trap '' HUP INT
trap 'kill -INT "$postgres"' TERM
while kill -0 "$postgres" 2>/dev/null; do
	wait "$postgres"
done

# What is left of the process group is the reader above and perhaps its sleep.
trap '' TERM
kill -TERM 0
[ -z "$memory" ] || rm -rf "$memory"
echo "$run" >"$ended"
rm -rf "$run"
