# Hosts that do not do, and odd ones: what needs root, mounts, control groups or a filter of system calls. To be read by
# another script (bash), which calls the functions case_NAME one by one: each returns 0 if what its comment says was
# seen, 1 if not (what was seen is then on stderr), 77 if this machine cannot make such a host. $SALVO holds the words
# that run the product: SALVO="java -jar jmh/target/salvo.jar". Nothing is left behind: each works in a folder of its
# own, with mounts in a name space of its own, and removes its control group.

# Runs the words in $SALVO with the arguments, in at most two minutes.
env_salvo() {
    # shellcheck disable=SC2086 # words
    timeout 120 $SALVO "$@"
}

# expect CODE PATTERN COMMAND...: runs it; its exit code must be CODE, and a line of all that it prints match PATTERN (as
# grep -E has it). If CODE is 2, stderr must be that line alone and there must be no stack trace anywhere. JVM flags go in
# JDK_JAVA_OPTIONS or JAVA_TOOL_OPTIONS, of which the JVM says a line of its own ("Picked up ..."), which does not count.
expect() {
    local code=$1 pattern=$2 got out err folder
    shift 2
    folder=$(mktemp -d)
    out=$folder/out err=$folder/err
    "$@" >"$out" 2>"$err"
    got=$?
    sed -i '/^\(NOTE: \)\?Picked up /d' "$err"
    if [ "$got" != "$code" ] || ! grep -qE -- "$pattern" "$out" "$err" || grep -qE '^[[:space:]]+at [a-z.]+' "$out" "$err" ||
        { [ "$code" = 2 ] && [ -s "$err" ] && [ "$(wc -l <"$err")" != 1 ]; }; then
        { echo "expected $code and /$pattern/ of: ${*:0:12}"; echo "exit code $got"; tail -n 15 "$out" "$err"; } >&2
        rm -rf "$folder"
        return 1
    fi
    rm -rf "$folder"
}

# in_mounts SCRIPT [ARGUMENTS...]: runs a script of sh in a mount name space of its own, in which it may mount what it
# likes. 77 without the right to one.
in_mounts() {
    unshare --mount true 2>/dev/null || return 77
    unshare --mount --propagation private sh -ec "$@"
}

# without_affinity COMMAND...: runs it under a filter that answers sched_setaffinity with EPERM, as some services' and
# containers' do. Python, as no tool of every distribution installs a filter; x86-64 and AArch64.
without_affinity() {
    command -v python3 >/dev/null || return 77
    python3 - "$@" <<'PYTHON'
import ctypes, os, struct, sys
number = {'x86_64': 203, 'aarch64': 122}.get(os.uname().machine)
if number is None:
    sys.exit(77)
def step(code, yes, no, value):
    return struct.pack('HBBI', code, yes, no, value)
program = (step(0x20, 0, 0, 0) + step(0x15, 0, 1, number)          # load the number; is it this one?
           + step(0x06, 0, 0, 0x00050001) + step(0x06, 0, 0, 0x7fff0000))  # errno 1; allow
text = ctypes.create_string_buffer(program)
class Program(ctypes.Structure):
    _fields_ = [('length', ctypes.c_ushort), ('filter', ctypes.c_void_p)]
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(Program(4, ctypes.addressof(text))), 0, 0):
    sys.exit(77)
os.execvp(sys.argv[1], sys.argv[1:])
PYTHON
}

