#!/bin/sh
# Builds the Debian package of what was built, and prints where it is.
#
#   scripts/build-deb.sh BIN_FOLDER TARGET_FOLDER
set -eu

bin=$1
target=$2
cd "$(dirname "$0")/.."
umask 022
root=$(mktemp -d "${TMPDIR:-/tmp}/conductor-deb.XXXXXX")
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"

DESTDIR=$root PREFIX=/usr STRIP=yes scripts/install.sh install "$bin"
share=$root/usr/share
# Where Debian's zsh looks.
mkdir -p "$share/zsh/vendor-completions"
mv "$share/zsh/site-functions/_conductorctl" "$share/zsh/vendor-completions/"
rmdir "$share/zsh/site-functions"
cp packaging/debian/copyright "$share/doc/conductor/copyright"
mv "$share/doc/conductor/CHANGELOG.md" "$share/doc/conductor/NEWS.md"
cp packaging/debian/changelog "$share/doc/conductor/changelog"
find "$share/man" "$share/doc/conductor/changelog" -type f -exec gzip --best --no-name {} +
chmod -R u=rwX,go=rX "$root"
chmod 700 "$root/etc/conductor/agents"

control=$root/DEBIAN
mkdir "$control"
cp packaging/debian/postinst packaging/debian/prerm packaging/debian/postrm "$control"
chmod 755 "$control"/p*
echo /etc/conductor/conductor.yaml >"$control/conffiles"
(cd "$root" && find usr -type f | sort | xargs md5sum) >"$control/md5sums"
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' packaging/debian/changelog)
architecture=$(dpkg --print-architecture)
sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/" \
    -e "s/@SIZE@/$(du -sk --exclude=DEBIAN "$root" | cut -f1)/" packaging/debian/control >"$control/control"
mkdir -p "$target"
dpkg-deb --root-owner-group -Z"${COMPRESSION:-xz}" --build "$root" "$target" >&2
echo "$target/conductor_${version}_$architecture.deb"
