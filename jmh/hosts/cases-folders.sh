# shellcheck shell=bash
# Folders that are too small, read-only, somebody else's, or allow no executables.

case_cache_noexec() {
    without_executables home
    jvm "-Duser.home=$PWD/home"
    HOME=$PWD/home curve
    expect_measured
}

# async-profiler's library is put elsewhere.
case_temporary_folder_noexec() {
    without_executables tmp
    salvo curve --cores 2 --senders 1 --quick --out runs
    expect_measured
    [ -n "$(find runs -path '*/flame/*.html')" ] || fail "there are no flame graphs"
    ! grep -q '^salvo: ' err || fail "said something"
}

# Its library is put elsewhere, but it writes its samples there, and does not look whether they are whole.
case_temporary_folder_too_small_for_the_profiler() {
    filesystem tmp size=400k
    salvo curve --cores 2 --senders 1 --quick --out runs
    expect_no_stack
    expect_shown 'batched'
    expect_said 'no flame graph of .*java.io.tmpdir .*there is no room for all samples.*-Djava.io.tmpdir=DIR'
    expect_code 1
    expect_points 2
}

case_temporary_folder_full() {
    filesystem tmp size=4k
    curve
    expect_refused 'java.io.tmpdir .*No space left on device'
    salvo torture --seconds 1 --cores 2 # which needs no room but for the native library, and finds another
    expect_done
    expect_shown '^clean after'
}

case_temporary_folder_read_only() {
    filesystem tmp size=1m
    mount -o remount,ro tmp
    curve
    expect_refused 'java.io.tmpdir .*Read-only file system'
}

case_temporary_folder_of_another_user() {
    as_stranger
    chmod 755 tmp
    curve
    expect_refused_at_once "java.io.tmpdir $PWD/tmp: nothing can be written there \\(permission denied\\); accepted is a folder with room"
}

case_every_folder_noexec() {
    without_executables "$PWD/tmp" "$PWD/home/.cache" /dev/shm /var/tmp
    jvm "-Duser.home=$PWD/home"
    salvo torture --seconds 1 --cores 2
    expect_refused_at_once 'no folder takes a native library: [^ ]*/tmp \(it allows no executables\), .*/home/.cache \(it allows no executables\), .*/dev/shm \(it allows no executables\)'
}

case_named_folder_noexec() {
    without_executables named
    jvm "-Djna.tmpdir=$PWD/named"
    salvo torture --seconds 1 --cores 2
    expect_refused_at_once "no folder takes a native library: $PWD/named \(it allows no executables\); name another by -Djna.tmpdir"
}

case_disk_without_room_for_the_report() {
    local file
    filesystem runs size=220k
    curve
    expect_no_stack
    expect_said 'what was measured is stored, but .*report.html.*No space left on device'
    expect_shown 'sync'
    expect_code 1
    expect_points 1
    mount -o remount,size=20m runs
    salvo curve --resume runs/*
    expect_measured
    for file in report.html rows.json curve.svg; do
        [ -n "$(find runs -name $file -size +0)" ] || fail "--resume did not make $file good"
    done
    grep -q '1 of 1 points have been measured before' err || fail "a stored point was measured again"
}

case_disk_without_room_for_a_point() {
    filesystem runs size=24k
    curve --cores 2,3
    expect_refused 'cannot write .*No space left on device'
    expect_said '1 more point was not tried.*--resume'
    expect_points 0 # not half a one
    mount -o remount,size=20m runs
    salvo curve --resume runs/*
    expect_measured
    expect_points 2
}

case_file_size_limit() {
    under prlimit --fsize=102400 # less than a native library, and more than a report
    curve
    expect_refused_at_once 'no folder takes a native library: .*File too large'
}
