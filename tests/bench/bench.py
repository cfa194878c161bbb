#!/usr/bin/python3
"""The benchmark of Weir: how many deliveries it acknowledges and how many events it brings to the end, how soon, and
with how much CPU and memory; beside nginx and the disk on the same machine in the same run. README.md says more."""

import argparse
import json
import os
import shlex
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import acks as ack_part
import backlog as backlog_part
import machine
import memory as memory_part
import nginx
import pages as page_part
import processes
import river as river_part
import sync as sync_part
from report import Report
from tool import Tool

ROOT = Path(__file__).resolve().parents[2]
TIME_LIMIT_S = 2400


@dataclass
class Plan:
    build: Path
    directory: Path
    rounds: int
    ceiling_s: int
    ack_s: int
    sync_s: float
    river_s: int
    rest_events: int
    backlog: int
    people: int
    sync_rounds: int
    missed: int
    few_records: int
    many_records: int
    pages: int
    begun: float

    def say(self, what: str) -> None:
        print(f"{time.monotonic() - self.begun:6.0f} s  {what}", file=sys.stderr, flush=True)


def per_s(loads: list) -> list[float]:
    return [load.per_s for load in loads]


def p99_ms(loads: list) -> list[float]:
    return [load.p99_ms for load in loads]


def tell_threads(report: Report, threads_us: dict, least_us: float) -> None:
    for name, used in sorted(threads_us.items(), key=lambda item: -median(item[1])):
        if median(used) >= least_us:
            report.figure(f"  of it {name}", used, "us")


def tell_acks(report: Report, acks: ack_part.Acks) -> None:
    limits = {64: 0.25, 256: 0.35}
    for connections in ack_part.CONNECTIONS:
        held, ceiling = per_s(acks.held[connections]), per_s(acks.ceiling[connections])
        what = f"acks, events held, {connections} connections"
        if connections in limits:
            report.ratio_at_least(what, held, "/s", ceiling, "nginx", limits[connections])
        elif connections == 128:
            report.ratio_at_least(what, held, "/s", per_s(acks.held[120]), "120:", 0.9)
        else:
            report.figure(what, held, "/s", f"nginx {median(ceiling):,.0f}")
    for connections in ack_part.CONNECTIONS:
        loads = acks.held[connections]
        report.figure(f"  p50 at {connections}", [load.p50_ms for load in loads], "ms")
        if connections == 256:
            report.at_most("  p99 at 256", p99_ms(loads), "ms", 20)
        else:
            report.figure(f"  p99 at {connections}", p99_ms(loads), "ms")
    for connections in ack_part.COALESCED_CONNECTIONS:
        loads = acks.coalesced[connections]
        report.figure(f"acks, 10 people coalesced, {connections} connections", per_s(loads), "/s",
                      f"nginx {median(per_s(acks.ceiling[connections])):,.0f}")
        report.figure(f"  p99 at {connections}", p99_ms(loads), "ms")
    report.ratio_at_most("CPU per ack, events held", acks.held_cpu_us, "us", acks.ceiling_cpu_us, "nginx", 3.5)
    tell_threads(report, acks.threads_us, 0.1)
    report.figure("CPU per ack, 10 people coalesced, fetches included", acks.coalesced_cpu_us, "us")
    report.ratio_at_most("one connection, p50", [load.p50_ms for load in acks.alone], "ms", acks.append_ms, "fdatasync",
                         3)
    report.figure("  p99", p99_ms(acks.alone), "ms")
    report.figure("  a fdatasync that makes no file longer, p50", acks.overwrite_ms, "ms")


def tell_river(report: Report, rivers: dict[str, river_part.River], rest_ms: list) -> None:
    one, personio = rivers["one"], rivers["personio"]
    report.ratio_at_least("events end to end, one request each", one.per_s, "/s", one.ceiling_per_s, "nginx at 256",
                          0.06)
    tell_river_cpu(report, one)
    report.ratio("events end to end, Personio, two requests each", personio.per_s, "/s", personio.ceiling_per_s,
                 "nginx at 256")
    tell_river_cpu(report, personio)
    report.figure("one event at rest, Personio, delivery to message, p50", rest_ms, "ms")
    report.figure("  the slowest", max(rest_ms), "ms")


