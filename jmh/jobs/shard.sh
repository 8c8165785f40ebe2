#!/usr/bin/env bash
# Measures one shard of a sweep, or goes on with it: what the jobs for Slurm and for Kubernetes have in common.
#
#   shard.sh I/N FOLDER [curve's options ...]
#
# FOLDER is the sweep's: the same for all shards, on a file system that every node sees. This shard's run is made in
# FOLDER/shard-I, and whoever finds one there goes on with it, so that this may be killed and started again, here or on
# another node, as often as it takes. TERM stops it; the points that are finished stay. FOLDER/shard-I/log says when it
# ran and where. Exit code: that of curve, 2 if FOLDER/shard-I is of another sweep.
#
# Environment: JAVA_HOME; SALVO_JAR (default: salvo.jar beside this script, else the one that the build makes);
# SALVO_NODE (default: this host's name).
set -u

refuse() {
    echo "shard.sh: $*" >&2
    exit 2
}

[[ $# -ge 2 && $1 =~ ^([0-9]{1,5})/([0-9]{1,5})$ ]] || refuse "'$*': must be I/N FOLDER [curve's options ...]"
shard=$1
own=$2/shard-${BASH_REMATCH[1]}
shift 2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=${SALVO_JAR:-$here/salvo.jar}
[[ -n ${SALVO_JAR:-} || -e $jar ]] || jar=$here/../target/salvo.jar
[[ -r $jar ]] || refuse "$jar cannot be read; accepted in SALVO_JAR: the jar that the build makes"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
mkdir -p "$own" || refuse "$own cannot be made"

# A folder without a host.json was never begun: curve writes that before anything else.
run=
for host in "$own"/*/host.json; do
    [[ -f $host ]] && run=${host%/host.json}
done

# What is measured here, a word a line. Another sweep in the same folder would be mixed with this one.
if [[ -n $run ]]; then
    [[ -r $own/sweep && $(< "$own/sweep") == "$(printf '%s\n' "$shard" "$@")" ]] \
        || refuse "$own/sweep says another sweep than '$shard $*'; accepted: the same one, or another folder"
else
    printf '%s\n' "$shard" "$@" > "$own/.sweep.$$" && mv "$own/.sweep.$$" "$own/sweep" \
        || refuse "$own cannot be written"
fi

log() {
    echo "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ) ${SALVO_NODE:-$(hostname)} shard $shard $*" | tee -a "$own/log"
}

# Job control gives curve a process group of its own: JMH's forks are in it, too, and must not outlive it, for nothing
# else would end them if curve were killed, and they would disturb whatever is measured next.
set -m
stopped=
if [[ -n $run ]]; then
    log "goes on"
    "$java" -jar "$jar" curve --resume "$run" --no-flame &
else
    log "begins"
    "$java" -jar "$jar" curve --shard "$shard" --no-flame "$@" --out "$own" &
fi
curve=$!
trap 'stopped=yes; kill -TERM $curve 2> /dev/null' TERM
while :; do
    wait $curve
    code=$?
    # A signal ends the wait, too; then curve is still there, putting things in order.
    kill -0 $curve 2> /dev/null || break
done
for _ in {1..100}; do # ten seconds at most: whoever is to reap them may be slow
    kill -KILL -- -$curve 2> /dev/null || break
    sleep 0.1
done
log "ends with $code${stopped:+, stopped}"
exit $code
