#!/usr/bin/python3
"""Takes the power from a working store, at any moment, and accounts for every promise it had made.

power_cut_driver works on a new store and records each write and sync of its file, and each promise, in one
order. From that record this program makes, for many moments, what a disk may hold after a power cut: all that
a sync had covered, and of the rest any part, in any order, torn at the borders of sectors. The driver opens
each of these files and looks for what had been promised before that moment.

That the test would notice is tested too: with a disk that only pretends to sync, promises have to be lost.
"""

import argparse
import bisect
import collections
import os
import pathlib
import random
import resource
import selectors
import shutil
import struct
import subprocess
import sys
import tempfile
import time

HEAD = struct.Struct("<IBBHIIQ")
MAGIC = 0x57434301
SECTOR = 512
VERDICT_TIMEOUT_S = 60
CRASH_TIMEOUT_S = 5  # a damaged tree may lead the engine in circles

Entry = collections.namedtuple("Entry", "kind durable thread offset data")


def read_record(path):
    """The entries, in their order."""
    raw = memoryview(pathlib.Path(path).read_bytes())
    entries = []
    at = 0
    while at < len(raw):
        magic, kind, durable, _, thread, length, offset = HEAD.unpack_from(raw, at)
        at += HEAD.size
        if magic != MAGIC or at + length > len(raw):
            sys.exit("power_cut: the record is damaged")
        entries.append(Entry(chr(kind), bool(durable), thread, offset, raw[at:at + length]))
        at += length
    return entries


def put(image, offset, data):
    if len(image) < offset + len(data):
        image.extend(bytes(offset + len(data) - len(image)))
    image[offset:offset + len(data)] = data


def without(write, offset, end):
    """What is left of a write beside a range that was written later, durably."""
    start, data = write
    if start + len(data) <= offset or end <= start:
        return [write]
    rest = []
    if start < offset:
        rest.append((start, data[:offset - start]))
    if end < start + len(data):
        rest.append((end, data[end - start:]))
    return rest


