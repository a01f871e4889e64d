#!/usr/bin/env python3
"""Checks a poll of Fanfare and receipts of it, without any of Fanfare's code.

    verify.py [--key HEX|VERIFIER-KEY] FILE|URL ...    a bundle, a receipt, or both
    verify.py --self-test log_v1.json                  against the published vectors

Exit code: 0 verified, 1 not verified, 2 usage, 3 could not fetch. Python 3.9 or newer, standard library only.
The text it follows is docs/PROTOCOL.md; docs/VERIFY.md walks through it. Contests and boards: `fanfare verify`.
"""

import base64
import hashlib
import json
import re
import sys

# ---- Ed25519, RFC 8032 (verification only; not constant-time, nothing here is secret) ----

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)


def point(data):
    """Decodes a point; None unless it is on the curve and encoded in the only way."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * I % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, p):
    result = (0, 1, 1, 0)
    while n:
        result = add(result, p) if n & 1 else result
        p, n = add(p, p), n >> 1
    return result


def same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


BASE = point(bytes([0x58] + [0x66] * 31))


def signed(key, message, signature):
    """Strict: no second encoding, no points of small order."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or any(same(times(8, p), (0, 1, 1, 0)) for p in (a, r)):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return same(times(s, BASE), add(r, times(k, a)))


# ---- Hashes, tree, notes ----


class Wrong(Exception):
    """Does not hold. The first argument is the step that found it where it is not the caller's."""


class Missing(Exception):
    """Cannot be told: a piece is missing."""