def tell_river_cpu(report: Report, river: river_part.River) -> None:
    report.figure("  cores with nothing to do meanwhile", river.idle_percent, "%")
    report.figure("  CPU per event", river.cpu_us, "us")
    tell_threads(report, river.threads_us, 1)
    for name, used in river.others_us.items():
        report.figure(f"  beside it, the simulated {name}", used, "us")


def tell_memory(report: Report, memory: dict, river: river_part.River) -> None:
    report.at_most("memory (RSS) idle", memory["idle_mb"], "MB", 20)
    report.figure("  of it not of files", memory["idle_anon_mb"], "MB")
    report.at_most("memory per idle connection, of 1,000", memory["used_kb"], "KB", 10)
    report.figure("  before its first request", memory["fresh_kb"], "KB")
    report.figure("memory after the end to end load", river.memory_kb["VmRSS"] / 1024, "MB")
    report.figure("  of it not of files", river.memory_kb["RssAnon"] / 1024, "MB")


def tell_backlog(report: Report, backlog: backlog_part.Backlog, memory: dict) -> None:
    report.figure("start, empty, to ready", memory["start_ms"], "ms")
    report.at_most(f"start with {backlog.events:,} events in the inbox", backlog.warm_s, "s", 2)
    report.at_most("  the same, file not in memory", backlog.cold_s, "s", 2)
    report.figure("  memory then, not of files", backlog.memory_kb["RssAnon"] / 1024, "MB")
    report.figure("  file", backlog.file_mb, "MB")
    report.figure("  stop before it", backlog.stop_s, "s")


def tell_sync(report: Report, sync: sync_part.Sync) -> None:
    report.ratio_at_least(f"full sync, people read and stored, of {sync.people:,}", sync.people_per_s, "/s",
                          sync.curl_per_s, "4 curl loops", 1)
    report.figure("  nothing changed since", sync.again_per_s, "/s")
    report.figure("  only read, by 4 curls that keep their connections", sync.kept_curl_per_s, "/s")
    report.figure("CPU per person", sync.cpu_us, "us")
    report.at_most("memory (RSS) that two full syncs add", sync.growth_mb, "MB", 32)
    report.figure("  of it not of files", sync.anon_growth_mb, "MB")
    report.at_most("exec to the message of a missed change, p50", sync.missed_ms, "ms", 1000)
    report.figure("  the slowest", max(sync.missed_ms, default=0.0), "ms")
    report.figure("  of it exec to ready", sync.start_ms, "ms")


def tell_pages(report: Report, pages: page_part.Pages) -> None:
    small, large = pages.small, pages.large
    what = f"page of {page_part.PAGE} employees with joins"
    report.figure(f"{what}, {small.records:,} records, p50", small.p50_ms, "ms", f"{pages.page_kb:.0f} KB")
    report.figure("  p99", small.p99_ms, "ms")
    report.figure(f"{what}, {large.records:,} records, p50", large.p50_ms, "ms")
    report.at_most("  p99", large.p99_ms, "ms", 10)
    report.ratio_at_most(f"  p99 beside {small.records:,} records", large.p99_ms, "ms", small.p99_ms,
                         f"{small.records:,}", 2)
    for store in (small, large):
        report.figure(f"pages, {page_part.CONNECTIONS} connections, {store.records:,} records", per_s(store.loads), "/s")
    report.figure(f"feed, events to {page_part.LISTENERS} listeners together", pages.feed_per_s, "/s")
    report.figure(f"filling the store with {large.records:,} records", large.fill_s, "s")


def measure(plan: Plan, report: Report) -> None:
    ceiling = nginx.Nginx(plan.directory, "ceiling", nginx.CEILING, workers=2).start()
    receiver = nginx.Nginx(plan.directory, "receiver", nginx.RECEIVER, workers=1).start()
    tool = Tool(plan.directory)
    daemon = None
    try:
        memory = memory_part.measure(plan, tool, receiver)
        acks, daemon = ack_part.measure(plan, ceiling, tool, receiver)
        backlog = backlog_part.measure(plan, daemon, plan.directory / "targets")
        shutil.rmtree(daemon.directory)
        rivers = river_part.measure(plan, ceiling, tool, receiver)
        rest_ms = river_part.at_rest_ms(plan, tool)
        sync = sync_part.measure(plan, receiver)
        pages = page_part.measure(plan, tool, receiver)
    finally:
        if daemon is not None:
            daemon.stop()
        for part in (tool, receiver, ceiling):
            part.stop()
    tell_acks(report, acks)
    tell_river(report, rivers, rest_ms)
    tell_memory(report, memory, rivers["personio"])
    tell_backlog(report, backlog, memory)
    tell_sync(report, sync)
    tell_pages(report, pages)
    report.notes.append("events held: the tool is out of reach, all is acknowledged and waits in the inbox.")
    report.notes += [f"WRONG: {what}." for what in [*sync.wrong, *pages.wrong]]
    errors = acks.errors + sum(river.errors for river in rivers.values())
    undelivered = sum(river.undelivered for river in rivers.values())
    for count, what in ((errors, "requests had an error or another status than 2xx"),
                        (acks.lost, "deliveries were acknowledged and not counted as accepted"),
                        (undelivered, "events did not end in a message"),
                        (abs(backlog.events - backlog.found), "events of the inbox were not there after the start")):
        if count:
            report.notes.append(f"WRONG: {count} {what}.")


