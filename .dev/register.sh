# shellcheck shell=bash
# A register that runs in a folder DIR: its PostgreSQL, its Redis, its plate key and its daemon. Sourced by `dev`, from the root.

readonly daemon=build/release/services/stadspoortd/stadspoortd
readonly client=build/release/services/stadspoort/stadspoort
readonly psql=/usr/lib/postgresql/15/bin/psql

# database_of DIR: how a service connects. superuser_of DIR: how we do.
database_of() {
  local POSTGRES_SOCKET POSTGRES_PORT
  # shellcheck source=/dev/null
  . "$1/env"
  echo "host=$POSTGRES_SOCKET port=$POSTGRES_PORT dbname=stadspoort"
}

superuser_of() {
  local POSTGRES_USER
  # shellcheck source=/dev/null
  . "$1/env"
  echo "$(database_of "$1") user=$POSTGRES_USER"
}

redis_of() {
  local REDIS_SOCKET
  # shellcheck source=/dev/null
  . "$1/env"
  echo "unix:$REDIS_SOCKET"
}

address_of() {
  cat "$1/stadspoortd.address"
}

# start_database DIR: PostgreSQL and Redis, the database migrated, and a plate key, which is made once: without it the plates that are
# already in the database could not be found again.
start_database() {
  local dir=$1
  tests/servers start "$dir" 9>&-
  if [[ -z $("$psql" -XtAc "SELECT 1 FROM pg_database WHERE datname = 'stadspoort'" \
    "$(superuser_of "$dir") dbname=postgres") ]]; then
    "$psql" -Xqc 'CREATE DATABASE stadspoort' "$(superuser_of "$dir") dbname=postgres"
  fi
  if [[ ! -e $dir/plate-keys ]]; then
    (umask 077 && "$daemon" new-plate-key --key-id demo-1 >"$dir/plate-keys.new")
    mv "$dir/plate-keys.new" "$dir/plate-keys"
  fi
  "$daemon" migrate --postgres "$(superuser_of "$dir")"
}

# The pid file may be left from a daemon that was killed, and its number may be another process's by now: ours is the
# one that was given this folder's address file.
daemon_runs() {
  local dir=$1
  [[ -e $dir/stadspoortd.pid ]] &&
    grep -qzxF -- "$PWD/$dir/stadspoortd.address" "/proc/$(<"$dir/stadspoortd.pid")/cmdline" 2>/dev/null
}

answers() {
  [[ -s $1/stadspoortd.address ]] && timeout 5 "$client" --server "$(address_of "$1")" status >/dev/null 2>&1
}

# start_daemon DIR: starts it in a session of its own (Ctrl-C here is not meant for it) and waits until it answers.
# One that already runs stays, unless it was built anew since.
start_daemon() {
  local dir=$1 deadline
  if daemon_runs "$dir" && [[ ! $daemon -nt $dir/stadspoortd.pid ]]; then
    return
  fi
  stop_daemon "$dir"
  setsid "$daemon" serve cities zones permits rights checks projector --listen 127.0.0.1:0 \
    --address-file "$PWD/$dir/stadspoortd.address" --postgres "$(database_of "$dir")" --redis "$(redis_of "$dir")" \
    --plate-keys "$dir/plate-keys" --insecure </dev/null >>"$dir/stadspoortd.log" 2>&1 9>&- &
  echo "$!" >"$dir/stadspoortd.pid"
  deadline=$((SECONDS + 30))
  until answers "$dir"; do
    # Until setsid has become the daemon, its process does not look like one.
    if ! kill -0 "$(<"$dir/stadspoortd.pid")" 2>/dev/null || ((SECONDS >= deadline)); then
      tail -n 20 "$dir/stadspoortd.log" >&2
      die "the daemon did not come up; its log is $dir/stadspoortd.log"
    fi
    sleep 0.1
  done
}

stop_daemon() {
  local dir=$1 deadline
  if daemon_runs "$dir"; then
    kill "$(<"$dir/stadspoortd.pid")"
    deadline=$((SECONDS + 30))
    while daemon_runs "$dir"; do
      if ((SECONDS >= deadline)); then
        echo "the daemon did not stop in 30 s: killing it" >&2
        kill -KILL "$(<"$dir/stadspoortd.pid")"
        deadline=$((SECONDS + 30))
      fi
      sleep 0.1
    done
  fi
  rm -f "$dir/stadspoortd.pid" "$dir/stadspoortd.address"
}

# stop_register DIR [--wipe]
stop_register() {
  stop_daemon "$1"
  tests/servers stop "$@"
}

register_runs() {
  daemon_runs "$1" && tests/servers status "$1" >/dev/null
}

show_addresses() {
  echo "  daemon      $(address_of "$1") (gRPC; log: $1/stadspoortd.log)"
  echo "  client      $client --server $(address_of "$1") ..."
  echo "  PostgreSQL  $psql '$(superuser_of "$1")'"
}
