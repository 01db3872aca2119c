#!/bin/sh
# Makes the data folder of Postgres where it is empty, and starts Postgres. It takes the environment of the
# official image:
#
#   POSTGRES_PASSWORD          of the superuser; required unless everybody is trusted
#   POSTGRES_USER              the superuser: postgres
#   POSTGRES_DB                a database to make: named like the user
#   POSTGRES_INITDB_ARGS       more arguments of initdb
#   POSTGRES_INITDB_WALDIR     another folder for the log of writes
#   POSTGRES_HOST_AUTH_METHOD  how clients from elsewhere are checked; "trust" needs no password
#   PGDATA                     the data folder
#
# The first three are read from a file that NAME_FILE names, too. Files in /docker-entrypoint-initdb.d are used
# once, in the order of their names: *.sh are run, or read in where they may not be run; *.sql and *.sql.gz are
# given to psql.
set -e

say() {
	echo "$0: $*" >&2
}

fail() {
	say "$@"
	exit 1
}

# from_file NAME DEFAULT: sets a variable from itself, from the file that NAME_FILE names, or to the default.
from_file() {
	eval "value=\${$1:-} file=\${$1_FILE:-}"
	[ -z "$value" ] || [ -z "$file" ] || fail "$1 and $1_FILE are both set: use one of them"
	if [ -n "$file" ]; then
		value=$(cat "$file")
	fi
	value=${value:-$2}
	export "$1=$value"
	unset "$1_FILE"
}

# quoted ARGUMENT...: the arguments for another shell.
quoted() {
	for word; do
		out=
		while :; do
			case $word in
			*\'*) out="$out${word%%\'*}'\\''" word=${word#*\'} ;;
			*) break ;;
			esac
		done
		printf " '%s'" "$out$word"
	done
}

# folders: makes the folders, and gives them to the account that Postgres runs under.
folders() {
	mkdir -p "$PGDATA" /var/run/postgresql
	chmod 700 "$PGDATA" 2>/dev/null || true
	chmod 3777 /var/run/postgresql 2>/dev/null || true
	if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then
		mkdir -p "$POSTGRES_INITDB_WALDIR"
		chmod 700 "$POSTGRES_INITDB_WALDIR" 2>/dev/null || true
	fi
	if [ "$(id -u)" = 0 ]; then
		chown -R postgres:postgres "$PGDATA" /var/run/postgresql ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"}
	fi
}

settle() {
	from_file POSTGRES_PASSWORD ''
	from_file POSTGRES_USER postgres
	from_file POSTGRES_DB "$POSTGRES_USER"
	from_file POSTGRES_INITDB_ARGS ''
	POSTGRES_HOST_AUTH_METHOD=${POSTGRES_HOST_AUTH_METHOD:-}
	if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
		fail "the superuser has no password: set POSTGRES_PASSWORD, as in docker run -e POSTGRES_PASSWORD=...;" \
			"or have everybody trusted by POSTGRES_HOST_AUTH_METHOD=trust"
	fi
	if [ "$POSTGRES_HOST_AUTH_METHOD" = trust ]; then
		say "warning: POSTGRES_HOST_AUTH_METHOD is trust, so whoever reaches the port is a superuser"
	fi
}

# initialise: the data folder. Whatever initdb makes of the locale, the encoding is UTF-8.
initialise() {
	set -- --encoding=UTF8 --locale=C --username="$POSTGRES_USER" --pgdata="$PGDATA"
	if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then
		set -- "$@" --waldir="$POSTGRES_INITDB_WALDIR"
	fi
	secret=
	if [ -n "$POSTGRES_PASSWORD" ]; then
		secret=$PGDATA.password
		[ -w "${PGDATA%/*}" ] || secret=/tmp/bailiff-password.$$
		(umask 077 && printf '%s\n' "$POSTGRES_PASSWORD" >"$secret")
		set -- "$@" --pwfile="$secret"
	fi
	# The variable holds words for a shell.
	eval "initdb \"\$@\" $POSTGRES_INITDB_ARGS" || {
		code=$?
		[ -z "$secret" ] || rm -f "$secret"
		exit "$code"
	}
	[ -z "$secret" ] || rm -f "$secret"
	method=$POSTGRES_HOST_AUTH_METHOD
	if [ -z "$method" ]; then
		method=$(postgres -C password_encryption -D "$PGDATA")
	fi
	printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
	printf "\n# Who may connect is the business of pg_hba.conf and of Docker.\nlisten_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
}

# sql ARGUMENT...: psql on the new database.
sql() {
	PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc \
		--dbname "$POSTGRES_DB" "$@"
}

# make_database: by psql, or where there is none by Postgres itself, before it is started.
make_database() {
	[ "$POSTGRES_DB" != postgres ] || return 0
	name=$POSTGRES_DB escaped=
	while :; do
		case $name in
		*\"*) escaped="$escaped${name%%\"*}\"\"" name=${name#*\"} ;;
		*) break ;;
		esac
	done
	echo "CREATE DATABASE \"$escaped$name\";" | postgres --single -D "$PGDATA" postgres >/dev/null
}

# scripts: what the user has put beside us.
scripts() {
	for script in /docker-entrypoint-initdb.d/*; do
		case $script in
		*.sh)
			if [ -x "$script" ]; then
				say "running $script"
				"$script"
			else
				say "reading $script"
				# shellcheck disable=SC1090
				. "$script"
			fi
			;;
		*.sql)
			say "running $script"
			sql -f "$script"
			;;
		*.sql.gz)
			say "running $script"
			gzip -dc "$script" | sql
			;;
		*/\*) ;;
		*) say "ignoring $script" ;;
		esac
	done
}

# prepare: what is done in a server that nobody else can reach.
prepare() {
	case $(echo /docker-entrypoint-initdb.d/*.sql*) in
	*'*'*) ;;
	*) command -v psql >/dev/null 2>&1 || fail "this image has no psql, which *.sql need: build it on a machine with Debian's postgresql" ;;
	esac
	shift # the word postgres
	pg_ctl -D "$PGDATA" -o "$(quoted "$@") -c listen_addresses=''" -w start
	export PGPASSWORD="${PGPASSWORD:-$POSTGRES_PASSWORD}"
	scripts
	unset PGPASSWORD
	pg_ctl -D "$PGDATA" -m fast -w stop
}

case ${1:-} in
-*) set -- postgres "$@" ;;
esac

asked=start
for argument; do
	case $argument in
	-\? | --help | --describe-config | -V | --version) asked=help ;;
	esac
done

if [ "${1:-}" = postgres ] && [ "$asked" = start ]; then
	folders
	if [ "$(id -u)" = 0 ]; then
		exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
	fi
	if [ -s "$PGDATA/PG_VERSION" ]; then
		say "$PGDATA holds a database already, so it is used as it is"
	else
		settle
		initialise
		make_database
		prepare "$@"
		echo
		echo 'PostgreSQL init process complete; ready for start up.'
		echo
	fi
fi
exec "$@"
