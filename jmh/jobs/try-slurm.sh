#!/usr/bin/env bash
# Tries slurm-sweep.sh for real, on this host alone: Slurm's controller and one worker on the loopback interface, in a
# temporary folder with a configuration and a key of their own. As root; takes about three minutes, and installs
# Debian's packages slurmctld, slurmd, slurm-client and munge if they are missing. Needs the jar:
# mvn -q -DskipTests package.
#
#   try-slurm.sh
#
# An array of four shards, of which the last has nothing to do, measures three groups of points. Shard 1 is told that
# its time is up, curve of shard 2 is killed in the middle of a point, shard 3 is queued again as after a preemption.
# Then all must be as if nothing had happened: the merged run has the points of the same sweep measured by one curve,
# each was measured once, what was finished before an interruption is what stands in the merged run, and no two tasks
# ran at once. Exit code: 0, or 1 if anything is otherwise. Whatever happens, no daemon and no job is left.
set -euo pipefail

jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=$jobs/../target/salvo.jar
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
points=(--cores 2,3,4 --strategy sync,batched --quick --forks 1)

fail() {
    echo "try-slurm.sh: $*" >&2
    exit 1
}

[[ -r $jar ]] || fail "$jar cannot be read; mvn -q -DskipTests package makes it"
[[ $(id -u) == 0 ]] || fail "is to be run as root: slurmd starts jobs as their users"
if ! hash slurmctld slurmd sbatch munged 2> /dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurmctld slurmd slurm-client munge
fi

work=$(mktemp -d)
chmod 755 "$work" # munge keeps its socket in no folder that others cannot enter
export SLURM_CONF=$work/slurm.conf
daemons=()

