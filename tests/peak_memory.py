"""How much memory this process has held at the most."""

from pathlib import Path


def peak_bytes() -> int:
    """The largest resident size of this process so far, bytes.

    ``getrusage`` is no measure of a process that another one started: Linux carries the parent's peak over
    into ``ru_maxrss`` (setmax_mm_hiwater_rss in exec), so a small child of a large test process looks large.
    """
    peak_kibibytes = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    return int(peak_kibibytes) * 1024
