# shellcheck shell=bash
# A newcomer's first hour, in a container that gives the least: one CPU, 512 MiB, a read-only root, a user whom no file
# knows, a host whose name no resolver knows. Every command works, or says in one line what it needs.

newcomers_container() {
    limit memory $((512 << 20))
    filesystem /tmp mode=1777
    jvm -Djava.io.tmpdir=/tmp
    echo nowhere.invalid > /proc/sys/kernel/hostname
    read_only_root
    printf '%s\n' 'I  04000000,3' ' L 1ffe000010,8' ' S 1ffe001010,8' > lackey.txt
    under taskset -c 0
    as_stranger
}

# Runs a command that must do what it was asked.
does() {
    salvo "$@"
    expect_done
}

# Those that measure or run the machine, each the shortest that it can be, one a line.
newcomers_measurements() {
    sed 's/^ *//' <<'COMMANDS'
        curve --quick --cores 2 --senders 1 --strategy sync --no-flame --out other
        flame --cores 2 --strategy sync --out flame
        timeline --cores 2 --strategy sync --out lines
        torture --seconds 1 --cores 2
        peers --quick --cores 2
        jmh PageOut -p cores=2 -p strategy=sync -f 1 -wi 1 -i 1 -r 100ms -w 100ms
COMMANDS
}

# Those that need more memory than there is.
newcomers_large_measurements() {
    sed 's/^ *//' <<'COMMANDS'
        profiles coverage --runs 1
        profiles span a64fx
        compare --reference
        curve --clock paced --profile a64fx --cores 2 --out other
COMMANDS
}

# And those that only read.
newcomers_readings() {
    does --help
    does report runs/*
    does merge runs/* --out merged
    does compare runs/* merged/*
    does tlb lackey.txt
    does profiles
}

case_newcomers_container() {
    local command
    newcomers_container
    curve
    expect_measured
    expect_shown '^run folder: runs/nowhere.invalid-'
    newcomers_readings
    while read -r command; do
        # shellcheck disable=SC2086 # words
        does $command
    done < <(newcomers_measurements)
    while read -r command; do
        # shellcheck disable=SC2086 # words
        salvo $command
        expect_refused_at_once 'a paced clock needs 640 MiB of memory, and here are 512 in all'
    done < <(newcomers_large_measurements)
    does host
}

case_newcomers_container_without_affinity() {
    local command
    newcomers_container
    curve
    forbid_affinity
    newcomers_readings
    while read -r command; do
        # shellcheck disable=SC2086 # words
        salvo $command
        expect_refused_at_once 'cannot pin thread main to CPU 0: errno 1, a filter of system calls'
    done < <(newcomers_measurements; newcomers_large_measurements)
    salvo host
    expect_found_unsuitable 'cannot pin thread main to CPU 0: errno 1, a filter of system calls'
}
