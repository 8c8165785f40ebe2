#!/usr/bin/env bash
# Tries the product on hostile hosts: small containers, full disks, forbidden system calls, odd files of the kernel's.
#
#   sudo jmh/hosts/try-hosts.sh            every case
#   sudo jmh/hosts/try-hosts.sh pids       those whose name contains a word
#        jmh/hosts/try-hosts.sh --list     their names
#
# A case is a function case_NAME of a file cases-*.sh beside this one. README.md, also there, says what each expects, and
# how to add one. Exit codes: 0 all passed or were skipped, 1 one failed, 2 an unknown case, or no jar.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly skipped=77

# ---- what cases are written with: the host --------------------------------------------------------------------------

# Ends the case: it cannot be tried here.
skip() {
    echo "$*" > reason
    exit $skipped
}

# For what is taken back by the end of the case's namespaces, and would change the host without them.
needs_root() {
    [ -n "$groups" ] || skip "needs root, and the right to namespaces"
}

# filesystem FOLDER OPTIONS: mounts an empty one there, in memory.
filesystem() {
    needs_root
    mkdir -p "$1"
    mount -t tmpfs -o "$2" salvo-try "$1" || skip "mount is not permitted"
}

# without_executables FOLDER...: they stay as they are, but that nothing in them may be executed.
without_executables() {
    local folder
    for folder in "$@"; do
        mkdir -p "$folder"
        in_place_of "$folder" "$folder"
        mount -o remount,bind,noexec "$folder" || skip "mount is not permitted"
    done
}

# in_place_of THERE HERE: what is here takes the place of a file or folder of the kernel's.
in_place_of() {
    needs_root
    mount --bind "$2" "$1" || skip "mount is not permitted"
}

# Leaves nothing of the root file system to be written but this case's folder.
read_only_root() {
    needs_root
    in_place_of "$PWD" "$PWD"
    cd "$PWD" && mount -o remount,ro,bind / # the folder of this name is now a mount of its own
}

# limit CONTROLLER VALUE [SUFFIX]: puts this case into a control group, version 1 or 2, that has a limit: memory of so
# many bytes, pids of so many processes and threads, cpu of so many microseconds in 100,000. The suffix of the group's
# name may hold a slash: then it is a group below another.
limit() {
    local controller=$1 value=$2 root=/sys/fs/cgroup
    needs_root
    if [ -w "$root/$controller/cgroup.procs" ]; then
        group=$root/$controller/$groups${3:-}
        mkdir -p "$group" || skip "no control group can be made"
        case $controller in
            memory)
                echo "$value" > "$group/memory.limit_in_bytes" || skip "the limit of memory is refused"
                [ ! -e "$group/memory.memsw.limit_in_bytes" ] || echo "$value" > "$group/memory.memsw.limit_in_bytes" ;;
            cpu) echo "$value" > "$group/cpu.cfs_quota_us" || skip "the limit of CPU time is refused" ;;
            *) echo "$value" > "$group/$controller.max" || skip "the limit of $controller is refused" ;;
        esac
    else
        group=$root/$groups${3:-}
        grep -qw "$controller" "$root/cgroup.controllers" 2> /dev/null || skip "no controller $controller here"
        mkdir -p "$group" || skip "no control group can be made"
        echo "+$controller" > "$root/cgroup.subtree_control" || skip "the control groups are not ours to divide"
        [ "${group%/*}" = "$root" ] || echo "+$controller" > "${group%/*}/cgroup.subtree_control"
        echo "$value" > "$group/$controller.max" || skip "the limit of $controller is refused"
        [ ! -e "$group/memory.swap.max" ] || echo 0 > "$group/memory.swap.max"
    fi
    enter_group .
}

# enter_group NAME: puts this case into a control group below the one that it is in.
enter_group() {
    group=$group/$1
    mkdir -p "$group"
    echo "$BASHPID" > "$group/cgroup.procs" || skip "the control group takes no process"
}

# From here on the product runs as a user whom no file knows and who has no home.
as_stranger() {
    needs_root
    chmod 1777 . tmp
    under setpriv --reuid 12345 --regid 12345 --clear-groups env -u HOME -u USER -u LOGNAME
    "${before[@]}" java -version 2> java-said || skip "another user may not run java: $(head -n 1 java-said)"
}

# From here on the product's sched_setaffinity is refused.
forbid_affinity() {
    command -v cc > /dev/null || skip "needs cc"
    cc -o no-affinity ../no-affinity.c 2> cc-said || skip "cc: $(head -n 1 cc-said)"
    ./no-affinity true || skip "seccomp filters are not permitted"
    under "$PWD/no-affinity"
}

# ---- what cases are written with: the product -----------------------------------------------------------------------

before=()
flags=("-Djava.io.tmpdir=$PWD/tmp") # lest what else JMH measures on this host keep a case from measuring
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS

# under COMMAND...: from here on the product is run by it, as in under taskset -c 0.
under() {
    before+=("$@")
}

# jvm FLAGS...: from here on the product's JVM has these, too.
jvm() {
    flags+=("$@")
}

