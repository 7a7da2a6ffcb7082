# Shared by ./run and ./test: a Python environment with exactly the locked packages. Plain bash, nothing else needed.

say() { printf '%s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }
am_root() { [ "$(id -u)" = 0 ]; }
can_apt() { am_root && command -v apt-get >/dev/null; }

# Install Debian packages when we may, else say what to type.
apt_install() {
    if can_apt; then
        say "apt-get install $*"
        export DEBIAN_FRONTEND=noninteractive
        apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
            { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
    else
        return 1
    fi
}

find_python() {
    local name
    for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        [ -n "$name" ] && command -v "$name" >/dev/null || continue
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

make_environment() {
    # an environment whose Python has moved or gone is made anew
    if [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        return
    fi
    local python version
    python=$(find_python) || { apt_install python3 python3-venv && python=$(find_python); } ||
        fail "需要 Python 3.11 以上 / Python 3.11 or newer is needed: sudo apt-get install python3 python3-venv"
    say "环境 / environment: $("$python" --version)"
    rm -rf .venv
    if ! "$python" -m venv .venv >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        apt_install "python$version-venv" || apt_install python3-venv ||
            fail "缺少系统软件包 / a system package is missing: sudo apt-get install python$version-venv"
        rm -rf .venv
        "$python" -m venv .venv
    fi
}

# Install one lock file, checked by its hashes; nothing happens when it is installed already.
install_locked() {
    local lock="requirements/$1.txt" stamp=".venv/installed-$1" now
    now="$(sha256sum "$lock" | cut -d' ' -f1) $(.venv/bin/python -V) $PWD"
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ] && return
    say "依赖 / packages: $lock"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
        --require-hashes --only-binary :all: -r "$lock"
    install_ourselves
    printf '%s' "$now" > "$stamp"
}

# The checkout itself: on the path, with its command; no build tool is needed for that.
install_ourselves() {
    local packages
    packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$PWD" > "$packages/yinling.pth"
    printf '#!%s\nimport sys\n\nfrom yinling.config.manage import main\n\nsys.exit(main())\n' \
        "$PWD/.venv/bin/python" > .venv/bin/yinling
    chmod +x .venv/bin/yinling
}
