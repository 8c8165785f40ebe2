#!/usr/bin/env bash
# Tries the product on hostile hosts: small containers, full disks, forbidden system calls.
#
#   sudo jmh/hosts/try-hosts.sh            every case
#   sudo jmh/hosts/try-hosts.sh pids       those whose name contains a word
#        jmh/hosts/try-hosts.sh --list     their names
#
# A case is a function case_NAME, run in a mount namespace of its own, so that what it mounts is gone with it, and in a
# fresh folder. README.md, beside this file, says what each expects, and how to add one.
# Exit codes: 0 all passed or were skipped, 1 one failed, 2 an unknown case, or no jar.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=$(realpath -m "${SALVO_JAR:-$here/../target/salvo.jar}")
readonly skipped=77
readonly groups=salvo-try-$$

# ---- what cases are written with ------------------------------------------------------------------------------------

# Ends the case: it cannot be tried here.
skip() {
    echo "$*" > reason
    exit $skipped
}

# Ends the case: it has failed. Shows what was said.
fail() {
    echo "$*" > reason
    sed 's/^/    | /' err 2> /dev/null | tail -n 12
    exit 1
}

needs_root() {
    [ "$(id -u)" = 0 ] || skip "needs root"
}

needs() {
    local program
    for program in "$@"; do
        command -v "$program" > /dev/null || skip "needs $program"
    done
}

# salvo ARGUMENTS...: runs it; its words are in ./out and ./err, its exit code in $code. What stands in $java goes
# before -jar, what stands in $before before java; both are arrays. A temporary folder of its own keeps a case apart
# from what else JMH measures on this host.
java=("-Djava.io.tmpdir=$PWD/tmp")
before=()
salvo() {
    "${before[@]}" java "${java[@]}" -jar "${this_jar:-$jar}" "$@" > out 2> err < /dev/null
    code=$?
}

# The least that a curve can be.
curve() {
    salvo curve --cores 2 --senders 1 --strategy sync --quick --no-flame --out "${runs:-runs}" "$@"
}

expect_code() {
    [ "$code" = "$1" ] || fail "ended with $code, expected $1"
}

# expect_said WORDS: standard error has a line of the product with these words, which is an extended regular expression.
expect_said() {
    grep -Eq "^salvo: .*$1" err || fail "did not say: salvo: ... $1"
}

expect_shown() {
    grep -Eq -- "$1" out || fail "did not show $1"
}

# Nothing that only a programmer understands.
expect_no_stack() {
    ! grep -Eq '^[[:space:]]+at [a-z]+\.|^Exception in thread "main"' err || fail "showed a stack trace"
}

# expect_refused WORDS: this host is unsuitable, and one line says so.
expect_refused() {
    expect_no_stack
    expect_said "$1"
    expect_code 2
}

expect_measured() {
    expect_no_stack
    expect_code 0
    expect_shown 'run folder: '
}

# filesystem FOLDER OPTIONS: mounts an empty one there.
filesystem() {
    mkdir -p "$1"
    mount -t tmpfs -o "$2" salvo-try "$1" || skip "mount is not permitted"
}

# limit memory BYTES, limit pids COUNT: puts this case into a control group with this limit, version 1 or 2.
limit() {
    local controller=$1 value=$2 group
    needs_root
    if [ -w "/sys/fs/cgroup/$controller/cgroup.procs" ]; then
        group=/sys/fs/cgroup/$controller/$groups
        mkdir -p "$group" || skip "no control group can be made"
        case $controller in
            memory)
                echo "$value" > "$group/memory.limit_in_bytes" || skip "the limit of memory is refused"
                [ ! -e "$group/memory.memsw.limit_in_bytes" ] || echo "$value" > "$group/memory.memsw.limit_in_bytes" ;;
            pids) echo "$value" > "$group/pids.max" || skip "the limit of processes is refused" ;;
        esac
    else
        group=/sys/fs/cgroup/$groups
        grep -qw "$controller" /sys/fs/cgroup/cgroup.controllers 2> /dev/null || skip "no controller $controller here"
        echo "+$controller" > /sys/fs/cgroup/cgroup.subtree_control 2> /dev/null || skip "cgroup v2 is not ours to divide"
        mkdir -p "$group" || skip "no control group can be made"
        echo "$value" > "$group/$controller.max" || skip "the limit of $controller is refused"
        [ ! -e "$group/memory.swap.max" ] || echo 0 > "$group/memory.swap.max"
    fi
    echo "$BASHPID" > "$group/cgroup.procs" || skip "the control group takes no process"
}