def measure_pages(plan: Plan, report: Report) -> None:
    receiver = nginx.Nginx(plan.directory, "receiver", nginx.RECEIVER, workers=1).start()
    tool = Tool(plan.directory)
    try:
        pages = page_part.measure(plan, tool, receiver)
    finally:
        tool.stop()
        receiver.stop()
    tell_pages(report, pages)
    report.notes += [f"WRONG: {what}." for what in pages.wrong]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes: one round, a small backlog, a small company")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--only", choices=["pages"], help="this part alone")
    parser.add_argument("--build", type=Path, default=Path(os.environ.get("WEIR_BUILD", ROOT / "build/release")),
                        help="build folder (WEIR_BUILD, build/release)")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    for needed in (build / "core/weir", build / "connectors/personio.so", build / "tests/bench/connectors/one.so",
                   build / "tests/bench/store_fill"):
        if not needed.exists():
            parser.error(f"{needed} is not there: cmake --preset release -DWEIR_TESTS=ON && "
                         "cmake --build --preset release")
    for program in ("nginx", "wrk"):
        if shutil.which(program) is None:
            parser.error(f"{program} is not installed: sh cmake/install.sh test")

    # What is asked to end, ends with all it started; nothing here lasts for ever.
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, lambda caught, _: sys.exit(f"stopped by signal {caught}"))
    signal.alarm(TIME_LIMIT_S)

    directory = Path(tempfile.mkdtemp(prefix="bench-", dir=os.environ.get("TMPDIR", build)))
    long = dict(rounds=5, ceiling_s=3, ack_s=4, sync_s=1.0, river_s=3, rest_events=50, backlog=1_000_000,
                people=100_000, sync_rounds=1, missed=20, few_records=10_000, many_records=1_000_000, pages=1000)
    quick = dict(rounds=1, ceiling_s=2, ack_s=2, sync_s=0.5, river_s=1, rest_events=25, backlog=200_000,
                 people=2_000, sync_rounds=1, missed=5, few_records=10_000, many_records=50_000, pages=300)
    plan = Plan(build, directory, begun=time.monotonic(), **(quick if arguments.quick else long))
    report = Report()
    facts = machine.facts(ROOT, directory) | {"load": f"{os.getloadavg()[0]:.2f} before the start",
                                              "command": shlex.join(["tests/bench/run", *sys.argv[1:]])}
    all_before, idle_before = processes.machine_s()
    own_before = sum(os.times()[:4])
    try:
        (measure_pages if arguments.only else measure)(plan, report)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    all_after, idle_after = processes.machine_s()
    # All that was started has ended by now, and so counts as ours.
    foreign_s = (all_after - idle_after) - (all_before - idle_before) - (sum(os.times()[:4]) - own_before)
    foreign = f"{100 * foreign_s / (all_after - all_before):.0f} %"
    report.notes.append(f"Other programs and the kernel's own threads used {foreign} of the cores meanwhile; a few "
                        "percent is quiet.")
    for name, value in facts.items():
        print(f"{name + ':':9} {value}")
    targets = sum(row.good is not None for row in report.rows)
    print(f"\n{report.table()}\n\n{report.missed} of {targets} targets missed, "
          f"after {time.monotonic() - plan.begun:.0f} s, medians of {plan.rounds}")
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": facts} | report.json(), indent=1) + "\n")
    return 1 if report.missed or any(note.startswith("WRONG") for note in report.notes) else 0


if __name__ == "__main__":
    sys.exit(main())
