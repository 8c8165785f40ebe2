# shellcheck shell=bash
# What a process may do, who it is, and who else is there.

case_affinity_forbidden() {
    local command
    forbid_affinity
    for command in "curve --quick" "flame --cores 2" "timeline --cores 2" "torture --seconds 1 --cores 2" "peers --quick" \
        "jmh PageOut" "profiles coverage --runs 1" "profiles span a64fx" "compare --reference"; do
        # shellcheck disable=SC2086 # words
        salvo $command
        expect_refused_at_once 'cannot pin thread main to CPU [0-9]+: errno 1, a filter of system calls'
    done
    salvo host
    expect_found_unsuitable 'cannot pin thread main to CPU [0-9]+: errno 1, a filter of system calls'
}

# JMH's forks could not report to it.
case_loopback_down() {
    needs_root
    under unshare --net
    curve
    expect_refused_at_once 'loopback address 127.0.0.1: .*; bring it up'
}

# Whom no resolver, no file of users and no folder knows.
case_user_without_name_or_home() {
    as_stranger
    mkdir -m 1777 mine
    under env --chdir "$PWD/mine"
    salvo host
    expect_done
    [ -z "$(ls -A mine)" ] || fail "left $(ls -A mine)"
}

# Two containers, each with a temporary folder of its own.
case_busy_neighbour() {
    (while :; do :; done) &
    salvo host
    expect_done
    expect_shown 'Others keep [0-9.]+ of [0-9]+ CPUs? busy now'
}

# Which this user may only read, and which nobody holds.
case_lock_of_another_user() {
    as_stranger
    touch tmp/jmh.lock
    chmod 644 tmp/jmh.lock
    salvo timeline --cores 2 --strategy sync --out lines
    expect_done
    expect_shown '^ +2  sync '
}

case_lock_held_by_another_user() {
    needs_root
    mkdir owner
    (cd owner && curve) &
    until grep -q ":$(stat -c %i tmp/jmh.lock 2> /dev/null || echo none) " /proc/locks; do sleep 0.1; done
    as_stranger
    chmod 644 tmp/jmh.lock
    curve
    expect_no_stack
    expect_said 'another JMH run is measuring on this host'
    expect_code 1
}

case_lock_that_is_closed() {
    as_stranger
    touch tmp/jmh.lock
    chmod 600 tmp/jmh.lock
    curve
    expect_refused_at_once "$PWD/tmp/jmh.lock: permission denied, so whether somebody is measuring cannot be told; "
}
