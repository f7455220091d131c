#!/bin/sh
# Installs what was built, or removes it again.
#
#   scripts/install.sh install|uninstall BIN_FOLDER
#
# DESTDIR, PREFIX (/usr/local) and SYSCONFDIR (/etc) in the environment say where; STRIP=yes leaves the programs'
# symbols out. BRIDGE=FILE is a conductor-bridge that is to be installed too, where there is one. Nothing is enabled or
# started.
set -eu

action=$1
bin=$2
: "${BRIDGE:=}" "${DESTDIR:=}" "${PREFIX:=/usr/local}" "${SYSCONFDIR:=/etc}"
cd "$(dirname "$0")/.."
if [ "$action" = install ] && [ ! -x "$bin/conductord" ]; then
    echo "There is no conductord in $bin: make release builds it." >&2
    exit 1
fi

# What is removed may have been installed with a bridge.
has_bridge() { [ "$action" = uninstall ] || [ -x "$BRIDGE" ]; }

is_left_out() { # FILE: it is the bridge's, and there is none
    case ${1##*/} in
    conductor-bridge.*) ! has_bridge ;;
    *) false ;;
    esac
}

# Every file: its mode, where it is, and where it goes.
files() {
    echo "755 $bin/conductord $PREFIX/sbin/conductord"
    echo "755 $bin/conductorctl $PREFIX/bin/conductorctl"
    echo "755 $bin/conductor-web $PREFIX/bin/conductor-web"
    if has_bridge; then echo "755 ${BRIDGE:-conductor-bridge} $PREFIX/sbin/conductor-bridge"; fi
    for unit in systemd/*.socket systemd/*.service systemd/*.timer systemd/*.slice; do
        is_left_out "$unit" || echo "644 $unit $PREFIX/lib/systemd/system/${unit##*/}"
    done
    for unit in systemd/user/*; do
        echo "644 $unit $PREFIX/lib/systemd/user/${unit##*/}"
    done
    for preset in systemd/*.preset; do
        echo "644 $preset $PREFIX/lib/systemd/system-preset/${preset##*/}"
        echo "644 $preset $PREFIX/lib/systemd/user-preset/${preset##*/}"
    done
    for catalog in systemd/*.catalog; do
        [ ! -e "$catalog" ] || echo "644 $catalog $PREFIX/lib/systemd/catalog/${catalog##*/}"
    done
    for users in systemd/sysusers.d/*.conf; do
        is_left_out "$users" || echo "644 $users $PREFIX/lib/sysusers.d/${users##*/}"
    done
    for page in man/*.[1-8]; do
        is_left_out "$page" || echo "644 $page $PREFIX/share/man/man${page##*.}/${page##*/}"
    done
    for file in README.md CHANGELOG.md systemd/drop-ins; do
        find "$file" -type f | sort | while read -r path; do
            echo "644 $path $PREFIX/share/doc/conductor/${path#systemd/}"
        done
    done
    # What Python left there is no part of them.
    find examples -type f ! -path '*/__pycache__/*' | sort | while read -r path; do
        if [ -x "$path" ]; then mode=script; else mode=644; fi
        echo "$mode $path $PREFIX/share/doc/conductor/$path"
    done
    echo "completion bash $PREFIX/share/bash-completion/completions/conductorctl"
    echo "completion zsh $PREFIX/share/zsh/site-functions/_conductorctl"
    echo "completion fish $PREFIX/share/fish/vendor_completions.d/conductorctl.fish"
    echo "configuration systemd/conductor.yaml $SYSCONFDIR/conductor/conductor.yaml"
}

put() { # MODE SOURCE TARGET
    mkdir -p "${3%/*}"
    case $1 in
    completion) # sourced, so without a line that says who executes it
        "$bin/conductorctl" --generate-completion-script "$2" | sed '1{/^#!/d}' >"$3"
        chmod 644 "$3"
        ;;
    configuration) [ -e "$3" ] || install -m 644 "$2" "$3" ;; # what was changed there stays
    644)
        # What a unit starts stands after "="; a path with spaces is quoted there.
        case $PREFIX in *" "*) quote='"' ;; *) quote= ;; esac
        sed -e "s,\(^\|[^=]\)/usr/sbin/conductord,\1$PREFIX/sbin/conductord,g" \
            -e "s,\(^\|[^=]\)/usr/bin/conductor-web,\1$PREFIX/bin/conductor-web,g" \
            -e "s,=/usr/bin/conductor-web,=$quote$PREFIX/bin/conductor-web$quote," \
            -e "s,=/usr/sbin/conductord,=$quote$PREFIX/sbin/conductord$quote," \
            -e "s,\(^\|[^=]\)/usr/sbin/conductor-bridge,\1$PREFIX/sbin/conductor-bridge,g" \
            -e "s,=/usr/sbin/conductor-bridge,=$quote$PREFIX/sbin/conductor-bridge$quote," \
            -e "s,=/usr/bin/conductorctl,=$quote$PREFIX/bin/conductorctl$quote," \
            -e "s,/usr/share/doc/conductor,$PREFIX/share/doc/conductor," "$2" >"$3"
        chmod 644 "$3"
        ;;
    script) install -m 755 "$2" "$3" ;; # nothing to strip
    755) install ${STRIP:+-s} -m 755 "$2" "$3" ;;
    esac
}

case $action in
install)
    files | while read -r mode source target; do put "$mode" "$source" "$DESTDIR$target"; done
    # What stands there is for systemd, and may be secret.
    mkdir -p -m 700 "$DESTDIR$SYSCONFDIR/conductor/agents"
    ;;
uninstall)
    files | while read -r mode source target; do
        [ "$mode" = configuration ] || rm -f "$DESTDIR$target"
    done
    rm -rf "$DESTDIR$PREFIX/share/doc/conductor"
    ;;
*)
    echo "usage: $0 install|uninstall BIN_FOLDER" >&2
    exit 64
    ;;
esac
