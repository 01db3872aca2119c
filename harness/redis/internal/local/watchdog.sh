# Starts Redis and stops it when the last process that uses it is gone. See the documentation of the Go
# package beside this file for the protocol.
#
# Arguments: the run folder; then redis-server and its arguments. Descriptor 3 is the read end of the FIFO.
run=$1
shift

"$@" </dev/null 3<&- &
redis=$!

{
	cat <&3 >/dev/null
	mv "$run/alive" "$run/left"
	cat <&3 >/dev/null
	kill -TERM "$redis"
	sleep 5
	kill -KILL "$redis"
} &
exec 3<&-

trap '' HUP INT
trap 'kill -TERM "$redis"' TERM
while kill -0 "$redis" 2>/dev/null; do
	wait "$redis"
done

# What is left of the process group is the reader above and perhaps its sleep.
trap '' TERM
kill -TERM 0
rm -rf "$run"