def H(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def root(hashes):
    """RFC 6962 2.1, over leaf hashes."""
    if not hashes:
        return H(b"")
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return H(b"\x01", root(hashes[:split]), root(hashes[split:]))


def leaf_hash(leaf):
    return H(b"\x00", leaf)


def included(leaf, index, size, path, expected):
    """RFC 9162 2.1.3.2."""
    if index >= size:
        return False
    node, last, current = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = H(b"\x01", step, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = H(b"\x01", current, step)
        node, last = node >> 1, last >> 1
    return last == 0 and current == expected


def unbase64(text):
    """Padded standard base64, one spelling for each value."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Wrong("not base64") from None
    if base64.b64encode(data).decode() != text:
        raise Wrong("another spelling of base64")
    return data


def number(text):
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", text) or int(text) > 2**53 - 1:
        raise Wrong("not an integer")
    return int(text)


def origin_of(note):
    return note.split("\n", 1)[0]


def checkpoint(note, origin, key):
    """(size, root) of a checkpoint of this origin, signed by this key; cosignatures of others are passed over."""
    if "\n\n" not in note or not note.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f\x7f]", note):
        raise Wrong("not a signed note")
    split = note.rindex("\n\n") + 1
    text, lines = note[:split], note[split + 1 :].split("\n")[:-1]
    key_id, verified = H(origin.encode(), b"\n\x01", key)[:4], False
    for line in lines:
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014" or not words[1] or "+" in words[1]:
            raise Wrong("not a signed note")
        data = unbase64(words[2])
        if len(data) < 5:
            raise Wrong("not a signed note")
        if words[1] == origin and data[:4] == key_id:
            if not signed(key, text.encode(), data[4:]):
                raise Wrong("the signature does not hold")
            verified = True
    if not verified:
        raise Wrong("not signed by the log's key")
    fields = text.split("\n")
    if len(fields) != 4 or fields[0] != origin:
        raise Wrong("not a checkpoint of three lines of this log")
    tree_root = unbase64(fields[2])
    if len(tree_root) != 32:
        raise Wrong("a root has 32 bytes")
    return number(fields[1]), tree_root


# ---- Leaves: `key value` lines in one order ----

HEX64, HEX32, CODE, ACTIVITY = r"[0-9a-f]{64}", r"[0-9a-f]{32}", r"[a-z0-9-]{1,32}", r"[a-z2-7]{26}"
LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
HOST = rf"{LABEL}(?:\.{LABEL})*(?::(?!443\b)[1-9][0-9]{{0,4}})?"
LOG, REGISTRY = rf"{HOST}/log/a/{ACTIVITY}", rf"{HOST}/log/registry/{CODE}"


def pattern(expression):
    def read(text):
        if not re.fullmatch(expression, text):
            raise Wrong("not of the form that belongs here")
        return text

    return read


def origin(expression):
    def read(text):
        host, port = pattern(expression)(text).split("/")[0].partition(":")[::2]
        if len(host) > 253 or int(port or 0) > 65535:
            raise Wrong("not a host")
        return text

    return read


def time(text):
    if number(text) % 60:
        raise Wrong("a time is a multiple of 60")
    return number(text)


def positive(text):
    if number(text) == 0:
        raise Wrong("at least 1")
    return number(text)


hash_, code, custody = pattern(HEX64), pattern(CODE), pattern("client|server")
LOCK = [("lock", hash_), ("custody", custody)]
TYPES = {  # What a poll's log may hold; a line whose key ends with `*` may stand any number of times.
    "rules": [
        ("log", origin(LOG)), ("registry", origin(REGISTRY)), ("kind", pattern("poll")), ("opens", time),
        ("closes", time), ("definition", hash_), ("terms", hash_), ("open", pattern("close|live|never")),
        ("results", pattern("always|voted|close|staff")), ("void-reason*", code), ("skip-reason*", code),
        ("witness-policy", pattern(f"none|{HEX64}")),
    ],
    "amend": [("definition", hash_), ("terms", hash_), ("reason", code)],
    "ballot": [("holder", pattern(HEX32)), ("revision", positive)] + LOCK + [("commit", hash_)],
    "withdraw": [("holder", pattern(HEX32)), ("unlock", hash_)],
    "void": [("target", number), ("reason", code)],
    "seal": [("acts", number), ("holders", number), ("void", number)],
    "opening": [("rows", number), ("file", hash_)],
    "tally": [("tally", hash_)],
}
# Types of other kinds of activities: known, but not of a poll.
OTHERS = "entry idea edit comment support hide show decision merge unmerge phase result skip delivered".split()
REGISTRY_TYPES = {
    "open": [("log", origin(LOG)), ("rules", hash_)],
    "seal": [("log", origin(LOG)), ("rules", hash_), ("size", number), ("root", hash_)],
    "result": [("log", origin(LOG)), ("rules", hash_), ("slots", hash_)],
    "cancel": [("log", origin(LOG)), ("rules", hash_), ("reason", code)],
    "key": [("key", hash_), ("from", time)],
}


def lines_of(data):
    """The lines of an LF-ended ASCII text."""
    if not data.isascii() or not data.endswith(b"\n"):
        raise Wrong("not LF-ended ASCII")
    return data.decode().split("\n")[:-1]


def fields_of(lines, grammar):
    fields, at = {}, 0
    for key, read in grammar:
        many, key = key.endswith("*"), key.rstrip("*")
        values = []
        while at < len(lines) and lines[at].startswith(key + " ") and (many or not values):
            values.append(read(lines[at][len(key) + 1 :]))
            at += 1
        if not many and not values:
            raise Wrong(f"`{key}` belongs here")
        fields[key] = values if many else values[0]
    if at < len(lines):
        raise Wrong("one line too many")
    return fields


def decode_leaf(data):
    lines = lines_of(data)
    kind = lines[0][15:] if lines[0].startswith("fanfare-log/v1 ") else ""
    if len(data) > (32768 if kind == "rules" else 2048):
        raise Wrong("too long")
    if kind in OTHERS:
        return {"type": kind}
    if kind not in TYPES:
        raise Wrong("unknown type")
    grammar = [("activity", pattern(ACTIVITY)), ("at", time)] + TYPES[kind]
    if kind == "ballot" and lines[4:5] != ["revision 1"]:
        grammar.insert(4, ("unlock", hash_))
    return dict(fields_of(lines[1:], grammar), type=kind)


def decode_registry_leaf(data):
    lines = lines_of(data)
    kind = lines[0][20:] if lines[0].startswith("fanfare-registry/v1 ") else ""
    if len(data) > 2048 or kind not in REGISTRY_TYPES:
        raise Wrong("unknown type")
    return dict(fields_of(lines[1:], [("at", time)] + REGISTRY_TYPES[kind]), type=kind)


# ---- Commitments ----


def commit(what, *fields):
    return H(b"\n".join([b"fanfare-log/v1 " + what.encode()] + [f if isinstance(f, bytes) else f.encode() for f in fields]))


def lock_of(activity, key):
    return commit("lock", activity, key, b"").hex()


def answer_of(activity, question, salt, answer):
    return commit("answer", activity, question, salt, answer).hex()


def ballot_of(activity, definition, commitments):
    return commit("ballot", activity, definition, str(len(commitments)), *commitments, b"").hex()


# ---- A poll's log, leaf by leaf ----


class Poll:
    """The state of a poll; `take` raises Wrong(step, reason) for a leaf that may not stand next."""

    def __init__(self):
        self.size, self.at, self.rules, self.sealed, self.tally = 0, 0, None, None, None
        self.holders, self.locks, self.ballots, self.void, self.openings = {}, set(), {}, set(), []
        self.documents = []  # hashes of those that must be there
        self.definitions = []  # hashes of those that must be definitions

    def take(self, data):
        try:
            leaf = decode_leaf(data)
        except Wrong as wrong:
            raise Wrong("grammar", wrong.args[-1]) from None
        kind = leaf["type"]
        if self.rules is None and (self.size or kind != "rules"):
            raise Wrong("place", "leaf 0 is `rules`")
        if self.sealed is not None and kind not in ("opening", "tally"):
            raise Wrong("after-seal", "may not follow the seal")
        if self.rules is not None:
            if kind == "rules" or kind in OTHERS:
                raise Wrong("place", "not a leaf of a poll")
            if self.sealed is None and kind == "tally":
                raise Wrong("place", "only after the seal")
            if leaf["activity"] != self.activity:
                raise Wrong("place", "another activity")
        if leaf["at"] < self.at:
            raise Wrong("times", "time goes back")
        getattr(self, "on_" + kind)(leaf, data)
        self.at, self.size = leaf["at"], self.size + 1

    def counted(self):
        """Index and leaf of every holder's highest ballot."""
        return [(h["last"], self.ballots[h["last"]]) for h in self.holders.values()]

    def few(self):
        return sum(index not in self.void for index, _ in self.counted()) < 10

    def on_rules(self, leaf, data):
        def no(reason):
            raise Wrong("rules", reason)

        if leaf["log"].rsplit("/", 1)[1] != leaf["activity"]:
            no("the log of another activity")
        if leaf["log"].split("/")[0] != leaf["registry"].split("/")[0]:
            no("the registry of another host")
        if leaf["closes"] and leaf["opens"] >= leaf["closes"]:
            no("it closes before it opens")
        if any(len(set(leaf[key])) != len(leaf[key]) for key in ("void-reason", "skip-reason")):
            no("a code stands twice")
        self.rules, self.hash = leaf, H(data).hex()
        self.activity, self.definition = leaf["activity"], leaf["definition"]
        self.definitions.append(self.definition)
        policy = leaf["witness-policy"]
        self.documents += [leaf["definition"], leaf["terms"]] + ([] if policy == "none" else [policy])

    def on_amend(self, leaf, _):
        if self.ballots:
            raise Wrong("amend", "only before the first ballot")
        self.definition = leaf["definition"]
        self.definitions.append(self.definition)
        self.documents += [leaf["definition"], leaf["terms"]]

    def on_ballot(self, leaf, _):
        if leaf["at"] < self.rules["opens"] or (self.rules["closes"] and leaf["at"] >= self.rules["closes"]):
            raise Wrong("times", "outside the window")
        holder = self.holders.get(leaf["holder"])
        if leaf["revision"] != (holder["revision"] if holder else 0) + 1:
            raise Wrong("holders", "not the previous revision plus 1")
        if holder and holder["withdrawn"]:
            raise Wrong("locks", "no act after a withdrawal")
        if holder and lock_of(self.activity, leaf["unlock"]) != holder["lock"]:
            raise Wrong("locks", "not the key of the previous lock")
        if leaf["lock"] in self.locks:
            raise Wrong("locks", "a lock is used once")
        self.locks.add(leaf["lock"])
        holder = self.holders.setdefault(leaf["holder"], {"withdrawn": False, "all": []})
        holder.update(revision=leaf["revision"], lock=leaf["lock"], last=self.size)
        holder["all"].append(self.size)
        self.ballots[self.size] = leaf

    def on_withdraw(self, leaf, _):
        holder = self.holders.get(leaf["holder"])
        if not holder or holder["withdrawn"] or lock_of(self.activity, leaf["unlock"]) != holder["lock"]:
            raise Wrong("locks", "not the holder's to withdraw")
        holder["withdrawn"] = True
        self.void.update(holder["all"])

    def on_void(self, leaf, _):
        if self.openings:
            raise Wrong("voids", "only before the first opening")
        if leaf["reason"] not in self.rules["void-reason"]:
            raise Wrong("voids", "not a reason of the rules")
        if leaf["target"] not in self.ballots or leaf["target"] in self.void:
            raise Wrong("voids", "not an act, or void already")
        self.void.add(leaf["target"])

    def on_seal(self, leaf, _):
        if (leaf["acts"], leaf["holders"], leaf["void"]) != (len(self.ballots), len(self.holders), len(self.void)):
            raise Wrong("seal", "the counters are not those of the leaves")
        self.sealed = self.size

    def on_opening(self, leaf, _):
        policy = self.rules["open"]
        if policy == "never" or (policy == "close" and self.sealed is None):
            raise Wrong("openings", "the rules do not open ballots now")
        if self.few():
            raise Wrong("openings", "too few holders: nothing is opened")
        self.openings.append((self.size, leaf))
        self.documents.append(leaf["file"])

    def on_tally(self, leaf, _):
        if self.tally:
            raise Wrong("tally", "a second tally")
        self.tally = leaf["tally"]


# ---- The recount ----


def questions_of(document):
    """[(id, kind)] of the head of a definition document."""
    lines = document.split("\n\n", 1)[0].split("\n")
    if "\n\n" not in document or lines[0] != "fanfare-definition/v1":
        raise Wrong("not a definition")
    questions = []
    for line in lines[1:]:
        words = line.split(" ")
        if len(words) != 3 or words[0] != "question" or words[2] not in ("choice", "text"):
            raise Wrong("not a definition")
        questions.append((code(words[1]), words[2]))
    if len({name for name, _ in questions}) != len(questions):
        raise Wrong("a question twice")
    return questions


def unbytes(text):
    data = b"" if text == "-" else unbase64(text)
    if not data and text != "-":
        raise Wrong("zero bytes are written -")
    return data


def opened(poll, documents, questions):
    """{(leaf, question): answer}: every row opens a commitment, every highest ballot has its rows."""
    choices = [name for name, kind in questions if kind == "choice"]
    answers = {}
    if choices and not poll.openings:
        raise Missing("no ballot is opened yet")
    for opening, leaf in poll.openings:
        if leaf["file"] not in documents:
            raise Missing(f"the file of leaf {opening} is missing")
        rows = lines_of(documents[leaf["file"]].encode())
        if rows[0] != "fanfare-opening/v1" or len(rows) - 1 != leaf["rows"]:
            raise Wrong(f"leaf {opening} names another number of rows")
        for row in rows[1:]:
            word = row.split(" ")
            if len(word) != 4 + len(questions) or word[0] != "row" or word[2] not in choices:
                raise Wrong("a row of no choice question")
            index, others = number(word[1]), iter([hash_(c) for c in word[5:]])
            ballot = poll.ballots.get(index)
            highest = ballot and poll.holders[ballot["holder"]]["last"] == index
            if not ballot or index >= opening or (poll.rules["open"] == "close" and not highest):
                raise Wrong(f"the row of leaf {index} is of no highest ballot")
            answer = unbytes(word[4])
            own = answer_of(poll.activity, word[2], hash_(word[3]), answer)
            all_of_it = [own if name == word[2] else next(others) for name, _ in questions]
            if ballot_of(poll.activity, poll.definition, all_of_it) != ballot["commit"]:
                raise Wrong(f"the row of leaf {index} does not open its commitment")
            if (index, word[2]) in answers:
                raise Wrong(f"leaf {index} is opened twice")
            answers[index, word[2]] = answer
    for index, _ in poll.counted():
        if any((index, name) not in answers for name in choices):
            raise Wrong(f"ballot {index} is not opened")
    return answers


def tally_of(poll, questions, answers):
    """The tally text that these answers give; without answers only its head."""

    def column(index, ballot):
        return 2 if index in poll.void else 1 if ballot["custody"] == "server" else 0

    ballots = [0, 0, 0]
    for index, ballot in poll.counted():
        ballots[column(index, ballot)] += 1
    text = f"fanfare-tally/v1\nlog {poll.rules['log']}\nballots {ballots[0]} {ballots[1]} {ballots[2]}\n"
    for name in [name for name, kind in questions if kind == "choice"] if answers is not None else []:
        counts = {}
        for index, ballot in poll.counted():
            counts.setdefault(answers[index, name], [0, 0, 0])[column(index, ballot)] += 1
        for answer, (client, server, void) in sorted(counts.items()):
            spelled = base64.b64encode(answer).decode() or "-"
            text += f"answer {name} {client} {server} {void} {spelled}\n"
    return text


# ---- A whole bundle ----

STEPS = """format log-signature log-root registry-signature registry-root grammar place rules times amend holders locks
voids seal registry registry-unique documents openings tally after-seal receipts""".split()
WORST = ["ok", "misconduct", "not verified", "fail"]


class Report:
    def __init__(self, steps=STEPS):
        self.steps = {step: ("not verified", "not reached") for step in steps}
        self.tally = self.word = None

    def note(self, step, status, detail=""):
        old, before = self.steps.get(step, ("not verified", "not reached"))
        if before == "not reached" or WORST.index(status) > WORST.index(old):
            self.steps[step] = (status, detail)

    def attempt(self, step, check, *arguments):
        """Runs a check; what it raises is the step's outcome. Gives what the check gives."""
        try:
            result = check(*arguments)
            self.note(step, "ok")
            return result
        except Missing as missing:
            self.note(step, "not verified", missing.args[-1])
        except Wrong as wrong:
            self.note(step, "fail", wrong.args[-1])
        return None

    def verdict(self):
        worst = max((status for status, _ in self.steps.values()), key=WORST.index)
        return ["verified", "verified, with misconduct", "not verified", "refused"][WORST.index(worst)]

    def stands(self):
        return self.verdict().startswith("verified")

    def show(self):
        for step, (status, detail) in self.steps.items():
            print(f"{status:<12}  {step:<18}  {detail}".rstrip())
        if self.stands() and self.tally:
            for line in self.tally.split("\n")[2:-1]:
                what, *words = line.split(" ")
                answer = (unbytes(words.pop()).decode(errors="replace") or "(none)") if what == "answer" else ""
                client, server, void = words[-3:]
                what = f"{words[0]} {answer}" if answer else what
                print(f"{int(client) + int(server):9}  {what} ({server} of them in the server's custody; {void} void)")
            print(self.word)
        print(self.verdict())


class Log:
    """A bundle that was read as far as it can be, and its report."""

    def __init__(self, bundle, key=None):
        self.report, self.poll, self.open, self.registered = Report(), Poll(), None, None
        self.read(bundle, key)

    def read(self, bundle, key):
        members = {"format", "key", "log", "registry", "beacon", "documents", "receipts"}
        try:
            if set(bundle) != members or bundle["format"] != "fanfare-bundle/v1":
                raise Wrong("not a bundle of this version")
            texts = bundle["log"]["checkpoints"] + bundle["registry"]["checkpoints"] + bundle["receipts"]
            if not all(isinstance(text, str) for text in texts + list(bundle["documents"].values())):
                raise Wrong("a text is no text")
            self.leaves = [self.bytes_of(leaf) for leaf in bundle["log"]["leaves"]]
            registry = [self.bytes_of(leaf) for leaf in bundle["registry"]["leaves"]]
            self.key = key or bytes.fromhex(hash_(bundle["key"]))
        except (Wrong, KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            return self.report.note("format", "fail", f"not a bundle: {error}")
        if re.match(rb"fanfare-log/v1 rules\n(.*\n)*kind (contest|board)\n", self.leaves[0] if self.leaves else b""):
            return self.report.note("format", "not verified", "no poll: `fanfare verify` reads other kinds")
        self.report.note("format", "ok")
        try:
            first = decode_leaf(self.leaves[0] if self.leaves else b"")
        except Wrong as wrong:
            return self.report.note("grammar", "fail", f"leaf 0: {wrong}")
        if first["type"] != "rules":
            return self.report.note("place", "fail", "leaf 0 is not `rules`")
        self.origin = first["log"]
        if bundle["key"] != self.key.hex():
            self.report.note("log-signature", "fail", "the bundle names another key")
        self.hashes = [leaf_hash(leaf) for leaf in self.leaves]
        self.checkpoints(bundle["log"]["checkpoints"], self.origin, self.hashes, "log")
        hashes = [leaf_hash(leaf) for leaf in registry]
        self.checkpoints(bundle["registry"]["checkpoints"], first["registry"], hashes, "registry")
        self.read_leaves()
        if self.poll.rules:
            self.read_registry(registry)
            self.read_documents(bundle["documents"])
            for receipt in bundle["receipts"]:
                self.report.attempt("receipts", self.check_receipt, receipt)
            self.report.note("receipts", "ok")
            if self.poll.sealed is not None:
                self.recount()
        return None

    @staticmethod
    def bytes_of(leaf):
        return leaf.encode() if isinstance(leaf, str) else bytes.fromhex(leaf["hex"])

    def checkpoints(self, notes, origin, hashes, which):
        sizes = []
        for note in notes:
            signed_root = self.report.attempt(which + "-signature", checkpoint, note, origin, self.key)
            if signed_root:
                sizes.append(signed_root[0])
                right = signed_root[0] <= len(hashes) and root(hashes[: signed_root[0]]) == signed_root[1]
                self.report.note(which + "-root", "ok" if right else "fail", "" if right else "another root or fewer leaves")
        if notes and len(hashes) not in sizes:
            self.report.note(which + "-root", "fail", "the last leaves are under no checkpoint")

    def read_leaves(self):
        """Below the seal a refused leaf fails the log; above it, it is misconduct and passed over."""
        for index, leaf in enumerate(self.leaves):
            try:
                self.poll.take(leaf)
            except Wrong as wrong:
                step, reason = wrong.args
                if self.poll.sealed is None:
                    return self.report.note(step, "fail", f"leaf {index}: {reason}")
                step = "after-seal" if step == "grammar" else step
                self.report.note(step, "misconduct", f"leaf {index}: {reason}")
                self.poll.size += 1
        for step in "grammar place rules times amend holders locks voids after-seal".split():
            self.report.note(step, "ok")
        sealed = self.poll.sealed is not None
        return self.report.note("seal", "ok" if sealed else "not verified", "" if sealed else "not sealed yet")

    def read_registry(self, leaves):
        """The first open and the first seal count; before that seal nothing may be wrong, after it nothing changes."""
        refused = None
        for index, data in enumerate(leaves):
            wrong = None
            try:
                leaf = decode_registry_leaf(data)
                if leaf["type"] == "key":
                    self.report.note("registry-signature", "not verified", "the key changes")
                elif leaf["log"] == self.origin:
                    wrong = self.registry_leaf(index, leaf)
            except Wrong:
                wrong = "none of the grammar"
            if wrong and self.registered:
                self.report.note("registry-unique", "misconduct", f"leaf {index} of the registry: {wrong}")
            elif wrong:
                refused = refused or f"leaf {index} of the registry: {wrong}"
        size = None if self.poll.sealed is None else self.poll.sealed + 1
        if refused or (self.open is None and size is not None):
            self.report.note("registry", "fail", refused or "never opened")
        elif self.open is None:
            self.report.note("registry", "not verified", "the registry does not show its opening yet")
        elif not self.registered:
            self.report.note("registry", "not verified", "no seal is registered yet")
        elif self.registered != (size, root(self.hashes[:size]).hex()):
            self.report.note("registry", "fail", "the registered seal is of another tree")
        else:
            self.report.note("registry", "ok")
            self.report.note("registry-unique", "ok")

    def registry_leaf(self, index, leaf):
        """What is wrong with this leaf of our log, if anything."""
        kind, ours = leaf["type"], leaf["rules"] == self.poll.hash
        if kind == "open" and self.open is None:
            if not ours:
                return "other rules"
            self.open = index
            return None
        if kind == "seal" and not self.registered:
            if not ours or self.open is None:
                return "a seal of what it did not open"
            self.registered = (leaf["size"], leaf["root"])
            return None
        if kind in ("open", "result"):
            self.report.note("registry-unique", "misconduct", f"leaf {index} of the registry: {kind} out of place")
            return None
        return kind

    def read_documents(self, documents):
        self.documents = {name: text for name, text in documents.items() if H(text.encode()).hex() == name}
        wrong = [name for name in documents if name not in self.documents]
        missing = [name for name in self.poll.documents if name not in documents]
        if wrong:
            self.report.note("documents", "fail", "other bytes than " + wrong[0])
        if missing:
            self.report.note("documents", "not verified", "missing: " + missing[0])
        for name in self.poll.definitions:
            if name in self.documents:
                self.report.attempt("documents", questions_of, self.documents[name])
        self.report.note("documents", "ok")

    def questions(self):
        if self.poll.definition not in self.documents:
            raise Missing("the definition is missing")
        return questions_of(self.documents[self.poll.definition])

    def recount(self):
        poll, report = self.poll, self.report
        try:
            questions = self.questions()
        except (Wrong, Missing):
            return report.note("openings", "not verified", "no definition to open ballots with")
        if poll.rules["open"] == "never" or poll.few():
            report.note("openings", "ok", "nothing is opened: the answers are the organiser's word")
            self.report.tally, self.report.word = tally_of(poll, questions, None), "The answers are the organiser's word."
            return report.attempt("tally", self.published_word)
        answers = report.attempt("openings", opened, poll, self.documents, questions)
        if answers is None:
            return None
        report.tally, report.word = tally_of(poll, questions, answers), "Recounted from the opened ballots."
        published = poll.tally is None or poll.tally == H(report.tally.encode()).hex()
        return report.note("tally", "ok" if published else "misconduct", "" if published else "another tally is published")

    def published_word(self):
        """Of a tally that nobody can recount only the ballots can be compared."""
        if self.poll.tally is None:
            return None
        if self.poll.tally not in self.documents:
            raise Missing("the published tally is missing")
        text = self.documents[self.poll.tally]
        try:
            if not text.startswith(self.report.tally):
                raise Wrong("other ballots")
            for line in lines_of(text.encode())[3:]:
                form, question, *counts, answer = line.split(" ")
                code(question), unbytes(answer)
                if form != "answer" or len([number(count) for count in counts]) != 3:
                    raise Wrong("another form")
        except (Wrong, ValueError):
            return self.report.note("tally", "misconduct", "the published tally counts other ballots")
        self.report.tally = text
        return None

    def check_receipt(self, text):
        receipt = decode_receipt(text)
        size, tree_root = checkpoint(receipt["checkpoint"], self.origin, self.key)
        if not included(leaf_hash(receipt["leaf"]), receipt["index"], size, receipt["path"], tree_root):
            raise Wrong("the path does not lead from the leaf to the root")
        if size <= len(self.hashes) and root(self.hashes[:size]) != tree_root:
            raise Wrong("a checkpoint of another tree: the log was forked")
        ahead = receipt["index"] >= len(self.leaves)
        if not ahead and self.leaves[receipt["index"]] != receipt["leaf"]:
            raise Wrong("another leaf stands at its index")
        if receipt["rules"] != self.poll.hash:
            raise Wrong("other rules")
        if self.open is None:
            raise Missing("the registry does not show the opening yet: try again in a minute")
        if receipt["open-index"] != self.open:
            raise Wrong("another opening in the registry")
        leaf = decode_leaf(receipt["leaf"])
        if leaf.get("activity") != self.poll.activity:
            raise Wrong("a leaf of another activity")
        if receipt["key"] and lock_of(self.poll.activity, receipt["key"]) != leaf.get("lock"):
            raise Wrong("its key does not open the leaf's lock")
        if (receipt["open"] or receipt["key"]) and leaf["type"] == "ballot":
            names = [name for name, _, _ in receipt["open"]]
            commitments = [answer_of(self.poll.activity, *part) for part in receipt["open"]]
            right = ballot_of(self.poll.activity, self.poll.definition, commitments) == leaf["commit"]
            if not right or names != [name for name, _ in self.questions()]:
                raise (Missing if ahead else Wrong)("its answers do not open the leaf's commitment")
        elif receipt["open"]:
            raise Wrong("it opens what is not committed to")


def decode_receipt(text):
    """The parts of a receipt: C2SP tlog-proof@v1 with Fanfare's `extra`."""
    head, separator, note = text.partition("\n\n")
    lines = head.split("\n")
    forms = ["c2sp.org/tlog-proof@v1", "extra ", "index "]
    if not separator or len(lines) < 3 or lines[0] != forms[0] or not all(l.startswith(f) for l, f in zip(lines, forms)):
        raise Wrong("not a receipt")
    receipt = {"checkpoint": note, "index": number(lines[2][6:]), "path": [unbase64(line) for line in lines[3:]]}
    if len(receipt["path"]) > 53 or any(len(step) != 32 for step in receipt["path"]):
        raise Wrong("not a path of hashes")
    extra = lines_of(unbase64(lines[1][6:]))
    if extra[0] != "fanfare-receipt/v1":
        raise Wrong("not a receipt")

    def opening(line):
        words = line.split(" ")
        if len(words) != 3:
            raise Wrong("not a receipt")
        return words[0], hash_(words[1]), unbytes(words[2])

    grammar = [("leaf", unbase64), ("rules", hash_), ("open-index", number), ("open*", opening), ("key*", hash_)]
    receipt.update(fields_of(extra[1:], grammar))
    if len(receipt["key"]) > 1:
        raise Wrong("one key")
    receipt["key"] = receipt["key"][0] if receipt["key"] else None
    return receipt


# ---- The command ----


def fetch(place):
    if not re.match(r"https?://", place):
        with open(place, encoding="utf-8", newline="") as file:
            return file.read()
    import urllib.request  # Here: it takes longer to load than a poll to check.

    with urllib.request.urlopen(place, timeout=30) as reply:
        return reply.read().decode()


def log_url(note):
    origin = origin_of(note)
    local = re.match(r"(localhost|127\.[0-9.]+)(:|/)", origin)
    return f"{'http' if local else 'https'}://{origin}/bundle"


def key_of(text):
    if re.fullmatch(HEX64, text):
        return bytes.fromhex(text)
    name, key_id, typed = text.split("+", 2)
    data = unbase64(typed)
    if len(data) != 33 or data[0] != 1 or H(name.encode(), b"\n", data)[:4].hex() != key_id:
        raise Wrong("not a verifier key")
    return data[1:]


def main(arguments):
    key = None
    if arguments[:1] == ["--self-test"] and len(arguments) == 2:
        return self_test(arguments[1])
    try:
        if arguments[:1] == ["--key"]:
            key, arguments = key_of(arguments[1]), arguments[2:]
    except (IndexError, ValueError, Wrong):
        arguments = []
    if not arguments:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        texts = [fetch(place) for place in arguments]
        receipts = [text for text in texts if text.startswith("c2sp.org/tlog-proof@v1\n")]
        bundles = [text for text in texts if text not in receipts]
        if receipts and not bundles:
            bundles = [fetch(log_url(receipts[0].split("\n\n", 1)[-1]))]
    except (OSError, ValueError) as error:
        print(f"could not fetch: {error}", file=sys.stderr)
        return 3
    good = True
    for text in bundles:
        try:
            log = Log(json.loads(text), key)
        except ValueError:
            print("not a bundle, not a receipt")
            return 1
        if "origin" in vars(log):
            print("log ", log.origin)
            print("key ", log.key.hex(), "(given)" if key else "(named by the bundle itself: compare it)")
        if receipts:
            good = all([judge_receipt(log, receipt) for receipt in receipts]) and good
        else:
            log.report.show()
            good = log.report.stands() and good
    print("Never claimed: that entrants are distinct real people; that the organiser let everyone in;")
    print("that a vote cannot be shown or sold; that acts made together in two activities cannot be correlated.")
    return 0 if good else 1


def judge_receipt(log, text):
    """A receipt needs a log that holds as far as it goes; it need not be sealed."""
    report = Report(["log", "receipts"])
    failed = [step for step, (status, _) in log.report.steps.items() if status == "fail"]
    failed = failed or [step for step in ("format",) if log.report.steps[step][0] != "ok"]
    report.note("log", "fail" if failed else "ok", "does not hold: " + ", ".join(failed) if failed else "")
    if not failed:
        report.attempt("receipts", log.check_receipt, text)
    report.show()
    return report.stands()


# ---- The self-test ----


def patched(document, patch):
    document = json.loads(json.dumps(document))
    for operation in patch:
        *parents, last = operation["path"].split("/")[1:]
        at = document
        for parent in parents:
            at = at[int(parent)] if isinstance(at, list) else at[parent]
        last = int(last) if isinstance(at, list) else last
        if operation["op"] == "remove":
            del at[last]
        elif operation["op"] == "add" and isinstance(at, list):
            at.insert(last, operation["value"])
        else:
            at[last] = operation["value"]
    return document


def self_test(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    count, poll = 0, vectors["poll"]
    key = bytes.fromhex(vectors["pinned"]["key"])

    def expect(what, got, wanted):
        nonlocal count
        count += 1
        if got != wanted:
            sys.exit(f"{what}: {got!r}, not {wanted!r}")

    for base in ("contest", "poll", "board"):
        hashes = [leaf_hash(leaf.encode()) for leaf in vectors[base]["bundle"]["log"]["leaves"]]
        roots = [root(hashes[:size]).hex() for size in range(len(hashes) + 1)]
        expect("roots", roots, vectors[base]["roots_by_size"])
    lock, ballot = vectors["commitments"]["lock"], vectors["commitments"]["ballot"]
    expect("lock", lock_of(lock["activity"], lock["key"]), lock["lock"])
    answers = [answer_of(ballot["activity"], a["question"], a["salt"], a["answer"]) for a in ballot["answers"]]
    expect("answers", answers, [a["c"] for a in ballot["answers"]])
    expect("ballot", ballot_of(ballot["activity"], ballot["definition"], answers), ballot["commit"])

    for case in vectors["refused"]:
        if case.get("after") and case["after"][0] == "poll":
            state = Poll()
            for leaf in poll["bundle"]["log"]["leaves"][: case["after"][1]]:
                state.take(leaf.encode())
            try:
                state.take(case["text"].encode())
                expect(case["name"], "accepted", case["step"])
            except Wrong as wrong:
                expect(case["name"], wrong.args[0], case["step"])
        elif case["step"] == "grammar" and not case.get("after"):
            data = bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode()
            try:
                (decode_registry_leaf if case["log"] == "registry" else decode_leaf)(data)
                # Types of other kinds are known by name only.
                expect(case["name"], data.split(b"\n")[0].split(b" ")[1].decode() in OTHERS, True)
            except Wrong:
                count += 1

    log = Log(poll["bundle"], key)
    expect("the poll", log.report.verdict(), "verified")
    expect("its tally", log.report.tally, poll["tally_text"])
    for case in vectors["tamper"]:
        if case["base"] == "poll":
            report = Log(patched(poll["bundle"], case["patch"]), key).report
            expect(case["name"], report.steps[case["caught_by"]][0], case["status"])
            expect(case["name"], report.verdict(), case["verdict"])
    for form in ("private", "public", "sealed"):
        text = poll["receipt"][form]
        report = Report(["receipts"])
        report.attempt("receipts", log.check_receipt, text)
        expect(form, report.verdict(), "verified")
        for at in range(0, len(text), 97):
            report = Report(["receipts"])
            changed = text[:at] + ("B" if text[at] == "A" else "A") + text[at + 1 :]
            report.attempt("receipts", log.check_receipt, changed)
            expect(f"{form} changed at {at}", report.verdict(), "refused")
    print(f"{count} checks hold")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
