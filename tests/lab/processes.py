"""Servers that outlive the command which starts them, known by process id and start time."""

import os
import signal
import subprocess
import time


def status_fields(pid):
    """The fields of /proc/PID/stat after the name: state, parent, group ...; None when gone or a zombie."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields


def start_time(pid):
    """Of a running process, in clock ticks since boot; None when it is gone."""
    fields = status_fields(pid)
    return int(fields[19]) if fields else None


def group_is_empty(group):
    for name in os.listdir("/proc"):
        fields = status_fields(name) if name.isdigit() else None
        if fields and int(fields[2]) == group:
            return False
    return True


def remember(pid):
    return {"pid": pid, "started": start_time(pid)}


def is_running(process):
    return process["started"] is not None and start_time(process["pid"]) == process["started"]


def start(command, log, working_directory=None):
    with open(log, "ab") as output:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                 start_new_session=True, cwd=working_directory)
    return remember(child.pid)


def stop(process, patience=10.0):
    """Ends a process that start() or remember() gave and the group it leads: first politely, then at once."""
    if not is_running(process):
        return
    leader = process["pid"]
    leads_group = os.getpgid(leader) == leader
    os.kill(leader, signal.SIGTERM)
    if wait_until(lambda: not is_running(process) and (not leads_group or group_is_empty(leader)), patience):
        return
    try:
        if leads_group:
            os.killpg(leader, signal.SIGKILL)
        else:
            os.kill(leader, signal.SIGKILL)
    except ProcessLookupError:
        pass


def wait_until(condition, patience=20.0):
    """True as soon as the condition holds, False when it did not within `patience` seconds."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