class Disk:
    """A disk and the cache before it, up to some entry of the record.

    honest: what a sync covers is on disk when it returns. A disk that lies keeps back what the last `behind`
    syncs of that kind ("S": of the file, "D": of one durable write) have covered.
    """

    def __init__(self, lies_about="", behind=2):
        self.lies_about = lies_about
        self.behind = behind
        self.image = bytearray()  # on disk for sure
        self.cached = []          # (offset, bytes), oldest first
        self.began = {}           # thread -> how many were in the cache when its sync began
        self.held = collections.deque()  # of a lying disk: said to be on disk, in groups
        self.last = {}            # thread -> its durable write under way
        self.written = bytearray()

    def _settle(self, kind, writes):
        if kind == self.lies_about:
            self.held.append(writes)
            if len(self.held) <= self.behind:
                return
            writes = self.held.popleft()
        for offset, data in writes:
            put(self.image, offset, data)

    def feed(self, entry):
        if entry.kind == "W":
            write = (entry.offset, entry.data)
            put(self.written, *write)
            self.cached.append(write)
            if entry.durable:
                self.last[entry.thread] = write
        elif entry.kind == "D":
            offset, data = self.last.pop(entry.thread)
            older = [part for write in self.cached if write[1] is not data
                     for part in without(write, offset, offset + len(data))]
            self.cached = older
            self._settle("D", [(offset, data)])
        elif entry.kind == "B":
            self.began[entry.thread] = list(self.cached)
        elif entry.kind == "S":
            covered = self.began.pop(entry.thread)
            known = {id(data) for _, data in covered}
            self.cached = [write for write in self.cached if id(write[1]) not in known]
            self._settle("S", covered)

    def after_cut(self, rng):
        """What may be found on the disk when the power goes now."""
        image = bytearray(self.image)
        loose = [write for group in self.held for write in group] + self.cached
        manner = rng.randrange(5)
        if manner == 0:    # nothing of it
            loose = []
        elif manner == 1:  # all of it
            pass
        elif manner == 2:  # only what came last
            loose = loose[-1:]
        else:
            share = rng.choice((0.1, 0.5, 0.9))
            loose = [write for write in loose if rng.random() < share]
        if manner != 1:
            # In any order: of two versions of a sector either may be the one that reached the disk.
            rng.shuffle(loose)
        for offset, data in loose:
            if manner in (0, 1) or rng.random() < 0.6:
                put(image, offset, data)
            else:
                self._put_torn(image, offset, data, rng)
        return image

    @staticmethod
    def _put_torn(image, offset, data, rng):
        share = rng.choice((0.2, 0.5, 0.8))
        at = offset
        while at < offset + len(data):
            end = min((at // SECTOR + 1) * SECTOR, offset + len(data))
            if rng.random() < share:
                put(image, at, data[at - offset:end - offset])
            at = end


class Verifier:
    """The driver's other half, which is started again when a file brought it down."""

    def __init__(self, driver, scratch, may_crash=False):
        self.driver = driver
        self.environment = dict(os.environ)
        if may_crash:
            # Nobody reads these traces, and looking up their lines takes seconds each.
            self.environment["ASAN_OPTIONS"] = self.environment.get("ASAN_OPTIONS", "") + ":symbolize=0"
        self.errors = scratch / "stderr"
        self.timeout_s = CRASH_TIMEOUT_S if may_crash else VERDICT_TIMEOUT_S
        self.process = None

    def look(self, folder, promises, count):
        if self.process is None:
            with open(self.errors, "wb") as errors:
                self.process = subprocess.Popen([self.driver, "verify"], stdin=subprocess.PIPE,
                                                stdout=subprocess.PIPE, stderr=errors, env=self.environment)
        self.process.stdin.write(f"{folder} {promises} {count}\n".encode())
        self.process.stdin.flush()
        verdict = self._answer()
        if verdict is None:
            self.process.kill()
            self.process.wait()
            self.process = None
            return "unusable: the program ended: " + self.errors.read_text(errors="replace")[-2000:]
        return "" if verdict == "ok" else verdict.removeprefix("bad ")

    def _answer(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(self.timeout_s):
                return None
        return self.process.stdout.readline().decode(errors="replace").rstrip("\n") or None

    def close(self):
        """Its status: leaks are found at the end."""
        if self.process is None:
            return 0
        self.process.stdin.close()
        status = self.process.wait(VERDICT_TIMEOUT_S)
        self.process.stdout.close()
        self.process = None
        return status


def choose_cuts(entries, count, rng):
    """Moments as numbers of entries before them: some while the store is made, the rest half anywhere, half
    where it matters most."""
    opened = next(i for i, e in enumerate(entries) if e.kind == "A")
    sharp = [i + 1 for i, e in enumerate(entries) if e.kind in "ADS" or e.durable]
    cuts = [rng.randrange(opened + 1) for _ in range(count // 10)]
    cuts += [rng.randrange(len(entries) + 1) for _ in range(count // 2)]
    return sorted(cuts + [rng.choice(sharp) for _ in range(count - len(cuts))])


def cut_all(entries, cuts, disk, verifier, scratch, promises, rng):
    """Yields (cut, verdict) for each."""
    told = [i for i, e in enumerate(entries) if e.kind == "A"]
    folder = scratch / "image"
    at = 0
    for cut in cuts:
        while at < cut:
            disk.feed(entries[at])
            at += 1
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        (folder / "data.mdb").write_bytes(disk.after_cut(rng))
        yield cut, verifier.look(folder, promises, bisect.bisect_left(told, cut))


def check_record(entries, store):
    """The record is whole: written one after the other, it is the file."""
    disk = Disk()
    for entry in entries:
        disk.feed(entry)
    if bytes(disk.written) != (store / "data.mdb").read_bytes():
        sys.exit("power_cut: the file is not what the record says: a write went another way")


def check_folders(entries, store):
    """The file's name in its folder, and the folder's in its parent, are on disk before any promise."""
    promised = next(i for i, e in enumerate(entries) if e.kind == "A")
    synced = {os.path.realpath(bytes(e.data)).decode() for e in entries[:promised] if e.kind == "F"}
    folders = (store.resolve(), store.resolve().parent)
    missing = [str(folder) for folder in folders if str(folder) not in synced]
    if missing:
        sys.exit(f"power_cut: not synced after the store was made: {', '.join(missing)}")


def honest(args, entries, scratch, promises, rng):
    verifier = Verifier(args.driver, scratch)
    cuts = choose_cuts(entries, args.cuts, rng)
    for cut, verdict in cut_all(entries, cuts, Disk(), verifier, scratch, promises, rng):
        if verdict:
            kept = tempfile.mkdtemp(prefix="weir-power-cut-")
            shutil.copytree(scratch, kept, dirs_exist_ok=True)
            sys.exit(f"power_cut: seed {args.seed}, cut at entry {cut} of {len(entries)}: {verdict}\n"
                     f"kept in {kept}")
    if verifier.close() != 0:
        sys.exit("power_cut: the driver: " + verifier.errors.read_text(errors="replace")[-4000:])


def lying(args, entries, scratch, promises, rng, kind, expected):
    """A disk that lies about its syncs has to be found out."""
    verifier = Verifier(args.driver, scratch, may_crash=True)
    found = collections.Counter()
    cuts = choose_cuts(entries, args.lies, rng)
    for _, verdict in cut_all(entries, cuts, Disk(kind), verifier, scratch, promises, rng):
        found[verdict.split(":")[0]] += 1
    verifier.close()
    if not any(found[word] for word in expected):
        sys.exit(f"power_cut: a disk that lies about {kind} was not found out: {dict(found)}")
    return dict(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("driver")
    parser.add_argument("--cuts", type=int, default=300)
    parser.add_argument("--lies", type=int, default=60)
    parser.add_argument("--deliveries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    args = parser.parse_args()
    rng = random.Random(args.seed)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="weir-power-cut-") as name:
        scratch = pathlib.Path(name)
        subprocess.run([args.driver, "write", scratch / "store", scratch / "record", str(args.deliveries)],
                       check=True)
        entries = read_record(scratch / "record")
        check_record(entries, scratch / "store")
        check_folders(entries, scratch / "store")
        promises = scratch / "promises"
        promises.write_bytes(b"".join(bytes(e.data) + b"\n" for e in entries if e.kind == "A"))
        honest(args, entries, scratch, promises, rng)
        took = time.monotonic() - began
        pages = lying(args, entries, scratch, promises, rng, "S", ("lost", "torn", "unusable"))
        meta = lying(args, entries, scratch, promises, rng, "D", ("lost",))
    kinds = collections.Counter(e.kind for e in entries)
    print(f"seed {args.seed}: {args.cuts} cuts in {took:.1f} s, {kinds['A']} promises, {kinds['W']} writes, "
          f"{kinds['S']} syncs: nothing lost")
    print(f"a disk that lies about pages: {pages}; about what makes them count: {meta}")


if __name__ == "__main__":
    main()