# in_group CONTROLLER FILE VALUE COMMAND...: runs it in a control group of version 1 or 2 in which FILE holds VALUE. FILE
# is version 2's name; where version 1's differs it follows behind a colon.
in_group() {
    local controller=$1 file=$2 value=$3 top group code
    shift 3
    if [ -w "/sys/fs/cgroup/$controller" ]; then
        top=/sys/fs/cgroup/$controller file=${file#*:}
    elif grep -qw "$controller" /sys/fs/cgroup/cgroup.subtree_control 2>/dev/null; then
        top=/sys/fs/cgroup file=${file%:*}
    else
        return 77
    fi
    group=$(mktemp -d "$top/salvo-case-XXXXXX") || return 77
    echo "$value" >"$group/$file" || { rmdir "$group"; return 77; }
    (echo 0 >"$group/cgroup.procs" && exec "$@")
    code=$?
    for _ in 1 2 3 4 5 6 7 8 9 10; do # a fork may take its time to go
        rmdir "$group" 2>/dev/null && break
        sleep 0.5
    done
    return "$code"
}

# Every command that measures ends at once with one line, and host says it too, with exit code 2.
case_affinity_forbidden() {
    local command
    without_affinity true || return 77
    for command in "torture --seconds 1 --cores 2" "timeline --cores 2" "curve --quick" "flame --cores 2" "peers --quick" \
        "jmh PageOut" "profiles coverage --runs 1" "profiles span a64fx" "compare --reference" host; do
        # shellcheck disable=SC2086 # words
        expect 2 'cannot pin thread main to CPU [0-9]+: errno 1, a filter of system calls' \
            without_affinity $SALVO $command || return 1
    done
}

# A temporary folder mounted noexec: another one takes the native library, and nothing is said.
case_tmp_noexec() {
    expect 0 '^ +2  sync ' in_mounts 'mount -t tmpfs -o noexec none /tmp; exec "$@"' sh \
        $SALVO timeline --cores 2 --strategy sync --out /dev/shm/salvo-case
    local code=$?
    rm -rf /dev/shm/salvo-case
    return $code
}

# No folder allows executables: each is named, with the reason.
case_everything_noexec() {
    expect 2 'no folder takes a native library: /tmp \(it allows no executables\), .*/dev/shm \(it allows no exec' \
        in_mounts 'mkdir -p "$HOME/.cache"; for at in /tmp /dev/shm /var/tmp "$HOME/.cache"; do
            mount -t tmpfs -o noexec none "$at"; done; exec "$@"' sh $SALVO torture --seconds 1 --cores 2
}

# The folder that was named is the one that the line names.
case_named_folder_noexec() {
    expect 2 'no folder takes a native library: /mnt \(it allows no executables\); name another by -Djna.tmpdir' \
        in_mounts 'mount -t tmpfs -o noexec none /mnt; JDK_JAVA_OPTIONS=-Djna.tmpdir=/mnt exec "$@"' sh \
        $SALVO torture --seconds 1 --cores 2
}

# A full temporary folder (1 KiB): another one takes the library.
case_tmp_full() {
    expect 0 '^clean after' in_mounts 'mount -t tmpfs -o size=4k none /tmp; head -c 4096 /dev/zero > /tmp/full || true
        exec "$@"' sh $SALVO torture --seconds 1 --cores 2 --seed 7
}

# 40 processes and threads: too few for 64 cores, and for the forks of a curve.
case_too_few_threads() {
    in_group pids pids.max 40 true || return 77
    expect 2 '64 threads are needed, and only [0-9]+ started' in_group pids pids.max 40 \
        $SALVO torture --seconds 1 --cores 64 || return 1
    expect 2 'threads are needed, and only [0-9]+ started' in_group pids pids.max 40 $SALVO curve --quick || return 1
    expect 2 'threads are needed, and only [0-9]+ started' in_group pids pids.max 40 $SALVO host --cores 64
}

# 512 MiB, one CPU, a read-only root, no home, a user that no file knows, a host's name that no resolver knows: what
# measures works where there is a folder for its results and a temporary one, and the run is called after the host.
case_newcomers_container() {
    expect 0 '^run folder: /mnt/nowhere.invalid-' in_group memory memory.max:memory.limit_in_bytes $((512 << 20)) \
        taskset -c 0 unshare --mount --uts --propagation private sh -ec '
            mount -t tmpfs -o mode=1777 none /mnt; mount -t tmpfs -o mode=1777 none /tmp
            mount -o remount,ro,bind /
            hostname nowhere.invalid; cd /
            exec setpriv --reuid 12345 --regid 12345 --clear-groups env -u HOME -u USER -u LOGNAME "$@"' sh \
        $SALVO curve --quick --cores 2 --senders 1 --strategy sync --no-flame --out /mnt
}

# A name space of networks whose loopback interface is down: JMH's forks could not report to it.
case_no_loopback() {
    expect 2 'loopback address 127.0.0.1: .*; bring it up' unshare --net $SALVO curve --quick --out /dev/shm/salvo-none
}

# The same without any folder that may be written: one line says that a temporary one is needed.
case_no_temporary_folder() {
    expect 2 'java.io.tmpdir /tmp: nothing can be written there \(permission denied\); accepted is a folder with room' \
        in_mounts 'mount -t tmpfs -o mode=555 none /tmp; exec setpriv --reuid 12345 --regid 12345 --clear-groups "$@"' sh \
        $SALVO curve --quick --out /tmp/runs
}

# Another user's jmh.lock, which this one may only read and which nobody holds, stops nothing.
case_lock_of_another_user() {
    expect 0 '^ +2  sync ' in_mounts 'mount -t tmpfs -o mode=1777 none /tmp; touch /tmp/jmh.lock; chmod 644 /tmp/jmh.lock
        exec setpriv --reuid 12345 --regid 12345 --clear-groups "$@"' sh \
        $SALVO timeline --cores 2 --strategy sync --out /tmp/lines
}

# The same while its owner holds it: somebody is measuring.
case_lock_held_by_another_user() {
    command -v python3 >/dev/null || return 77
    expect 1 'another JMH run is measuring on this host' in_mounts 'mount -t tmpfs -o mode=1777 none /tmp
        python3 -c "
import fcntl, time
held = open(\"/tmp/jmh.lock\", \"w\"); fcntl.lockf(held, fcntl.LOCK_EX); open(\"/tmp/held\", \"w\"); time.sleep(60)" &
        holder=$!; while [ ! -e /tmp/held ]; do sleep 0.1; done; chmod 644 /tmp/jmh.lock
        code=0; setpriv --reuid 12345 --regid 12345 --clear-groups "$@" || code=$?; kill $holder; exit $code' sh \
        $SALVO curve --quick --out /tmp/runs
}

# Another user's jmh.lock that this one may not even read: one line with what to do.
case_lock_that_is_closed() {
    expect 2 '/tmp/jmh.lock: permission denied, so whether somebody is measuring cannot be told; ' in_mounts '
        mount -t tmpfs -o mode=1777 none /tmp; touch /tmp/jmh.lock; chmod 600 /tmp/jmh.lock
        exec setpriv --reuid 12345 --regid 12345 --clear-groups "$@"' sh $SALVO curve --quick --out /tmp/runs
}

# A user with neither name nor home: nothing is made that is called "?".
case_user_without_name_or_home() {
    expect 0 '^what is left: $' in_mounts 'mount -t tmpfs -o mode=1777 none /mnt; cd /mnt
        env -u HOME setpriv --reuid 12345 --regid 12345 --clear-groups "$@" >/tmp/said.$$; rm -f /tmp/said.$$
        echo "what is left: $(ls)"' sh $SALVO host
}

# Two containers, each with a temporary folder of its own, one of which keeps a CPU busy: the other says so.
case_busy_neighbour() {
    expect 0 'Others keep [0-9.]+ of [0-9]+ CPUs? busy now' in_mounts 'mount -t tmpfs none /tmp
        sh -c "while :; do :; done" & neighbour=$!; code=0; "$@" || code=$?; kill $neighbour; exit $code' sh $SALVO host
}
