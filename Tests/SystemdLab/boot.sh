#!/bin/bash
# Boots a systemd of its own, with its own journal, on a copy-on-write view of this machine, and takes it away again.
# Nothing of the machine changes: files are written to memory; processes, mounts, network and cgroups are namespaces.
#
#   boot.sh --check                 says what this machine lacks for it, and ends with 77
#   boot.sh [INSTALL [ARGUMENT…]]   boots, prints the process id of the lab's systemd, ends with its standard input
#
# INSTALL is called before the boot, with the lab's root in $LAB_ROOT, and puts into it what is to be tried.
# In it:  nsenter --target PID --all --wd systemctl status
set -euo pipefail
self=$(readlink -f "$0")
checkout=$(readlink -f "$(dirname "$self")/../..")
cgroups=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)

check() {
    local lacking=()
    [ "$(id -u)" -eq 0 ] || lacking+=("root")
    [ -x /lib/systemd/systemd ] || lacking+=("the package systemd")
    for tool in unshare nsenter setpriv pivot_root pgrep; do
        command -v $tool >/dev/null || lacking+=("the command $tool")
    done
    [ -n "$cgroups" ] && [ -w "$cgroups" ] || lacking+=("a cgroup2 hierarchy to write to")
    unshare --mount sh -c 'mount -t tmpfs lab /mnt && mkdir /mnt/a /mnt/b /mnt/c &&
        mount -t overlay -o lowerdir=/,upperdir=/mnt/a,workdir=/mnt/b lab /mnt/c' 2>/dev/null || lacking+=("overlayfs")
    [ ${#lacking[@]} -eq 0 ] && return
    local text
    printf -v text '%s, ' "${lacking[@]}"
    echo "This machine lacks ${text%, }."
    exit 77
}

# Stage 2, in a mount namespace: the files that the lab has.
make_root() { # CGROUP INSTALL…
    echo $$ >"$1/cgroup.procs"
    shift
    local memory=/mnt # only in this namespace
    mount -t tmpfs -o mode=755 lab $memory
    mkdir $memory/changes $memory/work $memory/root
    export LAB_ROOT=$memory/root
    mount -t overlay -o lowerdir=/,upperdir=$memory/changes,workdir=$memory/work lab $LAB_ROOT
    # What the machine has enabled does not start, what needs hardware or a terminal neither.
    rm -rf $LAB_ROOT/etc/systemd/{system,user,system.conf.d,journald.conf.d} $LAB_ROOT/var/lib/systemd/{linger,catalog}
    mkdir -p $LAB_ROOT/etc/systemd/{system,user,system.conf.d,journald.conf.d} $LAB_ROOT/var/lib/systemd/catalog
    local units=$LAB_ROOT/etc/systemd/system
    printf '[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n' >$units/lab.target
    for unit in dev-hugepages.mount sys-fs-fuse-connections.mount systemd-journald-audit.socket systemd-logind.service \
        systemd-networkd.service systemd-networkd.socket systemd-pstore.service systemd-timesyncd.service \
        systemd-update-utmp.service timers.target; do
        ln -s /dev/null $units/$unit
    done
    printf '[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\nForwardToSyslog=no\nForwardToWall=no\n' \
        >$LAB_ROOT/etc/systemd/journald.conf.d/lab.conf
    printf '[Manager]\nDefaultTimeoutStopSec=5s\n' >$LAB_ROOT/etc/systemd/system.conf.d/lab.conf
    : >$LAB_ROOT/etc/fstab
    rm -f $LAB_ROOT/var/lib/dbus/machine-id
    # An id of its own, written down: this is no first boot, at which presets are applied.
    rm -f $LAB_ROOT/etc/machine-id
    systemd-id128 new >$LAB_ROOT/etc/machine-id
    [ $# -eq 0 ] || "$@" >&2
    # What is built while the lab is up may not be seen through it.
    mount -t tmpfs lab "$LAB_ROOT$checkout"
    exec unshare --pid --fork --kill-child --uts --ipc --net --cgroup --mount --propagation private "$self" --init
}

# Stage 3, as process 1: its kernel interfaces, then systemd.
become_init() {
    cd "$LAB_ROOT"
    hostname lab
    mount -t proc -o nosuid,nodev,noexec proc proc
    for path in proc/sys proc/sysrq-trigger proc/irq proc/bus; do
        [ ! -e $path ] || { mount --bind $path $path; mount -o remount,bind,ro $path; }
    done
    mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
    mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 sys/fs/cgroup
    mount -t tmpfs -o mode=755,nosuid tmpfs dev
    mkdir dev/pts dev/shm
    local number=3
    for device in null - zero - full random urandom; do
        [ $device = - ] || mknod -m 666 dev/$device c 1 $number
        number=$((number + 1))
    done
    mknod -m 666 dev/tty c 5 0
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    for path in dev/shm tmp run; do mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs $path; done
    chmod 755 run
    ip link set lo up 2>/dev/null || true
    mkdir run/machine
    pivot_root . run/machine
    cd /
    umount -l /run/machine
    rmdir /run/machine
    # LoadCredential= hands its files over by propagation.
    mount --make-rshared /
    local forbidden=-sys_time,-sys_module,-sys_rawio,-sys_boot,-syslog,-wake_alarm,-mac_admin,-mac_override
    exec env -i container=lab LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        setpriv --bounding-set $forbidden \
        /lib/systemd/systemd --system --unit=lab.target --show-status=no --log-target=journal </dev/null
}

remove() {
    trap - EXIT
    if [ -n "$init" ] && kill -s RTMIN+3 "$init" 2>/dev/null; then
        timeout --signal=KILL 10 tail --pid="$boot" -f /dev/null || kill -KILL "$boot"
    fi
    [ -z "$boot" ] || { kill -KILL "$boot" 2>/dev/null; wait "$boot" 2>/dev/null; }
    echo 1 >"$group/cgroup.kill"
    until find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || [ ! -d "$group" ]; do sleep 0.01; done
}

# Stage 1, on the machine: begins, waits, ends.
boot() {
    check >&2
    init='' boot='' group=$cgroups/conductor-lab.$$
    mkdir "$group"
    trap 'set +e; remove' EXIT
    trap 'exit 143' TERM INT HUP
    # Should this script be killed, the lab goes with it.
    setsid setpriv --pdeathsig KILL unshare --mount --propagation private "$self" --root "$group" "$@" \
        </dev/null >&2 &
    boot=$!
    while kill -0 $boot 2>/dev/null; do
        init=$(pgrep --parent $boot --exact systemd) && [ -S "/proc/$init/root/run/systemd/private" ] && break
        sleep 0.02
    done
    local state
    state=$(nsenter --target "$init" --all --wd systemctl is-system-running --wait || true)
    if [ "$state" != running ]; then
        nsenter --target "$init" --all --wd systemctl --failed --no-legend --plain >&2
        return 1
    fi
    echo "$init"
    cat >/dev/null
}

case ${1-} in
--check) check ;;
--root) shift; make_root "$@" ;;
--init) become_init ;;
*) boot "$@" ;;
esac