# Sets $before so that sched_setaffinity is refused.
forbid_affinity() {
    needs cc
    cc -o no-affinity "$here/no-affinity.c" 2> cc-said || skip "cc: $(head -n 1 cc-said)"
    ./no-affinity true || skip "seccomp filters are not permitted"
    before=("$PWD/no-affinity")
}

# ---- the cases ------------------------------------------------------------------------------------------------------

case_memory_of_300_MiB() {
    limit memory $((300 << 20))
    curve
    expect_refused 'killed \(137\).*needs about 400 MiB.*here are 300 in all'
}

case_memory_of_700_MiB_is_enough() {
    limit memory $((700 << 20))
    curve
    expect_measured
}

case_pids_40() {
    limit pids 40
    curve
    expect_refused 'refused a thread.*(pids\.max|ulimit -u)'
}

case_cache_noexec() {
    needs_root
    filesystem home size=20m,noexec
    java+=("-Duser.home=$PWD/home")
    HOME=$PWD/home curve
    if [ "$code" != 0 ]; then # a folder that allows executables may have been found elsewhere
        expect_refused 'native library.*noexec|native library.*-Djna.tmpdir'
    fi
    mkdir elsewhere
    java+=("-Djna.tmpdir=$PWD/elsewhere")
    HOME=$PWD/home curve
    expect_measured
}

case_seccomp_without_affinity() {
    forbid_affinity
    curve
    expect_refused '(affinity|pinned|pin )'
}

case_temporary_folder_noexec() {
    needs_root
    filesystem tmp size=20m,noexec
    salvo curve --cores 2 --senders 1 --quick --out runs
    expect_no_stack
    expect_shown 'batched'
    expect_said 'no flame graph of .*-Djava.io.tmpdir'
    expect_code 1
}

case_temporary_folder_too_small_for_the_profiler() {
    needs_root
    filesystem tmp size=400k
    salvo curve --cores 2 --senders 1 --quick --out runs
    expect_no_stack
    expect_shown 'batched'
    expect_said 'no flame graph of .*async-profiler cannot be unpacked.*No space left on device'
    expect_code 1
}

case_temporary_folder_full() {
    needs_root
    filesystem tmp size=4k
    curve
    expect_refused 'java.io.tmpdir .*No space left on device'
}

case_temporary_folder_read_only() {
    needs_root
    filesystem tmp size=1m
    mount -o remount,ro tmp
    curve
    expect_refused 'java.io.tmpdir .*Read-only file system'
}

case_disk_without_room_for_the_report() {
    needs_root
    filesystem runs size=220k
    curve
    expect_no_stack
    expect_said 'what was measured is stored, but .*report.html.*No space left on device'
    expect_shown 'sync'
    expect_code 1
    [ "$(find runs -path '*/points/*.json' | wc -l)" = 1 ] || fail "the point is not stored"
    mount -o remount,size=20m runs
    salvo curve --resume runs/*
    expect_measured
    [ -s runs/*/report.html ] && [ -s runs/*/rows.json ] && [ -s runs/*/curve.svg ] || fail "--resume did not make it good"
    grep -q '1 of 1 points have been measured before' err || fail "a stored point was measured again"
}

