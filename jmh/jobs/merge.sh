#!/usr/bin/env bash
# Merges the shards of a sweep into a run below FOLDER/merged.
#
#   merge.sh FOLDER
#
# Exit code: that of merge; 1 says that points of the sweep are missing, and they are named. Environment: as for
# shard.sh.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=${SALVO_JAR:-$here/salvo.jar}
[[ -n ${SALVO_JAR:-} || -e $jar ]] || jar=$here/../target/salvo.jar
runs=()
for host in "${1:-}"/shard-*/*/host.json; do
    [[ -f $host ]] && runs+=("${host%/host.json}")
done
if [[ $# -ne 1 || ${#runs[@]} -eq 0 ]]; then
    echo "merge.sh: '$*': must be the folder of a sweep whose shards have begun" >&2
    exit 2
fi
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -jar "$jar" merge --out "$1/merged" "${runs[@]}"
