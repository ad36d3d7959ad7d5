"""A report as people read it in a terminal."""

from __future__ import annotations

from evals.report import CaseLine, Line, Report

_MARK = {"crashed": "CRASHED", "wrong": "WRONG", "not_applicable": "N/A"}


def write_report(report: Report) -> str:
    """Write a report: failures first, then the table, then what was scored."""
    failures = [_failure(case) for case in report.cases if case.outcome != "right"]
    return "\n".join([*failures, *([""] if failures else []), *_table(report), "", *_footer(report)])


def _failure(case: CaseLine) -> str:
    reasons = [f"    {reason}" for reason in case.reasons] or [f"    {case.crash.strip()}" if case.crash else ""]
    head = [f"{_MARK[case.outcome]:<8}{case.id}", f"    wanted {case.wanted}", f"    got    {case.got}"]
    return "\n".join(line for line in (*head, *reasons) if line)


def _table(report: Report) -> list[str]:
    width = max(len(line.name) for line in report.measures)
    head = f"{'measure':<{width}}  {'share':>7}  {'95 % interval':>15}  {'hits / n':>10}  {'bar':>13}  definition"
    return [head, *(_line(line, width) for line in report.measures), _seconds(report, width)]


def _line(line: Line, width: int) -> str:
    share = "-" if line.value is None else f"{100 * line.value:.1f} %"
    ends = "-" if line.low is None or line.high is None else f"{100 * line.low:.1f} .. {100 * line.high:.1f}"
    count = f"{line.hits} / {line.n}"
    return f"{line.name:<{width}}  {share:>7}  {ends:>15}  {count:>10}  {_bar(line):>13}  {line.definition}"


def _bar(line: Line) -> str:
    """Write floor or ceiling and whether it holds.

    >>> _bar(Line(name="a", definition="", hits=1, n=2, value=.5, low=.1, high=.9, floor=.8, ceiling=None, holds=False))
    '>= 80 % BELOW'
    """
    if line.floor is None and line.ceiling is None:
        return ""
    bar = f">= {100 * line.floor:.0f} %" if line.floor is not None else f"<= {100 * (line.ceiling or 0):.0f} %"
    broken = "BELOW" if line.floor is not None else "ABOVE"
    return f"{bar} {'n/a' if line.holds is None else 'ok' if line.holds else broken}"


def _seconds(report: Report, width: int) -> str:
    times = report.seconds
    told = f"wall time per case on this machine; median {times.median:.2f}, 90th percentile {times.p90:.2f}"
    return f"{'seconds':<{width}}  {times.mean:>7.2f}  {'':>15}  {times.n:>10}  {'':>13}  mean {told}"


def _footer(report: Report) -> list[str]:
    counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in report.outcomes.items())
    model, day = report.model, report.as_of or "the store's own day"
    prompts = " ".join(f"{name} {digest[:8]}" for name, digest in sorted(model.prompts.items())) or "none"
    return [
        f"{report.suite}: {sum(report.outcomes.values())} cases: {counts}",
        f"cases   {report.cases_file}, sha256 {report.cases_sha256[:12]}",
        f"scene   store {report.store}, as of {day}, seed {report.seed}",
        f"model   {model.name}, {model.runtime}, sha256 {model.sha256[:12] or 'none'}",
        f"prompts {prompts}",
        f"floors  {'hold' if report.holds else 'DO NOT HOLD'}",
    ]