# salvo ARGUMENTS...: runs the product; its words are in ./out and ./err, its exit code in $code.
salvo() {
    timeout --foreground 300 "${before[@]}" java "${flags[@]}" -jar "$jar" "$@" > out 2> err < /dev/null
    code=$?
}

# The least that a curve can be: one point, but for what the arguments say.
curve() {
    salvo curve --cores 2 --senders 1 --strategy sync --quick --no-flame --out runs "$@"
}

# Ends the case: it has failed. Shows what was said.
fail() {
    echo "$*" > reason
    tail -n 12 out err 2> /dev/null | sed 's/^/    | /'
    exit 1
}

expect_code() {
    [ "$code" = "$1" ] || fail "ended with $code, expected $1"
}

# expect_said WORDS: standard error has a line of the product with these words, which are an extended regular expression.
expect_said() {
    grep -Eq -- "^salvo: .*($1)" err || fail "did not say: salvo: ... $1"
}

# expect_shown WORDS: standard output has a line with them.
expect_shown() {
    grep -Eq -- "$1" out || fail "did not show: $1"
}

# Nothing that only a programmer understands.
expect_no_stack() {
    ! grep -Eq '^[[:space:]]+at [a-z.]+|^Exception in thread "' out err || fail "showed a stack trace"
}

# It has done what it was asked.
expect_done() {
    expect_no_stack
    expect_code 0
}

expect_measured() {
    expect_done
    expect_shown 'run folder: '
}

# expect_refused WORDS: this host is unsuitable, and one line says so.
expect_refused() {
    expect_no_stack
    expect_said "$1"
    expect_code 2
}

# expect_refused_at_once WORDS: that line is all that is said.
expect_refused_at_once() {
    expect_refused "$1"
    [ "$(wc -l < err)" = 1 ] || fail "said more than one line"
}

# expect_found_unsuitable WORDS: that is what the command host has found, among all else that it shows.
expect_found_unsuitable() {
    expect_no_stack
    expect_shown "$1"
    expect_code 2
}

# expect_points COUNT: so many are stored.
expect_points() {
    [ "$(find runs -path '*/points/*.json' | wc -l)" = "$1" ] || fail "not $1 points are stored"
}

# ---- how they are run -----------------------------------------------------------------------------------------------

for file in "$here"/cases-*.sh; do
    # shellcheck source=/dev/null
    . "$file"
done

cases() {
    declare -F | sed -n 's/^declare -f case_//p'
}

# Runs one case: in its folder, and, if there are words for its control groups, in namespaces of its own.
run_inside() {
    groups=$2
    jar=$(dirname "$PWD")/salvo.jar
    mkdir tmp
    trap 'kill $(jobs -p) 2> /dev/null' EXIT
    trap 'exit 130' INT TERM
    "case_$1"
    exit 0
}

# The processes in them have ended with their namespace; the kernel may take its time to let go of the groups.
remove_groups() {
    local group
    for group in /sys/fs/cgroup/"$1"* /sys/fs/cgroup/*/"$1"*; do
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            [ -d "$group" ] || break
            find "$group" -depth -type d -exec rmdir {} + 2> /dev/null
            sleep 0.1
        done
    done
}

run() {
    local name=$1 folder groups='' apart=() status
    folder=$(mktemp -d "$work/XXXXXX")
    chmod 755 "$folder"
    if [ "$(id -u)" = 0 ] && unshare "${namespaces[@]}" true 2> /dev/null; then
        apart=(unshare "${namespaces[@]}")
        groups=salvo-try-${folder##*/}
    fi
    (cd "$folder" && exec "${apart[@]}" "$BASH" "$here/try-hosts.sh" --inside "$name" "$groups")
    status=$?
    [ -z "$groups" ] || remove_groups "$groups"
    case $status in
        0) ok=$((ok + 1)); echo "ok       $name" ;;
        "$skipped") skips=$((skips + 1)); echo "skipped  $name: $(cat "$folder/reason")" ;;
        *) failed=$((failed + 1)); echo "FAILED   $name: $(cat "$folder/reason" 2> /dev/null || echo "status $status")" ;;
    esac
}

case ${1:-} in
    --inside) run_inside "$2" "$3" ;;
    --list) cases; exit 0 ;;
esac
original=${SALVO_JAR:-$here/../target/salvo.jar}
[ -f "$original" ] || { echo "try-hosts: there is no $original; mvn -q -DskipTests package builds it" >&2; exit 2; }
chosen=$(cases | grep -F -- "${1:-}") || { echo "try-hosts: no case is called like $1; --list shows them" >&2; exit 2; }
readonly namespaces=(--mount --propagation private --uts --pid --fork --kill-child --mount-proc)
work=$(mktemp -d /var/tmp/salvo-hosts-XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
chmod 755 "$work"
cp "$here/no-affinity.c" "$work"
cp "$original" "$work/salvo.jar" # where every user can read it, no build replaces it and no case mounts over it
peers=$(dirname "$original")/salvo-peers.jar
[ ! -f "$peers" ] || cp "$peers" "$work"
chmod 644 "$work"/*.jar
ok=0 skips=0 failed=0
for name in $chosen; do
    run "$name"
done
echo "$ok ok, $failed failed, $skips skipped"
[ "$failed" = 0 ]
