#!/bin/sh
# Run the night every day at NIGHT_TIME (HH:MM, UTC): the only process of the container `night`.
# If the last night is too old or was not good enough, the first one starts at once.
set -u

night_time=${NIGHT_TIME:-03:17}
child=

stop() {
    echo "Stopping; completed work is stored."
    [ -z "$child" ] || kill "$child" 2>/dev/null
    exit 0
}
trap stop INT TERM

# A shell runs a trap only between commands, so the command runs in the background.
run() {
    "$@" &
    child=$!
    wait "$child"
    code=$?
    child=
    return "$code"
}

seconds_until_night() {
    now=$(date --utc +%s)
    next=$(date --utc --date="$night_time" +%s) || exit 64
    [ "$next" -gt "$now" ] || next=$((next + 86400))
    echo $((next - now))
}

seconds_until_night >/dev/null || exit 64
if hashtrail status --check >/dev/null 2>&1; then
    pause=$(seconds_until_night)
else
    pause=0
fi
while :; do
    run sleep "$pause"
    run hashtrail nightly
    code=$?
    pause=$(seconds_until_night)
    echo "The night ended with exit code $code. The next one starts in $pause s."
done
