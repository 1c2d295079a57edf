#!/bin/sh
# Mail why a systemd unit failed, with the end of its journal: hashtrail-message.sh UNIT
#
# systemd sets MONITOR_SERVICE_RESULT, MONITOR_EXIT_STATUS and MONITOR_INVOCATION_ID (version 251 and
# newer; see "Environment Variables Set or Propagated by the Service Manager" in systemd.exec(5)).
# HASHTRAIL_MAIL_TO is the recipient, HASHTRAIL_SENDMAIL the program that sends the mail.
set -eu

unit=$1
result=${MONITOR_SERVICE_RESULT:-unknown}
status=${MONITOR_EXIT_STATUS:-unknown}

# Lines of the command, and lines of systemd about it; of all runs if this one has no id.
journal_of_the_run() {
    id=${MONITOR_INVOCATION_ID:-}
    if [ -n "$id" ]; then
        journalctl "$@" "_SYSTEMD_INVOCATION_ID=$id" + "INVOCATION_ID=$id"
    else
        journalctl "$@" --unit="$unit"
    fi
}

explain_check() {
    cause="The last night was not good enough, or none has run."
    action="Follow the report below."
}

explain_night() {
    case "$result $status" in
    timeout\ *)
        cause="The night took longer than TimeoutStartSec allows and was stopped."
        action="Look for the slow step in the log. Raise TimeoutStartSec or lower the time budget."
        ;;
    oom-kill\ *)
        cause="The night needed more memory than MemoryMax allows and was killed."
        action="Raise MemoryMax in the unit if the machine has more memory."
        ;;
    "exit-code 78")
        cause="A settings, sources, topic or curation file is invalid."
        action="Correct the file. The log below contains its name and the line."
        ;;
    "exit-code 200" | "exit-code 203" | "exit-code 217" | "exit-code 226")
        cause="systemd could not start the command (status $status)."
        action="Check User, ExecStart and ReadWritePaths in the unit."
        ;;
    exit-code\ *)
        cause="The night ended with exit code $status."
        action="Read the log below. Then run: hashtrail --workspace DIR doctor"
        ;;
    *)
        cause="The night was stopped (result $result, status $status)."
        action="Read the log below. The next night continues where this one stopped."
        ;;
    esac
}

case "$unit" in
*-check.service) explain_check ;;
*) explain_night ;;
esac

{
    echo "To: ${HASHTRAIL_MAIL_TO:-root}"
    echo "Subject: $unit failed on $(uname -n)"
    echo "MIME-Version: 1.0"
    echo "Content-Type: text/plain; charset=utf-8"
    echo "Content-Transfer-Encoding: 8bit"
    echo
    echo "$cause"
    echo "The published site is complete. The timer starts the next night as usual."
    echo
    echo "What to do: $action"
    echo
    echo "The last lines of the log (journalctl --unit=$unit):"
    echo
    journal_of_the_run --lines=40 --no-pager --output=short-iso
} | "${HASHTRAIL_SENDMAIL:-/usr/sbin/sendmail}" -t
