#!/usr/bin/env bash
# Plays every table of this folder through a running service.
#
#   tests/scenarios/play_all.sh ADDRESS CONNINFO [PLAY]
#
# ADDRESS   of the service, started with --insecure
# CONNINFO  of a superuser of its private database: the register's clock is moved there
# PLAY      the program, where it is not beside this script
set -euo pipefail

if (($# < 2 || $# > 3)); then
  echo 'usage: tests/scenarios/play_all.sh ADDRESS CONNINFO [PLAY]' >&2
  exit 2
fi
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
play=${3-$folder/play}

tables=()
for table in "$folder"/*.md; do
  if [[ ${table##*/} != README.md ]]; then
    tables+=("$table")
  fi
done
if ((${#tables[@]} == 0)); then
  echo "play_all: there is no table in $folder" >&2
  exit 2
fi
exec "$play" --server "$1" --postgres "$2" "${tables[@]}"
