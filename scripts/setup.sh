#!/bin/sh
# Makes ready what a script of this folder needs, then runs it: setup.sh NAME PACKAGE... -- ARGUMENT...
#   npm packages   by `npm ci`, when node_modules is missing or belongs to another package-lock.json
#   packages       named as Debian does; those missing are installed by apt as root or through sudo, said before it is done.
#                  On another distribution they are listed, and nothing is done.
# The script runs as scripts/NAME.ts with the Node of package.json, whatever Node the host has.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
name=$1
shift

say() { printf '%s\n' "$*" >&2; }

# Whether the host has what we use of a package. Looked for by its files: dpkg is not everywhere.
has() {
  case $1 in
    npm) command -v npm && command -v node ;;
    qemu-system-x86) command -v qemu-system-x86_64 ;;
    xz-utils) command -v xz ;;
    openssh-client) command -v ssh-keygen ;;
    apt) command -v apt-get ;;
    debian-archive-keyring) [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] ;;
    ovmf)
      for file in /usr/share/OVMF/OVMF_CODE*.fd /usr/share/edk2/ovmf/OVMF_CODE.fd \
        /usr/share/edk2*/x64/OVMF_CODE* /usr/share/qemu/ovmf-x86_64-code.bin; do
        [ ! -e "$file" ] || return 0
      done
      return 1
      ;;
    *) command -v "$1" ;;
  esac >/dev/null 2>&1
}

missing=''
need() { has "$1" || missing="$missing $1"; }

need npm
help=''
while [ "$1" != -- ]; do
  packages="${packages:-} $1"
  shift
done
shift
for argument in "$@"; do
  case $argument in
    --) break ;;
    --help | -h) help=yes ;;
  esac
done
# Reading the help takes no QEMU.
[ -n "$help" ] || for package in ${packages:-}; do need "$package"; done

if [ -n "$missing" ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    say "scripts/$name needs packages that are not installed. Debian's names for them:$missing"
    say "Install them with your distribution's package manager, then run it again."
    exit 1
  fi
  if [ "$(id -u)" = 0 ]; then
    as_root=''
  elif command -v sudo >/dev/null 2>&1; then
    as_root='sudo'
  else
    say "scripts/$name needs packages that are not installed. As root, run: apt-get install$missing"
    exit 1
  fi
  say "scripts/$name needs Debian packages that are not installed. Installing them${as_root:+ with sudo}:$missing"
  export DEBIAN_FRONTEND=noninteractive
  $as_root apt-get update -qq
  # shellcheck disable=SC2086 # words on purpose
  $as_root apt-get install -y -qq --no-install-recommends $missing >&2
fi

if ! cmp -s "$top/package-lock.json" "$top/node_modules/.nix-dabei-lock.json"; then
  say 'Installing the npm packages of package-lock.json into node_modules.'
  (cd "$top" && npm ci --no-audit --no-fund --loglevel=error >&2)
  cp "$top/package-lock.json" "$top/node_modules/.nix-dabei-lock.json"
fi

PATH="$top/node_modules/.bin:$PATH"
export PATH
exec "$top/node_modules/.bin/node" "$top/scripts/$name.ts" "$@"