case_disk_without_room_for_a_point() {
    needs_root
    filesystem runs size=40k
    salvo curve --cores 2,3 --senders 1 --strategy sync --quick --no-flame --out runs
    expect_no_stack
    expect_said 'cannot write .*No space left on device'
    expect_said '1 more point was not tried.*--resume'
    expect_code 2
    [ -z "$(find runs -path '*/points/*.json')" ] || fail "half a point is taken as whole"
    mount -o remount,size=20m runs
    salvo curve --resume runs/*
    expect_measured
    [ "$(find runs -path '*/points/*.json' | wc -l)" = 2 ] || fail "--resume did not measure what is missing"
}

case_file_size_limit() {
    ( ulimit -f 100; curve; echo "$code" > code ) # KiB
    code=$(cat code)
    expect_no_stack
    expect_said 'what was measured is stored, but .*report.html.*File too large'
    expect_code 1
}

case_address_space_limit() {
    java+=(-Xmx128m -XX:ReservedCodeCacheSize=32m -XX:CompressedClassSpaceSize=32m)
    ( ulimit -v 1500000; curve; echo "$code" > code ) # KiB
    code=$(cat code)
    expect_refused 'ulimit -v|refused memory'
}

case_jar_removed() {
    cp "$jar" mine.jar
    this_jar=mine.jar
    salvo curve --cores 2,3 --senders 1 --strategy sync --quick --no-flame --out runs &
    local running=$!
    until grep -q '^\[1/2\]' err 2> /dev/null || ! kill -0 $running 2> /dev/null; do sleep 0.2; done
    rm mine.jar
    wait $running
    expect_no_stack
    expect_said 'mine.jar was replaced or removed'
    [ "$(find runs -path '*/points/*.json' | wc -l)" = 1 ] || fail "the point that was measured is lost"
}

case_jar_overwritten() {
    cp "$jar" mine.jar
    this_jar=mine.jar
    salvo curve --cores 2,3 --senders 1 --strategy sync --quick --no-flame --out runs &
    local running=$!
    until grep -q '^\[1/2\]' err 2> /dev/null || ! kill -0 $running 2> /dev/null; do sleep 0.2; done
    truncate -s 100000 mine.jar
    wait $running
    expect_no_stack
    expect_said 'mine.jar was replaced or removed'
    [ "$(find runs -path '*/points/*.json' | wc -l)" = 1 ] || fail "the point that was measured is lost"
}

# ---- how they are run -----------------------------------------------------------------------------------------------

cases() {
    declare -F | sed -n 's/^declare -f case_//p'
}

# Leaves the control groups of this run, ends what is still in them, and removes them.
remove_groups() {
    local group process
    for group in /sys/fs/cgroup/"$1" /sys/fs/cgroup/*/"$1"; do
        [ -d "$group" ] || continue
        while read -r process; do
            if [ "$process" = "$BASHPID" ] || [ "$process" = "$$" ]; then
                echo "$process" > "$(dirname "$group")/cgroup.procs"
            else
                kill -KILL "$process" 2> /dev/null
            fi
        done < "$group/cgroup.procs"
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            rmdir "$group" 2> /dev/null && break
            sleep 0.2
        done
    done
}

run_inside() {
    mkdir tmp
    trap 'remove_groups "$groups"' EXIT
    trap 'exit 130' INT TERM
    "case_$1"
    exit 0
}

run() {
    local name=$1 status folder in_namespace=()
    folder=$(mktemp -d "$work/XXXXXX")
    if [ "$(id -u)" = 0 ] && unshare --mount true 2> /dev/null; then
        in_namespace=(unshare --mount --propagation private)
    fi
    ( cd "$folder" && SALVO_JAR=$jar exec "${in_namespace[@]}" "$BASH" "$here/try-hosts.sh" --inside "$name" )
    status=$?
    case $status in
        0) ok=$((ok + 1)); echo "ok       $name" ;;
        "$skipped") skips=$((skips + 1)); echo "skipped  $name: $(cat "$folder/reason")" ;;
        *) failed=$((failed + 1)); echo "FAILED   $name: $(cat "$folder/reason" 2> /dev/null || echo "status $status")" ;;
    esac
}

if [ "${1:-}" = --inside ]; then
    run_inside "$2"
fi
if [ "${1:-}" = --list ]; then
    cases
    exit 0
fi
[ -f "$jar" ] || { echo "try-hosts: there is no $jar; mvn -q -DskipTests package builds it" >&2; exit 2; }
chosen=$(cases | grep -F -- "${1:-}") || { echo "try-hosts: no case is called like $1; --list shows them" >&2; exit 2; }
work=$(mktemp -d /var/tmp/salvo-hosts-XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
ok=0 skips=0 failed=0
for name in $chosen; do
    run "$name"
done
echo "$ok ok, $failed failed, $skips skipped"
[ "$failed" = 0 ]
