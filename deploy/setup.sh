#!/usr/bin/env bash
# Installs what a make target needs, and nothing twice: `deploy/setup.sh python|stack|tests`.
#
#   python   uv and the Python environment, with the tools that check it   (make unit, make check)
#   stack    the Python environment, Kafka's jars, Java, redis-server      (make demo, make run)
#   tests    all of it, and Chromium, Prometheus, Alertmanager             (make test)
#
# On Debian and Ubuntu, as root or with sudo, system packages come through apt-get. Elsewhere nothing is installed
# outside this folder: it stops at once and prints what is missing. With everything there it takes no time and no network.
set -euo pipefail
cd "$(dirname "$0")/.."

UV_VERSION=0.13.9
TOOLS="$PWD/.tools"
LOG="$TOOLS/setup.log"
KAFKA_POM=deploy/kafka/pom.xml
export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1

say() { printf '%s\n' "$@" >&2; }
stop() { say "" "$@"; exit 1; }
found() { command -v "$1" >/dev/null 2>&1; }

# --- slow work, with progress -------------------------------------------------------------------------------------

# with_progress WHAT COMMAND...: one line that counts the seconds; the command's own words go to the log.
with_progress() {
  local what=$1 began=$SECONDS child shown=0
  shift
  "$@" >>"$LOG" 2>&1 &
  child=$!
  trap 'kill "$child" 2>/dev/null || true; exit 130' INT TERM
  say "setup: $what …"
  while kill -0 "$child" 2>/dev/null; do
    sleep 0.2
    if (( SECONDS - began >= shown + 5 )); then
      shown=$((SECONDS - began))
      say "setup:   … ${shown} s"
    fi
  done
  trap - INT TERM
  if ! wait "$child"; then
    say "setup: that failed; the last lines of ${LOG#"$PWD"/}:"
    tail -n 15 "$LOG" >&2
    return 1
  fi
  say "setup:   done in $((SECONDS - began)) s"
}

# --- system packages ----------------------------------------------------------------------------------------------

java_is_there() {
  found java || return 1
  local major
  major=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  [ "${major:-0}" -ge 17 ]
}

# The names of what is missing, in our own words.
missing_parts() {
  java_is_there || echo java
  found redis-server || found valkey-server || echo redis
  kafka_jars_are_there || found mvn || echo maven
  if [ "$1" = tests ]; then
    found chromium-headless-shell || found chromium || found chromium-browser || echo chromium
    found prometheus || echo prometheus
    found prometheus-alertmanager || found alertmanager || echo alertmanager
  fi
}

apt_package() {
  case $1 in
    java) if apt_knows openjdk-17-jre-headless; then echo openjdk-17-jre-headless; else echo default-jre-headless; fi ;;
    redis) echo redis-server ;;
    maven) echo maven ;;
    chromium)
      local one
      for one in chromium-headless-shell chromium chromium-browser; do apt_knows "$one" && break; done
      echo "$one" fonts-dejavu-core
      ;;
    prometheus) echo prometheus ;;
    alertmanager) echo prometheus-alertmanager ;;
    venv) echo python3-venv ;;
    python) echo python3 python3-venv ;;
  esac
}

brew_package() {
  case $1 in
    java) echo "openjdk@17   (and put its bin folder on PATH: brew info openjdk@17)" ;;
    redis) echo redis ;;
    maven) echo maven ;;
    chromium) echo --cask chromium ;;
    prometheus) echo prometheus ;;
    alertmanager) echo alertmanager ;;
    venv | python) echo python@3.12 ;;
  esac
}

apt_knows() {
  local policy
  policy=$(apt-cache policy "$1" 2>/dev/null)
  [[ $policy == *"Candidate: "* && $policy != *"Candidate: (none)"* ]]
}

can_install() {
  found apt-get || return 1
  [ "$(id -u)" = 0 ] || { found sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
apt_quietly() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q "$@"; }

tell_what_to_install() {
  local part packages=""
  say "" "clinicflow needs these programs, which are not here: $*"
  say "" "They can be installed here only by you (no apt-get, or neither root nor sudo)."
  for part in "$@"; do packages="$packages $(apt_package "$part")"; done
  say "  Debian, Ubuntu:   apt-get install$packages"
  say "  macOS, Homebrew (never run by us):"
  for part in "$@"; do say "                    brew install $(brew_package "$part")"; done
  stop "Then run the same command again."
}

install_parts() {
  can_install || tell_what_to_install "$@"
  if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    say "setup: sudo may ask for your password, to install: $*"
    sudo true
  fi
  local part size packages=()
  for part in "$@"; do
    apt_knows "$(apt_package "$part" | cut -d' ' -f1)" && continue
    with_progress "apt-get update (package lists, about 10 to 40 MB)" apt_quietly update
    break
  done
  # shellcheck disable=SC2046 # one part may be several packages
  for part in "$@"; do packages+=($(apt_package "$part")); done
  size=$(apt-get install --no-install-recommends --assume-no "${packages[@]}" 2>/dev/null | sed -n 's/^Need to get \(.*\) of archives.*/\1/p' || true)
  with_progress "apt-get install ${packages[*]} (${size:-size unknown})" apt_quietly install --no-install-recommends "${packages[@]}" && return
  with_progress "the package lists may be old: apt-get update (about 10 to 40 MB)" apt_quietly update
  with_progress "apt-get install ${packages[*]}, again" apt_quietly install --no-install-recommends "${packages[@]}"
}

# --- Python -------------------------------------------------------------------------------------------------------

is_fit() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; }

