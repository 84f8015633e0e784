"""The report of a measurement for people."""

from typing import Any


def table(report: dict[str, Any]) -> str:
    """Return a short table: one line a job, then whether its goals were met."""
    lines = [
        f"{report['machine']}  rows {report['rows']:,}  data {report['data_hash']}",
        f"load before {report['load_before']}, after {report['load_after']}",
        "",
        f"{'job':24}{'ours ms':>10}{'peer ms':>10}{'limit ms':>10}{'noise':>8}",
    ]
    for job in report["jobs"]:
        cells = [
            f"{job[who]['median_ms']:>10.2f}" if who in job else f"{'-':>10}"
            for who in ("ours", "peer", "limit")
        ]
        noise = f"{job['aa_ratio']:.2f}" if job["aa_ratio"] else "-"
        lines.append(f"{job['job']:24}{''.join(cells)}{noise:>8}")
        lines += [
            f"    {'met    ' if goal['met'] else 'NOT MET'} {goal['goal']}: "
            f"worst ratio {goal['worst_ratio']}, bound {goal['bound']}"
            f"{'' if goal['resolved'] else ' (not resolved: within the noise)'}"
            for goal in job["goals"]
        ]
    return "\n".join(lines)
