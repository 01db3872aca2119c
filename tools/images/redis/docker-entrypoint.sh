#!/bin/sh
# Starts Redis as the official image does: options or a configuration file alone are for redis-server, which runs
# under the account redis.
set -e

case ${1:-} in
-* | *.conf) set -- redis-server "$@" ;;
esac

if [ "${1:-}" = redis-server ]; then
	# Without a password Redis refuses everybody but the container itself. Who may reach the port is the business
	# of Docker, so it is open unless somebody says otherwise.
	case " $* " in
	*" --protected-mode "*) ;;
	*) set -- "$@" --protected-mode no ;;
	esac
	if [ "$(id -u)" = 0 ]; then
		chown redis:redis .
		exec setpriv --reuid=redis --regid=redis --clear-groups "$@"
	fi
fi
exec "$@"
