#!/usr/bin/env bash
# Submits a sweep to Slurm: an array of shards, each with a node of its own, and a job that merges them.
#
#   slurm-sweep.sh N FOLDER [curve's options ...]
#
#   slurm-sweep.sh 8 /scratch/sweep1 --cores 2,4,8,16,32,64 --senders 1,all --forks 5 --placement physical
#
# N is the number of shards, FOLDER the sweep's own folder on a file system that every node sees. What a site needs
# beyond that is said as Slurm wants it said: SBATCH_PARTITION, SBATCH_ACCOUNT, SBATCH_CONSTRAINT, SBATCH_TIMELIMIT, …
# Submitting the same sweep again into the same folder measures what is missing and nothing else. JAVA_HOME and
# SALVO_JAR: see shard.sh.
set -eu

refuse() {
    echo "slurm-sweep.sh: $*" >&2
    exit 2
}

[[ $# -ge 2 && $1 =~ ^[1-9][0-9]{0,3}$ ]] || refuse "'$*': must be N FOLDER [curve's options ...], N from 1 to 9999"
shards=$1
mkdir -p "$2" || refuse "$2 cannot be made"
folder=$(cd "$2" && pwd)
shift 2
jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export SALVO_JAR=${SALVO_JAR:-$jobs/../target/salvo.jar}
SALVO_JAR=$(realpath "$SALVO_JAR")
[[ -r $SALVO_JAR ]] || refuse "$SALVO_JAR cannot be read; accepted in SALVO_JAR: the jar that the build makes"

array=$(sbatch --parsable --array="1-$shards" --output="$folder/shard-%a.out" \
    "$jobs/slurm-shard.sbatch" "$jobs" "$shards" "$folder" "$@")
array=${array%%;*}
# Whatever becomes of the shards: what they have measured is put together, and what is missing is named.
merge=$(sbatch --parsable --dependency="afterany:$array" --output="$folder/merge.out" \
    "$jobs/slurm-merge.sbatch" "$jobs" "$folder") || {
    scancel "$array"
    refuse "the merge was not accepted, so the array was cancelled"
}
echo "array $array, merge ${merge%%;*}"