find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if is_fit "$name"; then
      command -v "$name"
      return
    fi
  done
  return 1
}

uv_is_good() { "$1" --version 2>/dev/null | grep -Eq '^uv (0\.(9|[1-9][0-9])|[1-9])\.'; }

provide_uv() {
  UV="$TOOLS/uv/bin/uv"
  uv_is_good "$UV" && return
  if found uv && uv_is_good uv; then
    UV=$(command -v uv)
    return
  fi
  "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null || install_parts venv
  with_progress "uv $UV_VERSION into .tools/uv (about 25 MB)" install_uv
}

install_uv() {
  "$PYTHON" -m venv --clear "$TOOLS/uv"
  "$TOOLS/uv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
}

# What the environment was last made from: the lock, the project and this very folder.
environment_stamp() { { pwd; cat uv.lock pyproject.toml; } | cksum; }

environment_is_there() {
  [ "$(cat ".venv/.synced-$1" 2>/dev/null)" = "$(environment_stamp)" ] && .venv/bin/python -c '' 2>/dev/null
}

provide_environment() {
  if environment_is_there all || { [ "$1" = run ] && environment_is_there run; }; then return; fi
  if ! PYTHON=$(find_python); then
    if can_install; then install_parts python; fi
    PYTHON=$(find_python) || stop "clinicflow needs Python 3.11, 3.12 or 3.13, and none is here." \
      "  Debian 12, Ubuntu 24.04 or newer:   apt-get install python3 python3-venv" \
      "  macOS, Homebrew (never run by us):  brew install $(brew_package python)"
  fi
  provide_uv
  rm -f .venv/.synced-*
  # An environment that works is kept: --python with another path of the same version would make it anew.
  if is_fit .venv/bin/python; then PYTHON=.venv/bin/python; fi
  if [ "$1" = run ]; then
    with_progress "Python packages from uv.lock (about 25 MB)" "$UV" sync --frozen --compile-bytecode --no-dev --inexact --python "$PYTHON"
  else
    with_progress "Python packages from uv.lock, with the tools for tests (about 125 MB)" "$UV" sync --frozen --compile-bytecode --python "$PYTHON"
  fi
  environment_stamp >".venv/.synced-$1"
}

# --- Kafka --------------------------------------------------------------------------------------------------------

KAFKA_VERSION=$(sed -n 's/.*<kafka.version>\(.*\)<\/kafka.version>.*/\1/p' "$KAFKA_POM")
KAFKA_HOME="$TOOLS/kafka/$KAFKA_VERSION"

kafka_jars_are_there() { cmp -s "$KAFKA_POM" "$KAFKA_HOME/pom.xml"; }

provide_kafka() {
  kafka_jars_are_there && return
  rm -rf "$KAFKA_HOME"
  mkdir -p "$KAFKA_HOME"
  with_progress "Kafka $KAFKA_VERSION from Maven: 46 jars, about 44 MB" copy_kafka_jars ||
    with_progress "Kafka $KAFKA_VERSION, again" copy_kafka_jars
  cp "$KAFKA_POM" "$KAFKA_HOME/pom.xml"
}

copy_kafka_jars() {
  mvn --batch-mode --quiet --file "$KAFKA_POM" dependency:copy-dependencies "-DoutputDirectory=$KAFKA_HOME/libs"
}

# ------------------------------------------------------------------------------------------------------------------

main() {
  local missing
  mkdir -p "$TOOLS"
  case ${1-} in
    python) provide_environment all ;;
    stack | tests)
      missing=$(missing_parts "$1")
      # shellcheck disable=SC2086 # a list of words
      if [ -n "$missing" ]; then install_parts $missing; fi
      provide_environment "$([ "$1" = tests ] && echo all || echo run)"
      provide_kafka
      ;;
    *) stop "usage: deploy/setup.sh python|stack|tests" ;;
  esac
}

main "$@"