cleanUp() {
    code=$?
    trap - EXIT
    set +e
    if ((${#daemons[@]} == 3)); then
        scancel --user=root 2> /dev/null
        for _ in {1..50}; do
            [[ -z $(squeue --noheader 2> /dev/null) ]] && break
            sleep 0.2
        done
    fi
    for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do
        kill "${daemons[i]}" 2> /dev/null
    done
    wait 2> /dev/null
    # What slurmd has started is no child of this script, but all of it has inherited the name of the configuration.
    for process in $(grep -lsz "^SLURM_CONF=$SLURM_CONF$" /proc/[0-9]*/environ | cut -d/ -f3); do
        [[ $process == "$$" ]] || kill -KILL "$process" 2> /dev/null
    done
    if ((code == 0)); then
        rm -rf "$work"
    else
        echo "try-slurm.sh: what there is to look at stays in $work" >&2
    fi
    exit $code
}
trap cleanUp EXIT
trap 'exit 130' INT TERM

node=$(hostname -s)
megabytes=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
mkdir "$work/state" "$work/spool"
head -c 1024 /dev/urandom > "$work/munge.key"
chmod 600 "$work/munge.key"
cat > "$SLURM_CONF" << EOF
ClusterName=try
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
# A container may have neither systemd nor cgroups that could be written to.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=1,sched_interval=2,bf_interval=5
KillWait=10
MinJobAge=3600
ReturnToService=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$megabytes State=UNKNOWN
PartitionName=try Nodes=$node Default=YES MaxTime=INFINITE State=UP
EOF

# Waits until a command succeeds, a number of seconds at most.
await() {
    local seconds=$1 what=$2
    shift 2
    local end=$((SECONDS + seconds))
    until "$@" > /dev/null 2>&1; do
        ((SECONDS < end)) || fail "waited $seconds s in vain: $what"
        sleep 0.2
    done
}

munged --foreground --force --key-file="$work/munge.key" --socket="$work/munge.socket" --pid-file="$work/munge.pid" \
    --log-file="$work/munge.log" --seed-file="$work/munge.seed" > "$work/munge.out" 2>&1 &
daemons+=($!)
await 10 "munge's socket" test -S "$work/munge.socket"
slurmctld -D -c > "$work/slurmctld.log" 2>&1 &
daemons+=($!)
slurmd -D > "$work/slurmd.log" 2>&1 &
daemons+=($!)
isIdle() {
    [[ $(sinfo --noheader --format=%T) == idle ]]
}
await 30 "an idle node" isIdle
echo "Slurm $(slurmd -V | cut -d' ' -f2): node $node is idle"

echo "the sweep by one curve, for comparison"
"$java" -jar "$jar" curve "${points[@]}" --no-flame --out "$work/unsharded" > "$work/unsharded.out" 2>&1 \
    || fail "curve failed: $work/unsharded.out"

sweep=$work/sweep
submitted=$("$jobs/slurm-sweep.sh" 4 "$sweep" "${points[@]}")
echo "$submitted"
array=${submitted#array }
array=${array%%,*}
merge=${submitted##* }

has() {
    local files=("$sweep/shard-$1"/*/points/*.json)
    [[ -e ${files[0]} ]]
}
isQueuedAgain() {
    local job
    job=$(scontrol show job "${array}_$1")
    [[ $job == *Restarts=1* && $job == *JobState=PENDING* ]]
}
isGone() {
    [[ ! -e /proc/$1 ]] || grep -q '^State:.*zombie' "/proc/$1/status"
}
# A task that is queued again waits for two minutes; this one need not.
hurry() {
    await 60 "shard $1 is queued again" isQueuedAgain "$1"
    scontrol update JobId="${array}_$1" StartTime=now
    echo "shard $1 is queued again"
}
# What is finished when a shard is interrupted must stay as it is.
: > "$work/finished"
remember() {
    sha256sum "$sweep/shard-$1"/*/points/*.json >> "$work/finished"
}

await 60 "a point of shard 1" has 1
squeue --Format=ArrayTaskID:8,Name:14,State:12,ReasonList:20
[[ $(squeue --noheader --states=RUNNING | wc -l) == 1 ]] || fail "not one task is running but others, too"
remember 1
echo "shard 1 is told that its time is up"
# Slurm 22.05 delivers this at once, answers "try again later" all the same, and scancel would.
timeout 3 scancel --batch --signal=USR1 "${array}_1" 2> /dev/null || true
hurry 1

await 90 "a point of shard 2" has 2
remember 2
curve=$(pgrep -f -- "-jar .* curve --shard 2/4 .*--out $sweep/shard-2\$") || fail "curve of shard 2 is not running"
await 30 "a fork of JMH" pgrep -P "$curve"
forks=$(pgrep -P "$curve")
echo "curve of shard 2 is killed, process $curve; its forks: ${forks//$'\n'/ }"
kill -KILL "$curve"
hurry 2
for fork in $forks; do
    isGone "$fork" || fail "fork $fork of the killed curve is still there"
done

await 90 "a point of shard 3" has 3
remember 3
echo "shard 3 is queued again by the controller"
scontrol requeue "${array}_3"
hurry 3

hasEnded() {
    ! squeue --noheader --jobs="$array,$merge" 2> /dev/null | grep -q .
}
await 120 "all jobs have ended" hasEnded
cat "$sweep"/shard-*/log | sort

for task in "${array}_1" "${array}_2" "${array}_3" "${array}_4" "$merge"; do
    scontrol show job "$task" | grep -q 'JobState=COMPLETED' || fail "job $task has not completed: $sweep"
done
merged=("$sweep"/merged/*/)
((${#merged[@]} == 1)) || fail "${#merged[@]} merged runs"
diff <(ls "$work"/unsharded/*/points) <(ls "${merged[0]}points") || fail "not the points of the unsharded sweep"
sha256sum --quiet --check "$work/finished" || fail "a point that was finished has been measured again"
while read -r _ file; do
    diff <(grep -v '"round" :' "$file") <(grep -v '"round" :' "${merged[0]}points/${file##*/}") \
        || fail "$file is not what was merged" # but for the numbers of rounds, which differ from shard to shard
done < "$work/finished"
measured=$(grep -h 'ns per page$' "$sweep"/shard-[1-4].out | sed 's/^\[[^]]*\] //; s/:.*//' | sort)
[[ $(uniq <<< "$measured" | wc -l) == 6 && $(wc -l <<< "$measured") == 6 ]] || fail "not each point once: $measured"
! has 4 || fail "shard 4 has a point"
[[ -f $(echo "$sweep"/shard-4/*/host.json) ]] || fail "shard 4 has left no run"
# Sorted by time, every begin is followed by its own end.
cat "$sweep"/shard-*/log | sort | awk '
    / begins$| goes on$/ { if (running) exit 1; running = $4 }
    / ends with / { if (running != $4) exit 1; running = "" }
    END { exit running != "" }' || fail "two tasks ran at once"

echo "all as it should be: 6 points, each measured once, by four tasks, one at a time," \
    "three of them interrupted; merged: $(ls "${merged[0]}points" | wc -l) points"
