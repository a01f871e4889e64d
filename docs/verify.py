#!/usr/bin/env python3
"""Checks polls and contests of Fanfare, their draws, certificates and receipts, without any of Fanfare's code.

    verify.py [--key KEY] [--witness KEY ...] [--seal-code CODE] FILE|URL ...   bundles, certificates, receipts
    verify.py --self-test FILE ...                                             against the published vectors

    --key        the log's key that you believe, 64 hex digits or a verifier key; otherwise the document's own is used
    --witness    a witness's verifier key that you believe; only such keys prove when a contest was sealed
    --seal-code  the code of a contest's seal that reached you before the draw

Exit code: 0 verified, 1 not verified, 2 usage, 3 could not fetch. Python 3.9 or newer, standard library only.
The text it follows is docs/PROTOCOL.md; docs/VERIFY.md walks through it. Boards: `fanfare verify`.
"""

import base64
import bisect
import collections
import functools
import hashlib
import itertools
import json
import re
import sys
import textwrap
from time import gmtime, strftime

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


def repeated(operation, n, value, neutral):
    """A value n times under an operation, by doubling."""
    result = neutral
    while n:
        result = operation(result, value) if n & 1 else result
        value, n = operation(value, value), n >> 1
    return result


def times(n, p):
    return repeated(add, n, p, (0, 1, 1, 0))


def same(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


BASE = point(bytes([0x58] + [0x66] * 31))


@functools.lru_cache(maxsize=None)  # A self-test asks for one checkpoint a thousand times.
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

    status = "fail"


class Missing(Exception):
    """Cannot be told: a piece is missing."""

    status = "not verified"


class Misconduct(Exception):
    """Should not have been done, and changes nothing."""

    status = "misconduct"


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


def consistent(first, second, path, first_root, second_root):
    """RFC 9162 2.1.4.2; equal sizes have equal roots and an empty path, and size 0 shows nothing."""
    if not 0 < first < second:
        return 0 < first == second and not path and first_root == second_root
    path = path if first & (first - 1) else [first_root] + path
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = path[0] if path else b""
    for step in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            before, after = H(b"\x01", step, before), H(b"\x01", step, after)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            after = H(b"\x01", after, step)
        node, last = node >> 1, last >> 1
    return last == 0 and (before, after) == (first_root, second_root)


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


LOG_KEY, WITNESS_KEY = b"\x01", b"\x04"  # types of keys in signed notes: Ed25519, and the same with a time


def key_id(name, kind, key):
    return H(name.encode(), b"\n", kind, key)[:4]


def verifier_key(text, kind):
    """(name, key) of `<name>+<id>+<base64>`."""
    name, identity, typed = (text.split("+", 2) + ["", ""])[:3]
    data = unbase64(typed)
    if not name or len(data) != 33 or data[:1] != kind or key_id(name, kind, data[1:]).hex() != identity:
        raise Wrong("not a verifier key")
    return name, data[1:]


def note_parts(note):
    """A signed note's text and its signatures: [(name, key id, signature)]."""
    if "\n\n" not in note or not note.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f\x7f]", note):
        raise Wrong("not a signed note")
    split, signatures = note.rindex("\n\n") + 1, []
    for line in note[split + 1 :].split("\n")[:-1]:
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014" or not words[1] or "+" in words[1]:
            raise Wrong("not a signed note")
        data = unbase64(words[2])
        if len(data) < 5:
            raise Wrong("not a signed note")
        signatures.append((words[1], data[:4], data[4:]))
    return note[:split], signatures


def signed_text(note, name, key):
    """A note's text, signed by this key; a bad signature of it refuses the note, those of others are passed over."""
    text, signatures = note_parts(note)
    ours = [data for other, identity, data in signatures if (other, identity) == (name, key_id(name, LOG_KEY, key))]
    if not all(signed(key, text.encode(), data) for data in ours):
        raise Wrong("the signature does not hold")
    if not ours:
        raise Wrong("not signed by the log's key")
    return text


def cosigned(note, name, key):
    """The times at which this witness cosigned a note: C2SP tlog-cosignature, `cosignature/v1`."""
    text, signatures = note_parts(note)
    found = []
    for other, identity, data in signatures:
        if (other, identity) == (name, key_id(name, WITNESS_KEY, key)):
            at = int.from_bytes(data[:8], "big")
            if not signed(key, f"cosignature/v1\ntime {at}\n{text}".encode(), data[8:]):
                raise Wrong(f"the cosignature of {name} does not hold")
            found.append(at)
    return found


def checkpoint(note, origin, key):
    """(size, root) of a checkpoint of this origin, signed by this key."""
    fields = signed_text(note, origin, key).split("\n")
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


def words(*readers):
    """Several values in a line, one space between them."""

    def read(text):
        parts = text.split(" ")
        if len(parts) != len(readers):
            raise Wrong("another number of values")
        return tuple(reader(part) for reader, part in zip(readers, parts))

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


hash_, code, custody, holder = pattern(HEX64), pattern(CODE), pattern("client|server"), pattern(HEX32)
HOLDER, UNLOCK, COMMIT, REASON = [("holder", holder)], [("unlock", hash_)], [("commit", hash_)], [("reason", code)]
LOCK, SUBJECT, ROLE = [("lock", hash_), ("custody", custody)], [("subject", code)], [("role", code)]
DOCUMENTS = [("definition", hash_), ("terms", hash_)]
# A line whose key ends with `*` may stand any number of times, with `?` once or not at all.
RULES = {  # what the kinds have between `terms` and `void-reason`
    "poll": [("open", pattern("close|live|never")), ("results", pattern("always|voted|close|staff"))],
    "contest": [
        ("draw", words(number, pattern("drand|demo"), pattern(f"{HEX64}(?:{HEX64}{HEX64})?"), number)),
        ("prize*", words(number, positive, hash_)), ("reserves", number), ("reason*", words(code, positive, positive)),
        ("per-holder-max", number), ("respond", number),
    ],
    "board": [],
}
TYPES = {
    "amend": DOCUMENTS + REASON,
    "entry": HOLDER + LOCK + COMMIT + [("tickets", words(number, positive))] + REASON,
    "idea": HOLDER + LOCK + SUBJECT + COMMIT,
    "edit": HOLDER + UNLOCK + LOCK + SUBJECT + COMMIT,
    "comment": HOLDER + LOCK + SUBJECT + COMMIT,
    "support": HOLDER + [("unlock?", hash_)] + LOCK + SUBJECT + [("state", pattern("on|off"))],
    "hide": ROLE + SUBJECT + REASON,
    "show": ROLE + SUBJECT + REASON,
    "decision": ROLE + SUBJECT + [("status", code)] + REASON + COMMIT,
    "merge": ROLE + [("from", code), ("into", code)],
    "unmerge": ROLE + [("from", code), ("into", code)],
    "phase": ROLE + [("phase", number), ("list", hash_)],
    "withdraw": HOLDER + UNLOCK,
    "void": [("target", number)] + REASON,
    "result": [("seed", hash_), ("slots", hash_)],
    "skip": [("slot", number)] + REASON + [("replaced-by", number)],
    "opening": [("rows", number), ("file", hash_)],
    "tally": [("tally", hash_)],
    "delivered": [("slot", number), ("outcome", pattern("delivered|refused|charity")), ("evidence", hash_)],
}
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
        name, values = key.rstrip("*?"), []
        while at < len(lines) and lines[at].startswith(name + " ") and (key.endswith("*") or not values):
            values.append(read(lines[at][len(name) + 1 :]))
            at += 1
        if not values and key == name:
            raise Wrong(f"`{name}` belongs here")
        fields[name] = values if key.endswith("*") else values[0] if values else None
    if at < len(lines):
        raise Wrong("one line too many")
    return fields


def grammar_of(kind, lines):
    """The lines of a type; `lines` tell of what its form depends on."""
    if kind == "rules":
        of = lines[5][5:] if len(lines) > 5 and lines[5].startswith("kind ") else ""
        if of not in RULES:
            raise Wrong("rules of no kind")
        head = [("log", origin(LOG)), ("registry", origin(REGISTRY)), ("kind", pattern(of))]
        window = [("opens", time), ("closes", time)]
        reasons = [("void-reason*", code), ("skip-reason*", code), ("witness-policy", pattern(f"none|{HEX64}"))]
        return head + window + DOCUMENTS + RULES[of] + reasons
    if kind == "ballot":
        first = lines[4:5] == ["revision 1"]
        return HOLDER + [("revision", positive)] + ([] if first else UNLOCK) + LOCK + COMMIT
    if kind == "seal":
        contest = len(lines) > 3 and lines[3].startswith("entries ")
        names = ("entries", "holders", "tickets", "void") if contest else ("acts", "holders", "void")
        return [(name, number) for name in names]
    if kind not in TYPES:
        raise Wrong("unknown type")
    return TYPES[kind]


def decode_leaf(data):
    lines = lines_of(data)
    kind = lines[0][15:] if lines[0].startswith("fanfare-log/v1 ") else ""
    if len(data) > (32768 if kind == "rules" else 2048):
        raise Wrong("too long")
    grammar = [("activity", pattern(ACTIVITY)), ("at", time)] + grammar_of(kind, lines)
    return dict(fields_of(lines[1:], grammar), type=kind)


def decode_registry_leaf(data):
    lines = lines_of(data)
    kind = lines[0][20:] if lines[0].startswith("fanfare-registry/v1 ") else ""
    if len(data) > 2048 or kind not in REGISTRY_TYPES:
        raise Wrong("unknown type")
    return dict(fields_of(lines[1:], [("at", time)] + REGISTRY_TYPES[kind]), type=kind)


# ---- Commitments ----


def commit(what, *fields):
    fields = [field if isinstance(field, bytes) else field.encode() for field in fields]
    return H(b"\n".join([b"fanfare-log/v1 " + what.encode()] + fields))


def lock_of(activity, key):
    return commit("lock", activity, key, b"").hex()


def identity_of(activity, salt, data):
    return commit("identity", activity, salt, data).hex()


def answer_of(activity, question, salt, answer):
    return commit("answer", activity, question, salt, answer).hex()


def ballot_of(activity, definition, commitments):
    return commit("ballot", activity, definition, str(len(commitments)), *commitments, b"").hex()


# ---- A log, leaf by leaf ----


class Activity:
    """What polls and contests share; `take` raises Wrong(step, reason) for a leaf that may not stand next."""

    KIND, ACT, BEFORE, AFTER = "", "", set(), set()  # the type of its acts, and the types on each side of the seal

    def __init__(self):
        self.size, self.at, self.rules, self.sealed = 0, 0, None, None
        self.holders, self.locks, self.acts, self.void = {}, set(), {}, set()
        self.documents = []  # hashes of those that must be there

    def take(self, data):
        try:
            leaf = decode_leaf(data)
        except Wrong as wrong:
            raise Wrong("grammar", wrong.args[-1]) from None
        kind = leaf["type"]
        if self.rules is None and (self.size or kind != "rules" or leaf["kind"] != self.KIND):
            raise Wrong("place", f"leaf 0 is `rules` of a {self.KIND}")
        if self.sealed is not None and kind not in self.AFTER:
            raise Wrong("after-seal", "may not follow the seal")
        if self.rules is not None:
            if self.sealed is None and kind not in self.BEFORE:
                raise Wrong("place", "only after the seal" if kind in self.AFTER else f"not a leaf of a {self.KIND}")
            if leaf["activity"] != self.activity:
                raise Wrong("place", "another activity")
        if leaf["at"] < self.at:
            raise Wrong("times", "time goes back")
        if kind == self.ACT and not self.rules["opens"] <= leaf["at"] < (self.rules["closes"] or leaf["at"] + 1):
            raise Wrong("times", "outside the window")
        getattr(self, "on_" + kind)(leaf, data)
        self.at, self.size = leaf["at"], self.size + 1

    def on_rules(self, leaf, data):
        if leaf["log"].rsplit("/", 1)[1] != leaf["activity"]:
            raise Wrong("rules", "the log of another activity")
        if leaf["log"].split("/")[0] != leaf["registry"].split("/")[0]:
            raise Wrong("rules", "the registry of another host")
        if leaf["closes"] and leaf["opens"] >= leaf["closes"]:
            raise Wrong("rules", "it closes before it opens")
        codes = [leaf["void-reason"], leaf["skip-reason"], [reason for reason, _, _ in leaf.get("reason", [])]]
        if any(len(set(those)) != len(those) for those in codes):
            raise Wrong("rules", "a code stands twice")
        self.of_kind(leaf)
        self.rules, self.hash, self.activity = leaf, H(data).hex(), leaf["activity"]
        policy = leaf["witness-policy"]
        self.documents += [leaf["definition"], leaf["terms"]] + ([] if policy == "none" else [policy])

    def check_lock(self, leaf, known):
        """A holder's first lock, and each new one, never stood in this log."""
        if known and known["withdrawn"]:
            raise Wrong("locks", "no act after a withdrawal")
        if leaf.get("unlock") and lock_of(self.activity, leaf["unlock"]) != known["lock"]:
            raise Wrong("locks", "not the key of the previous lock")
        if known and not leaf.get("unlock"):
            if (leaf["lock"], leaf["custody"]) != (known["lock"], known["custody"]):
                raise Wrong("locks", "another lock or custody, and no key")
        elif leaf["lock"] in self.locks:
            raise Wrong("locks", "a lock is used once")

    def act(self, leaf):
        known = self.holders.setdefault(leaf["holder"], {"withdrawn": False, "all": []})
        known.update(lock=leaf["lock"], custody=leaf["custody"], last=self.size)
        known["all"].append(self.size)
        self.locks.add(leaf["lock"])
        self.acts[self.size] = leaf

    def on_withdraw(self, leaf, _):
        known = self.holders.get(leaf["holder"])
        if not known or known["withdrawn"] or lock_of(self.activity, leaf["unlock"]) != known["lock"]:
            raise Wrong("locks", "not the holder's to withdraw")
        known["withdrawn"] = True
        self.void.update(known["all"])

    def on_void(self, leaf, _):
        if leaf["reason"] not in self.rules["void-reason"]:
            raise Wrong("voids", "not a reason of the rules")
        if leaf["target"] not in self.acts or leaf["target"] in self.void:
            raise Wrong("voids", "not an act, or void already")
        self.void.add(leaf["target"])

    def on_seal(self, leaf, _):
        counted = self.counters()
        if {name: leaf.get(name) for name in counted} != counted:
            raise Wrong("seal", "the counters are not those of the leaves")
        self.sealed = self.size


class Poll(Activity):
    KIND, ACT = "poll", "ballot"
    BEFORE = {"amend", "ballot", "withdraw", "void", "seal", "opening"}
    AFTER = {"opening", "tally"}

    def __init__(self):
        super().__init__()
        self.openings, self.tally = [], None
        self.definitions = []  # hashes of those that must be definitions

    def counted(self):
        """Index and leaf of every holder's highest ballot."""
        return [(known["last"], self.acts[known["last"]]) for known in self.holders.values()]

    def few(self):
        return sum(index not in self.void for index, _ in self.counted()) < 10

    def counters(self):
        return {"acts": len(self.acts), "holders": len(self.holders), "void": len(self.void)}

    def of_kind(self, leaf):
        self.definition = leaf["definition"]
        self.definitions.append(self.definition)

    def on_amend(self, leaf, _):
        if self.acts:
            raise Wrong("amend", "only before the first ballot")
        self.of_kind(leaf)
        self.documents += [leaf["definition"], leaf["terms"]]

    def on_ballot(self, leaf, _):
        known = self.holders.get(leaf["holder"])
        if leaf["revision"] != (self.acts[known["last"]]["revision"] if known else 0) + 1:
            raise Wrong("holders", "not the previous revision plus 1")
        self.check_lock(leaf, known)
        self.act(leaf)

    def on_void(self, leaf, data):
        if self.openings:
            raise Wrong("voids", "only before the first opening")
        super().on_void(leaf, data)

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


class Contest(Activity):
    KIND, ACT = "contest", "entry"
    BEFORE = {"entry", "withdraw", "void", "seal"}
    AFTER = {"result", "skip", "delivered"}
    FIRST = ("entry", "amoe")  # reasons of a holder's first leaf: the entry, and its free way in

    def __init__(self):
        super().__init__()
        self.tickets, self.result, self.skips, self.delivered = 0, None, [], {}

    def of_kind(self, leaf):
        reasons = leaf["reason"]
        if not leaf["closes"]:
            raise Wrong("rules", "a contest closes")
        if [index for index, _, _ in leaf["prize"]] != list(range(1, len(leaf["prize"]) + 1)):
            raise Wrong("rules", "prizes are numbered 1, 2, ...")
        if tuple(reason for reason, _, _ in reasons[:2]) != self.FIRST or reasons[0][1:] != reasons[1][1:]:
            raise Wrong("rules", "`entry` and `amoe` come first and are equal")
        if reasons[0][2] != 1:
            raise Wrong("rules", "one entry for each holder")
        if any(tickets > 2**20 for _, tickets, _ in reasons):
            raise Wrong("rules", "2^20 tickets at most")
        if leaf["respond"] == 0:
            raise Wrong("rules", "a period of no seconds never ends")
        at, source, key, named = leaf["draw"]
        if (key != CHAIN) if source == "drand" else (len(key) != 192):
            raise Wrong("round", "not the pinned chain, nor a demonstration under a key of its own")
        if at <= GENESIS or at < leaf["closes"] + (1800 if source == "drand" else 60):
            raise Wrong("round", "the draw follows the close too soon")
        if named != round_of(at):
            raise Wrong("round", "not the round of the draw time")
        self.reasons = {reason: (tickets, most) for reason, tickets, most in reasons}
        self.prizes = sum(count for _, count, _ in leaf["prize"])
        self.documents += [text for _, _, text in leaf["prize"]]

    def on_entry(self, leaf, _):
        known, (first, count), reason = self.holders.get(leaf["holder"]), leaf["tickets"], leaf["reason"]
        if (known is None) != (reason in self.FIRST):
            raise Wrong("holders", "`entry` or `amoe` comes first, and once")
        self.check_lock(leaf, known)
        if reason not in self.reasons:
            raise Wrong("tickets", "not a reason of the rules")
        tickets, most = self.reasons[reason]
        before = known["all"] if known else []
        if first != self.tickets or count != tickets or first + count > 2**53 - 1:
            raise Wrong("tickets", "not the next tickets, or not as many as the reason gives")
        if sum(self.acts[index]["reason"] == reason for index in before) >= most:
            raise Wrong("tickets", "the reason stood its most times")
        if count + sum(self.acts[i]["tickets"][1] for i in before if i not in self.void) > self.rules["per-holder-max"]:
            raise Wrong("tickets", "more than a holder may have")
        self.act(leaf)
        self.tickets += count

    def counters(self):
        void = sum(self.acts[index]["tickets"][1] for index in self.void)
        return {"entries": len(self.acts), "holders": len(self.holders), "tickets": self.tickets, "void": void}

    def on_seal(self, leaf, data):
        if leaf["at"] < self.rules["closes"]:
            raise Wrong("times", "sealed before the close")
        super().on_seal(leaf, data)

    def on_result(self, leaf, _):
        at = self.rules["draw"][0]
        if self.result:
            raise Wrong("result", "a second result")
        if leaf["at"] < at - at % 60:
            raise Wrong("result", "before the minute of the draw")
        self.result = leaf

    def of_prize(self, leaf):
        if not self.result or not 1 <= leaf["slot"] <= self.prizes:
            raise Wrong("skips", "before a result, or no slot of a prize")

    def on_skip(self, leaf, _):
        self.of_prize(leaf)
        if leaf["reason"] not in self.rules["skip-reason"]:
            raise Wrong("skips", "not a reason of the rules")
        self.skips.append((self.size, leaf))

    def on_delivered(self, leaf, _):
        self.of_prize(leaf)
        self.delivered.setdefault(leaf["slot"], []).append(leaf["outcome"])

    def entries(self):
        """In ticket order."""
        return [Entry(*leaf["tickets"], index, leaf["holder"], index in self.void) for index, leaf in self.acts.items()]


# ---- The recount of a poll ----


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
            ballot = poll.acts.get(index)
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


# ---- BLS12-381: signatures on G1 as drand's quicknet makes them (IETF BLS, RFC 9380) ----
#
# Fp2 is Fp(i), i^2 = -1: pairs (a, b) for a + bi. Points of G1 (y^2 = x^3 + 4) and G2 (y^2 = x^3 + 4 + 4i) are pairs of
# Fp2, those of G1 without i; None is the point at infinity.
# Fp12 is Fp(w), w^12 - 2w^6 + 2 = 0: lists of twelve coefficients. w^6 = 1 + i, so a + bi is a - b + b w^6.

FP = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
X = 0xD201000000010000  # The family's parameter is -X.
DST = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"


def mul2(a, b):
    return (a[0] * b[0] - a[1] * b[1]) % FP, (a[0] * b[1] + a[1] * b[0]) % FP


def add2(a, b):
    return (a[0] + b[0]) % FP, (a[1] + b[1]) % FP


def neg2(a):
    return -a[0] % FP, -a[1] % FP


def inv2(a):
    norm = pow(a[0] * a[0] + a[1] * a[1], -1, FP)
    return a[0] * norm % FP, -a[1] * norm % FP


def pow2(a, n):
    return repeated(mul2, n, a, (1, 0))


def root2(a):
    """A square root, or None: Adj and Rodríguez-Henríquez, algorithm 9, for p = 3 mod 4."""
    b = pow2(a, (FP - 3) // 4)
    x = mul2(b, a)
    c = mul2(b, x)
    x = mul2((0, 1), x) if c == (FP - 1, 0) else mul2(pow2(add2(c, (1, 0)), (FP - 1) // 2), x)
    return x if mul2(x, x) == a else None


def slope(p, q):
    """Of the line through two points, of the tangent where they are one; None where it is vertical."""
    if p[0] != q[0]:
        return mul2(add2(q[1], neg2(p[1])), inv2(add2(q[0], neg2(p[0]))))
    if p[1] != q[1] or p[1] == (0, 0):
        return None
    return mul2(mul2((3, 0), mul2(p[0], p[0])), inv2(add2(p[1], p[1])))


def join(p, q):
    """The sum of two points of one curve."""
    if p is None or q is None:
        return q if p is None else p
    m = slope(p, q)
    if m is None:
        return None
    x = add2(mul2(m, m), neg2(add2(p[0], q[0])))
    return x, add2(mul2(m, add2(p[0], neg2(x))), neg2(p[1]))


def multiple(n, p):
    return repeated(join, n, p, None)


def bls_point(data):
    """Decodes 48 bytes of G1 or 96 of G2; None unless in the subgroup, not infinity and encoded in the only way."""
    compressed, infinity, larger = data[0] >> 7 & 1, data[0] >> 6 & 1, data[0] >> 5 & 1
    data = bytes([data[0] & 0x1F]) + data[1:]
    x = tuple(int.from_bytes(data[at : at + 48], "big") for at in range(0, len(data), 48))
    x = (x[0], 0) if len(x) == 1 else (x[1], x[0])
    if not compressed or infinity or max(x) >= FP:
        return None
    y = root2(add2(mul2(x, mul2(x, x)), (4, 0) if len(data) == 48 else (4, 4)))
    if y is None or (len(data) == 48 and y[1]):
        return None
    other = neg2(y)
    y = y if ((y[1], y[0]) > (other[1], other[0])) == bool(larger) else other
    return (x, y) if multiple(ORDER, (x, y)) is None else None


ONE = [1] + [0] * 11


def mul12(a, b):
    c = [0] * 23
    for j, x in enumerate(a):
        if x:
            for k, y in enumerate(b):
                c[j + k] += x * y
    for k in range(22, 11, -1):
        c[k - 6] += 2 * c[k]
        c[k - 12] -= 2 * c[k]
    return [x % FP for x in c[:12]]


def line(t, q, p):
    """The line through t and q of G2, brought to the curve of G1 by (x / w^2, y / w^3), at p of G1, times w^3.

    What lies in a smaller field, as powers of w^3 and vertical lines do, is 1 after the last power of the pairing.
    """
    m, (x, _), (y, _) = slope(t, q), p[0], p[1]
    at_0, at_2 = add2(mul2(m, t[0]), neg2(t[1])), mul2(m, (-x, 0))
    value = [0] * 12
    value[0], value[6] = at_0[0] - at_0[1], at_0[1]
    value[2], value[8] = at_2[0] - at_2[1], at_2[1]
    value[3] = y
    return value


def product_is_one(pairs):
    """Whether the product of the ate pairings of these (point of G1, point of G2) is 1.

    The loop runs over X, not -X: that inverts every factor, up to what the last power makes 1.
    """
    product = ONE
    for p, q in pairs:
        f, t = ONE, q
        for bit in bin(X)[3:]:
            f, t = mul12(mul12(f, f), line(t, t, p)), join(t, t)
            if bit == "1":
                f, t = mul12(f, line(t, q, p)), join(t, q)
        product = mul12(product, f)
    return repeated(mul12, (FP**12 - 1) // ORDER, product, ONE) == ONE


def hash_to_g1(message):
    """RFC 9380, BLS12381G1_XMD:SHA-256_SSWU_RO_ with the tag of IETF BLS."""
    tag = DST + bytes([len(DST)])
    first = H(bytes(64), message, (128).to_bytes(2, "big"), b"\0", tag)
    blocks = [H(first, b"\1", tag)]
    for k in (2, 3, 4):
        mixed = bytes(a ^ b for a, b in zip(first, blocks[-1]))
        blocks.append(H(mixed, bytes([k]), tag))
    halves = b"".join(blocks[:2]), b"".join(blocks[2:])
    return multiple(X + 1, join(*[map_to_curve(int.from_bytes(half, "big") % FP) for half in halves]))


def map_to_curve(u):
    """RFC 9380 6.6.2 and 6.6.3: a point of the curve y^2 = x^3 + ax + b below, carried to G1's curve by an isogeny."""
    a = 0x144698A3B8E9433D693A02C96D4982B0EA985383EE66A8D8E8981AEFD881AC98936F8DA0E0F97F5CF428082D584C1D
    b = 0x12E2908D11688030018B12E8753EEE3B2016C1F0F24F4070A0B9C14FCEF35EF55A23215A316CEAA5D1CC48E98E172BE0
    z = 11
    t = (z * z * pow(u, 4, FP) + z * u * u) % FP
    x = -b * pow(a, -1, FP) * (1 + pow(t, -1, FP)) % FP if t else b * pow(z * a, -1, FP) % FP
    for x in (x, z * u * u * x % FP):  # One of the two is the x of a point.
        y = pow(x**3 + a * x + b, (FP + 1) // 4, FP)
        if y * y % FP == (x**3 + a * x + b) % FP:
            break
    y = FP - y if y % 2 != u % 2 else y
    x_above, x_below, y_above, y_below = (sum(c * pow(x, k, FP) for k, c in enumerate(row)) % FP for row in ISOGENY)
    if x_below == 0 or y_below == 0:
        return None
    return (x_above * pow(x_below, -1, FP) % FP, 0), (y * y_above * pow(y_below, -1, FP) % FP, 0)


# RFC 9380 appendix E.2: the coefficients of x numerator, x denominator, y numerator and y denominator, x^0 first.
ISOGENY = [[int(row, 16) for row in rows.split()] for rows in """
11a05f2b1e833340b809101dd99815856b303e88a2d7005ff2627b56cdb4e2c85610c2d5f2e62d6eaeac1662734649b7
17294ed3e943ab2f0588bab22147a81c7c17e75b2f6a8417f565e33c70d1e86b4838f2a6f318c356e834eef1b3cb83bb
0d54005db97678ec1d1048c5d10a9a1bce032473295983e56878e501ec68e25c958c3e3d2a09729fe0179f9dac9edcb0
1778e7166fcc6db74e0609d307e55412d7f5e4656a8dbf25f1b33289f1b330835336e25ce3107193c5b388641d9b6861
0e99726a3199f4436642b4b3e4118e5499db995a1257fb3f086eeb65982fac18985a286f301e77c451154ce9ac8895d9
1630c3250d7313ff01d1201bf7a74ab5db3cb17dd952799b9ed3ab9097e68f90a0870d2dcae73d19cd13c1c66f652983
0d6ed6553fe44d296a3726c38ae652bfb11586264f0f8ce19008e218f9c86b2a8da25128c1052ecaddd7f225a139ed84
17b81e7701abdbe2e8743884d1117e53356de5ab275b4db1a682c62ef0f2753339b7c8f8c8f475af9ccb5618e3f0c88e
080d3cf1f9a78fc47b90b33563be990dc43b756ce79f5574a2c596c928c5d1de4fa295f296b74e956d71986a8497e317
169b1f8e1bcfa7c42e0c37515d138f22dd2ecb803a0c5c99676314baf4bb1b7fa3190b2edc0327797f241067be390c9e
10321da079ce07e272d8ec09d2565b0dfa7dccdde6787f96d50af36003b14866f69b771f8c285decca67df3f1605fb7b
06e08c248e260e70bd1e962381edee3d31d79d7e22c837bc23c0bf1bc24c6b68c24b1b80b64d391fa9c8ba2e8ba2d229

08ca8d548cff19ae18b2e62f4bd3fa6f01d5ef4ba35b48ba9c9588617fc8ac62b558d681be343df8993cf9fa40d21b1c
12561a5deb559c4348b4711298e536367041e8ca0cf0800c0126c2588c48bf5713daa8846cb026e9e5c8276ec82b3bff
0b2962fe57a3225e8137e629bff2991f6f89416f5a718cd1fca64e00b11aceacd6a3d0967c94fedcfcc239ba5cb83e19
03425581a58ae2fec83aafef7c40eb545b08243f16b1655154cca8abc28d6fd04976d5243eecf5c4130de8938dc62cd8
13a8e162022914a80a6f1d5f43e7a07dffdfc759a12062bb8d6b44e833b306da9bd29ba81f35781d539d395b3532a21e
0e7355f8e4e667b955390f7f0506c6e9395735e9ce9cad4d0a43bcef24b8982f7400d24bc4228f11c02df9a29f6304a5
0772caacf16936190f3e0c63e0596721570f5799af53a1894e2e073062aede9cea73b3538f0de06cec2574496ee84a3a
14a7ac2a9d64a8b230b3f5b074cf01996e7f63c21bca68a81996e1cdf9822c580fa5b9489d11e2d311f7d99bbdcc5a5e
0a10ecf6ada54f825e920b3dafc7a3cce07f8d1d7161366b74100da67f39883503826692abba43704776ec3a79a1d641
095fc13ab9e92ad4476d6e3eb3a56680f682b4ee96f7d03776df533978f31c1593174e4b4b7865002d6384d168ecdd0a
1

090d97c81ba24ee0259d1f094980dcfa11ad138e48a869522b52af6c956543d3cd0c7aee9b3ba3c2be9845719707bb33
134996a104ee5811d51036d776fb46831223e96c254f383d0f906343eb67ad34d6c56711962fa8bfe097e75a2e41c696
00cc786baa966e66f4a384c86a3b49942552e2d658a31ce2c344be4b91400da7d26d521628b00523b8dfe240c72de1f6
01f86376e8981c217898751ad8746757d42aa7b90eeb791c09e4a3ec03251cf9de405aba9ec61deca6355c77b0e5f4cb
08cc03fdefe0ff135caf4fe2a21529c4195536fbe3ce50b879833fd221351adc2ee7f8dc099040a841b6daecf2e8fedb
16603fca40634b6a2211e11db8f0a6a074a7d0d4afadb7bd76505c3d3ad5544e203f6326c95a807299b23ab13633a5f0
04ab0b9bcfac1bbcb2c977d027796b3ce75bb8ca2be184cb5231413c4d634f3747a87ac2460f415ec961f8855fe9d6f2
0987c8d5333ab86fde9926bd2ca6c674170a05bfe3bdd81ffd038da6c26c842642f64550fedfe935a15e4ca31870fb29
09fc4018bd96684be88c9e221e4da1bb8f3abd16679dc26c1e8b6e6a1f20cabe69d65201c78607a360370e577bdba587
0e1bba7a1186bdb5223abde7ada14a23c42a0ca7915af6fe06985e7ed1e4d43b9b3f7055dd4eba6f2bafaaebca731c30
19713e47937cd1be0dfd0b8f1d43fb93cd2fcbcb6caf493fd1183e416389e61031bf3a5cce3fbafce813711ad011c132
18b46a908f36f6deb918c143fed2edcc523559b8aaf0c2462e6bfe7f911f643249d9cdf41b44d606ce07c8a4d0074d8e
0b182cac101b9399d155096004f53f447aa7b12a3426b08ec02710e807b4633f06c851c1919211f20d4c04f00b971ef8
0245a394ad1eca9b72fc00ae7be315dc757b3b080d4c158013e6632d3c40659cc6cf90ad1c232a6442d9d3f5db980133
05c129645e44cf1102a159f748c4a3fc5e673d81d7e86568d9ab0f5d396a7ce46ba1049b6579afb7866b1e715475224b
15e6be4e990f03ce4ea50b3b42df2eb5cb181d8f84965a3957add4fa95af01b2b665027efec01c7704b456be69c8b604

16112c4c3a9c98b252181140fad0eae9601a6de578980be6eec3232b5be72e7a07f3688ef60c206d01479253b03663c1
1962d75c2381201e1a0cbd6c43c348b885c84ff731c4d59ca4a10356f453e01f78a4260763529e3532f6102c2e49a03d
058df3306640da276faaae7d6e8eb15778c4855551ae7f310c35a5dd279cd2eca6757cd636f96f891e2538b53dbf67f2
16b7d288798e5395f20d23bf89edb4d1d115c5dbddbcd30e123da489e726af41727364f2c28297ada8d26d98445f5416
0be0e079545f43e4b00cc912f8228ddcc6d19c9f0f69bbb0542eda0fc9dec916a20b15dc0fd2ededda39142311a5001d
08d9e5297186db2d9fb266eaac783182b70152c65550d881c5ecd87b6f0f5a6449f38db9dfa9cce202c6477faaf9b7ac
166007c08a99db2fc3ba8734ace9824b5eecfdfa8d0cf8ef5dd365bc400a0051d5fa9c01a58b1fb93d1a1399126a775c
16a3ef08be3ea7ea03bcddfabba6ff6ee5a4375efa1f4fd7feb34fd206357132b920f5b00801dee460ee415a15812ed9
1866c8ed336c61231a1be54fd1d74cc4f9fb0ce4c6af5920abc5750c4bf39b4852cfe2f7bb9248836b233d9d55535d4a
167a55cda70a6e1cea820597d94a84903216f763e13d87bb5308592e7ea7d4fbc7385ea3d529b35e346ef48bb8913f55
04d2f259eea405bd48f010a01ad2911d9c6dd039bb61a6290e591b36e636a5c871a5c29f4f83060400f8b49cba8f6aa8
0accbb67481d033ff5852c1e48c50c477f94ff8aefce42d28c0f9a88cea7913516f968986f7ebbea9684b529e2561092
0ad6b9514c767fe3c3613144b45f1496543346d98adf02267d5ceef9a00d9b8693000763e3b90ac11e99b138573345cc
02660400eb2e4f3b628bdd0d53cd76f2bf565b94e72927c1cb748df27942480e420517bd8714cc80d1fadc1326ed06f7
0e0fa1d816ddc03e6b24255e0d7819c171c40f65e273b853324efcd6356caa205ca2f570f13497804415473a1d634b8f
1
""".split("\n\n")]

# drand quicknet, pinned: docs/PROTOCOL.md, section 5.
CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
CHAIN_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
GENESIS, PERIOD = 1692803367, 3
G2 = bls_point(bytes.fromhex(
    "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
    "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
))


def round_of(at):
    """The first round after `at`, or at it: ceil((t - genesis) / period) + 1."""
    return -(-(at - GENESIS) // PERIOD) + 1


def time_of(round_):
    return GENESIS + (round_ - 1) * PERIOD


@functools.lru_cache(maxsize=None)  # It takes a second, and a self-test asks for one beacon a hundred times.
def beacon_holds(key, round_, signature):
    """Whether a signature, 96 hex digits, is this key's, 192 hex digits, of a round."""
    if not re.fullmatch(r"[0-9a-f]{96}", signature) or not re.fullmatch(r"[0-9a-f]{192}", key):
        return False
    signature, key = bls_point(bytes.fromhex(signature)), bls_point(bytes.fromhex(key))
    hashed = hash_to_g1(H(round_.to_bytes(8, "big")))
    if None in (signature, key, hashed):
        return False
    return product_is_one([((signature[0], neg2(signature[1])), G2), (hashed, key)])


# ---- The draw: verifiable-draw/v1 ----


def chacha20(key, counter, nonce=bytes(12)):
    """One block, RFC 8439 2.3."""
    parts = b"expand 32-byte k" + key + counter.to_bytes(4, "little") + nonce
    start = [int.from_bytes(parts[at : at + 4], "little") for at in range(0, 64, 4)]
    s = start[:]

    def quarter(a, b, c, d):
        for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[x] = (s[x] + s[y]) & 0xFFFFFFFF
            s[z] ^= s[x]
            s[z] = (s[z] << turn | s[z] >> 32 - turn) & 0xFFFFFFFF

    for _ in range(10):
        for k in range(4):
            quarter(k, 4 + k, 8 + k, 12 + k)
        for k in range(4):
            quarter(k, 4 + (k + 1) % 4, 8 + (k + 2) % 4, 12 + (k + 3) % 4)
    return b"".join(((a + b) & 0xFFFFFFFF).to_bytes(4, "little") for a, b in zip(s, start))


def keystream(seed):
    """x_0, x_1, ... of a seed: eight bytes each, little-endian."""
    for counter in itertools.count():
        block = chacha20(seed, counter)
        for at in range(0, 64, 8):
            yield int.from_bytes(block[at : at + 8], "little")


def below(n, stream):
    """A number below n, each equally likely, and the words it took."""
    taken = [next(stream)]
    while taken[-1] >= 2**64 - 2**64 % n:
        taken.append(next(stream))
    return taken[-1] % n, taken


Entry = collections.namedtuple("Entry", "first count leaf holder void")


def draw(seed, entries, want):
    """Every call of `below`, in order: (n, words, ticket, its entry, outcome)."""
    stream, starts = keystream(seed), [entry.first for entry in entries]
    total, live = sum(entry.count for entry in entries), {entry.holder for entry in entries if not entry.void}
    chosen, discards = set(), 0
    while len(chosen) < min(want, len(live)):
        if discards < 4096:
            bound = total
            ticket, taken = below(bound, stream)
            entry = entries[bisect.bisect_right(starts, ticket) - 1]
        else:  # Hardly a ticket can still win: draw among those alone.
            left = [entry for entry in entries if not entry.void and entry.holder not in chosen]
            ends = list(itertools.accumulate(entry.count for entry in left))
            bound = ends[-1]
            ticket, taken = below(bound, stream)
            at = bisect.bisect_right(ends, ticket)
            entry = left[at]
            ticket += entry.first + entry.count - ends[at]  # its number in the whole list
        outcome = "void" if entry.void else "chosen" if entry.holder in chosen else "selected"
        discards = 0 if outcome == "selected" else discards + 1
        if outcome == "selected":
            chosen.add(entry.holder)
        yield bound, taken, ticket, entry, outcome


def transcript_of(contest, size, tree_root, signature):
    at, source, key, round_ = contest.rules["draw"]
    return (
        f"verifiable-draw/v1\nlog {contest.rules['log']}\ncontest {contest.activity}\ndraw 1\nrules {contest.hash}\n"
        f"seal {size} {tree_root.hex()}\ntickets {contest.tickets}\nsource {source} {key} {round_} {signature}\n"
    ).encode()


def slots_of(contest, seed):
    """[(what it wins, ticket, leaf index, holder)] of slots 1, 2, ..."""
    calls = draw(seed, contest.entries(), contest.prizes + contest.rules["reserves"])
    selected = [(ticket, entry.leaf, entry.holder) for _, _, ticket, entry, how in calls if how == "selected"]
    return placed(contest, selected)


def placed(contest, selected):
    """Who was drawn, with what it wins: prizes in rules order, then reserves."""
    kinds = [itertools.repeat(f"prize {index}", count) for index, count, _ in contest.rules["prize"]]
    kinds.append(itertools.repeat("reserve", contest.rules["reserves"]))
    return [(kind, *slot) for slot, kind in zip(selected, itertools.chain(*kinds))]


def slots_text(slots):
    lines = [f"slot {k} {kind} {ticket} {leaf} {holder}\n" for k, (kind, ticket, leaf, holder) in enumerate(slots, 1)]
    return "fanfare-slots/v1\n" + "".join(lines)


def after_skips(contest, slots):
    """({prize slot: whose holder has it}, unused reserves, {prize slot: skips in force}, what is wrong with others)."""
    has = {k: k for k, (kind, *_) in enumerate(slots, 1) if kind != "reserve"}
    reserves = [k for k, (kind, *_) in enumerate(slots, 1) if kind == "reserve"]
    skipped, wrong, last = {}, [], (0, 0)  # `last`: period and slot of the last skip in force
    for index, leaf in contest.skips:
        period = (leaf["at"] - contest.result["at"]) // contest.rules["respond"]
        place, reserve = (period, leaf["slot"]), reserves[0] if reserves else 0
        if period == 0:
            wrong.append(f"leaf {index}: the time to answer was not over")
        elif leaf["slot"] not in has:
            wrong.append(f"leaf {index}: nobody holds the slot")
        elif place <= last:
            wrong.append(f"leaf {index}: not in ascending order, or twice in one period")
        elif leaf["replaced-by"] != reserve:
            wrong.append(f"leaf {index}: not the lowest unused reserve")
        else:
            last = place
            skipped.setdefault(leaf["slot"], []).append(f"{leaf['reason']}, slot {has.pop(leaf['slot'])}")
            if reserve:
                has[leaf["slot"]] = reserves.pop(0)
    return has, reserves, skipped, wrong


def seal_code(tree_root):
    """The first 80 bits of a root in Crockford's base32."""
    bits = int.from_bytes(tree_root[:10], "big")
    return "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bits >> at & 31] for at in range(75, -1, -5))


def read_code(text):
    """A code as people write it down: in small letters, in groups, with letters for digits."""
    return re.sub(r"[\s-]", "", text).upper().translate(str.maketrans("OIL", "011"))


# ---- Witnesses: C2SP tlog-policy ----

LEAD = 600  # seconds before the round by which a seal has to be known


class Policy:
    """Witnesses {name: (key name, key)}, groups {name: (how many, members)}, and what the quorum is."""

    def __init__(self, text):
        self.witnesses, self.groups, self.quorum = {}, {}, None
        if not text.endswith("\n") or re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
            raise Wrong("the witness policy is no policy")
        members = set()
        for line in text.split("\n"):
            word = [part for part in re.split(r"[ \t]+", line) if part]
            if not word or word[0].startswith("#"):
                continue
            new = len(word) > 1 and word[1] != "none" and word[1] not in {**self.witnesses, **self.groups}
            if word[0] == "log" and len(word) in (2, 3):
                verifier_key(word[1], LOG_KEY)
            elif word[0] == "witness" and len(word) in (3, 4) and new:
                name, key = verifier_key(word[2], WITNESS_KEY)
                if key in [other for _, other in self.witnesses.values()]:
                    raise Wrong("the witness policy names a key twice")
                self.witnesses[word[1]] = (name, key)
            elif word[0] == "group" and len(word) > 3 and new:
                names = word[3:]
                least = {"any": 1, "all": len(names)}.get(word[2]) or number(word[2])
                known = all(name in self.witnesses or name in self.groups for name in names)
                # Each is a member once, so that nobody counts twice.
                if not known or not 1 <= least <= len(names) or len(members | set(names)) != len(members) + len(names):
                    raise Wrong("the witness policy has a group of what is not there")
                members |= set(names)
                self.groups[word[1]] = (least, names)
            elif word[0] == "quorum" and len(word) == 2 and self.quorum is None and not new:
                self.quorum = word[1]
            else:
                raise Wrong("the witness policy is no policy")
        if self.quorum is None:
            raise Wrong("the witness policy has no quorum")

    def reached(self, cosigners):
        there = set(cosigners)
        for name, (least, members) in self.groups.items():  # Each only of what stands before it.
            if sum(member in there for member in members) >= least:
                there.add(name)
        return self.quorum in there


# ---- What a registry says of one log ----


class Registry:
    """The first open and the first seal count; before that seal nothing may be wrong, after it nothing changes."""

    def __init__(self, leaves, origin, rules, contest):
        self.open, self.seal, self.seal_index, self.result = None, None, None, None
        self.refused, self.misconduct, self.changes_key = None, [], False
        for index, data in enumerate(leaves):
            try:
                leaf = decode_registry_leaf(data)
            except Wrong:
                leaf = {"type": "none of the grammar", "log": origin, "rules": None}
            if leaf["type"] == "key":
                self.changes_key = True
            elif leaf["log"] == origin and not self.count(index, leaf, leaf["rules"] == rules, contest):
                reason = f"leaf {index} of the registry: {leaf['type']}, out of place or with other rules"
                if self.seal or (leaf["type"] == "open" and self.open is not None) or leaf["type"] == "result":
                    self.misconduct.append(reason)
                else:
                    self.refused = self.refused or reason

    def count(self, index, leaf, ours, contest):
        """Takes what counts; False for everything else."""
        kind = leaf["type"]
        if kind == "open" and self.open is None and ours:
            self.open = index
        elif kind == "seal" and self.seal is None and self.open is not None and ours:
            self.seal, self.seal_index = (leaf["size"], leaf["root"]), index
        elif kind == "result" and self.seal and self.result is None and ours and contest:
            self.result = leaf["slots"]
        else:
            return False
        return True


NEVER_CLAIMED = [
    "that entrants are distinct real people",
    "that the organiser let everyone in",
    "that skips were justified",
    "that prizes were handed over",
    "that a vote cannot be shown or sold",
    "that acts made together in two activities cannot be correlated by their order",
]

# ---- A whole bundle ----

STEPS = """format log-signature log-root registry-signature registry-root grammar place rules round times amend holders
locks tickets voids seal registry registry-unique documents openings tally after-seal beacon draw result skips witness
receipts""".split()
OF_ONE = {"poll": "amend openings tally".split(), "contest": "round tickets beacon draw result skips witness".split()}
KINDS = {"poll": Poll, "contest": Contest}
WORST = ["ok", "misconduct", "not verified", "fail"]
LABELS = {  # docs/PROTOCOL.md, section 5, "Grades"
    1: "Nobody could choose the winners, unless the organiser worked together with most operators of drand or with the"
    " witnesses.",
    2: "Nobody could choose the winners if this seal code was yours before {}. Compare it.",
    0: "The organiser could have added entries after the numbers were known.",
    "demo": "A demonstration, not a real draw.",
    None: "Not verified.",
}
SOURCES = {"drand": "drand", "demo": "demonstration"}
TIMES = ["unproven", "witnessed", "seal code"]


def steps_of(kind):
    return [step for step in STEPS if all(step not in own for other, own in OF_ONE.items() if other != kind)]


class Report:
    def __init__(self, steps):
        self.steps = {step: ("not verified", "not reached") for step in steps}

    def note(self, step, status, detail=""):
        old, before = self.steps.get(step, ("not verified", "not reached"))
        if before == "not reached" or WORST.index(status) > WORST.index(old):
            self.steps[step] = (status, detail)

    def attempt(self, step, check, *arguments):
        """Runs a check; what it raises is the step's outcome, or of the step it names. Gives what the check gives."""
        try:
            result = check(*arguments)
            self.note(step, "ok")
            return result
        except (Missing, Misconduct, Wrong) as outcome:
            *named, reason = outcome.args
            self.note(named[0] if named else step, outcome.status, reason)
        return None

    def status(self, step):
        return self.steps[step][0]

    def failed(self):
        return [step for step, (status, _) in self.steps.items() if status == "fail"]

    def verdict(self):
        worst = max((status for status, _ in self.steps.values()), key=WORST.index)
        return ["verified", "verified, with misconduct", "not verified", "refused"][WORST.index(worst)]

    def stands(self):
        return self.verdict().startswith("verified")

    def show(self, lines=()):
        for step, (status, detail) in self.steps.items():
            print(f"{status:<12}  {step:<18}  {printable(detail)}".rstrip())
        for text in lines:
            print(text)
        print(self.verdict())


def check_bundle(bundle):
    """Raises unless this is a bundle of this version, member by member, its texts texts."""

    def members(value, names):
        if not isinstance(value, dict) or set(value) != set(names.split()):
            raise Wrong("not a bundle of this version")
        return value

    def texts(values):
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise Wrong("a text is no text")
        "".join(values).encode()  # No half of a surrogate pair.

    members(bundle, "format key log registry beacon documents receipts")
    if bundle["format"] != "fanfare-bundle/v1":
        raise Wrong("not a bundle of this version")
    for log in (bundle["log"], bundle["registry"]):
        texts(members(log, "checkpoints leaves")["checkpoints"])
        texts([leaf if isinstance(leaf, str) else members(leaf, "hex")["hex"] for leaf in log["leaves"]])
    texts([*bundle["documents"], *bundle["documents"].values()])
    texts(bundle["receipts"])
    hash_(bundle["key"])
    if bundle["beacon"] is not None:
        beacon = members(bundle["beacon"], "round signature")
        texts([beacon["signature"]])
        if type(beacon["round"]) is not int:
            raise Wrong("a round is a number")


class Log:
    """A bundle that was read as far as it can be, and its report.

    Believed are the log's `key`, the witnesses `pinned`, {(name, key)}, and a seal `code` that was heard of.
    `tally` and `slots` are recomputed, or None; `time` is the grade of a contest's seal.
    """

    NAME = "bundle"

    def __init__(self, bundle, key=None, pinned=frozenset(), code=None):
        self.report, self.pinned, self.code = Report(steps_of("poll")), pinned, code
        self.origin = self.open = self.tally = self.word = self.slots = None
        self.time, self.witnesses, self.roots = 0, [], {}
        try:
            check_bundle(bundle)
            self.key = key or bytes.fromhex(bundle["key"])
            self.leaves = [self.bytes_of(leaf) for leaf in bundle["log"]["leaves"]]
            registry = [self.bytes_of(leaf) for leaf in bundle["registry"]["leaves"]]
        except (Wrong, TypeError, AttributeError, ValueError) as error:
            self.report.note("format", "fail", f"not a bundle: {error}")
            return
        self.report.note("format", "ok")
        first = self.report.attempt("grammar", decode_leaf, self.leaves[0] if self.leaves else b"") or {}
        if first.get("kind") in KINDS:
            self.report = Report(steps_of(first["kind"]))
            self.report.note("format", "ok")
            self.state, self.origin = KINDS[first["kind"]](), first["log"]
            self.read(bundle, registry, first["registry"])
        elif first.get("kind"):
            self.report = Report(steps_of("poll"))
            self.report.note("format", "not verified", "a board: `fanfare verify` reads those")
        elif first:
            self.report.note("place", "fail", "leaf 0 is not `rules`")

    @staticmethod
    def bytes_of(leaf):
        return leaf.encode() if isinstance(leaf, str) else bytes.fromhex(leaf["hex"])

    def read(self, bundle, registry, registry_origin):
        if bundle["key"] != self.key.hex():
            self.report.note("log-signature", "fail", "the bundle names another key")
        self.hashes = [leaf_hash(leaf) for leaf in self.leaves]
        self.checkpoints(bundle["log"]["checkpoints"], self.origin, self.hashes, "log")
        hashes = [leaf_hash(leaf) for leaf in registry]
        notes = self.checkpoints(bundle["registry"]["checkpoints"], registry_origin, hashes, "registry")
        self.read_leaves()
        if not self.state.rules:
            return
        self.read_registry(registry)
        self.read_documents(bundle["documents"])
        for receipt in bundle["receipts"]:
            self.report.attempt("receipts", self.check_receipt, receipt)
        self.report.note("receipts", "ok")
        if self.state.sealed is not None:
            self.recount() if self.state.KIND == "poll" else self.redraw(bundle["beacon"], notes)

    def checkpoints(self, notes, origin, hashes, which):
        """[(size, note)] of those that hold."""
        good = []
        for note in notes:
            said = self.report.attempt(which + "-signature", checkpoint, note, origin, self.key)
            if said and said[0] <= len(hashes) and said[1] == root(hashes[: said[0]]):
                good.append((said[0], note))
                self.report.note(which + "-root", "ok")
            elif said:
                self.report.note(which + "-root", "fail", "another root or fewer leaves")
        if notes and len(hashes) not in [size for size, _ in good]:
            self.report.note(which + "-root", "fail", "the last leaves are under no checkpoint")
        return good

    def read_leaves(self):
        """Below the seal a refused leaf fails the log; above it, it is misconduct and passed over."""
        for index, leaf in enumerate(self.leaves):
            try:
                self.state.take(leaf)
            except Wrong as wrong:
                step, reason = wrong.args
                if self.state.sealed is None:
                    return self.report.note(step, "fail", f"leaf {index}: {reason}")
                step = "after-seal" if step == "grammar" else step
                self.report.note(step, "misconduct", f"leaf {index}: {reason}")
                self.state.size += 1
        for step in "grammar place rules round times amend holders locks tickets voids after-seal".split():
            if step in self.report.steps:
                self.report.note(step, "ok")
        sealed = self.state.sealed is not None
        return self.report.note("seal", "ok" if sealed else "not verified", "" if sealed else "not sealed yet")

    def sealed_tree(self):
        """(size, root) of the leaves up to the seal, None before."""
        size = None if self.state.sealed is None else self.state.sealed + 1
        return size and (size, self.root_of(size))

    def root_of(self, size):
        if size not in self.roots:
            self.roots[size] = root(self.hashes[:size])
        return self.roots[size]

    def read_registry(self, leaves):
        self.registry = Registry(leaves, self.origin, self.state.hash, self.state.KIND == "contest")
        self.open, tree, registered = self.registry.open, self.sealed_tree(), self.registry.seal
        if self.registry.changes_key:
            self.report.note("registry-signature", "not verified", "the key changes")
        for reason in self.registry.misconduct:
            self.report.note("registry-unique", "misconduct", reason)
        if self.registry.refused or (self.open is None and tree):
            self.report.note("registry", "fail", self.registry.refused or "never opened")
        elif self.open is None:
            self.report.note("registry", "not verified", "the registry does not show its opening yet")
        elif not registered:
            self.report.note("registry", "not verified", "no seal is registered yet")
        elif not tree or registered != (tree[0], tree[1].hex()):
            self.report.note("registry", "fail", "the registered seal is of another tree")
        else:
            self.report.note("registry", "ok")
            self.report.note("registry-unique", "ok")

    def read_documents(self, documents):
        self.documents = {name: text for name, text in documents.items() if H(text.encode()).hex() == name}
        wrong = [name for name in documents if name not in self.documents]
        missing = [name for name in self.state.documents if name not in documents]
        if wrong:
            self.report.note("documents", "fail", "other bytes than " + wrong[0])
        if missing:
            self.report.note("documents", "not verified", "missing: " + missing[0])
        for name in self.state.definitions if self.state.KIND == "poll" else []:
            if name in self.documents:
                self.report.attempt("documents", questions_of, self.documents[name])
        self.report.note("documents", "ok")

    # Polls

    def questions(self):
        if self.state.definition not in self.documents:
            raise Missing("the definition is missing")
        return questions_of(self.documents[self.state.definition])

    def recount(self):
        poll, report = self.state, self.report
        try:
            questions = self.questions()
        except (Wrong, Missing):
            return report.note("openings", "not verified", "no definition to open ballots with")
        if poll.rules["open"] == "never" or poll.few():
            report.note("openings", "ok", "nothing is opened: the answers are the organiser's word")
            self.tally, self.word = tally_of(poll, questions, None), "The answers are the organiser's word."
            return report.attempt("tally", self.published_word)
        answers = report.attempt("openings", opened, poll, self.documents, questions)
        if answers is None:
            return None
        self.tally, self.word = tally_of(poll, questions, answers), "Recounted from the opened ballots."
        return report.attempt("tally", self.published_tally)

    def published_tally(self):
        if self.state.tally not in (None, H(self.tally.encode()).hex()):
            raise Misconduct("another tally is published")

    def published_word(self):
        """Of a tally that nobody can recount only the ballots can be compared."""
        if self.state.tally is None:
            return
        if self.state.tally not in self.documents:
            raise Missing("the published tally is missing")
        text = self.documents[self.state.tally]
        try:
            if not text.startswith(self.tally):
                raise Wrong("other ballots")
            for line in lines_of(text.encode())[3:]:
                form, question, *counts, answer = line.split(" ")
                code(question), unbytes(answer)
                if form != "answer" or len([number(count) for count in counts]) != 3:
                    raise Wrong("another form")
        except (Wrong, ValueError):
            raise Misconduct("the published tally counts other ballots") from None
        self.tally = text

    # Contests

    def redraw(self, beacon, notes):
        contest, report = self.state, self.report
        report.attempt("witness", self.check_time, notes)
        report.attempt("beacon", self.check_beacon, beacon)
        if report.status("beacon") != "ok":
            return
        size, tree_root = self.sealed_tree()
        self.transcript = transcript_of(contest, size, tree_root, beacon["signature"])
        self.seed = H(self.transcript)
        self.slots = slots_of(contest, self.seed)
        report.note("draw", "ok")
        report.attempt("result", self.check_result)
        self.has, self.unused, self.skipped, wrong = after_skips(contest, self.slots)
        for reason in wrong:
            report.note("skips", "misconduct", reason)
        report.note("skips", "ok")

    def check_beacon(self, beacon):
        _, source, key, round_ = self.state.rules["draw"]
        if beacon is None:
            raise Missing("the beacon's value is not there (yet)")
        if beacon["round"] != round_:
            raise Wrong("another round than the rules name")
        if not beacon_holds(CHAIN_KEY if source == "drand" else key, round_, beacon["signature"]):
            raise Wrong("the beacon's signature does not hold")

    def check_result(self):
        """What is published beside the draw decides nothing: where it differs it is misconduct."""
        slots, published = H(slots_text(self.slots).encode()).hex(), self.state.result
        if not published:
            raise Missing("no result is published (yet)")
        if (published["seed"], published["slots"]) != (self.seed.hex(), slots):
            raise Misconduct("another seed or other winners are published")
        if self.registry.result not in (None, slots):
            raise Misconduct("other winners are published in the registry")

    def deadline(self):
        return time_of(self.state.rules["draw"][3]) - LEAD

    def check_time(self, notes):
        """What proves that the seal was known before the round: witnesses, or else a seal code that was heard of."""
        if self.code and read_code(self.code) != seal_code(self.sealed_tree()[1]):
            raise Wrong("the seal code you gave is of another seal: the list was changed")
        self.time = 2 if self.code else 0
        policy = self.state.rules["witness-policy"]
        if policy == "none":
            return
        if policy not in self.documents:
            raise Missing("the witness policy is missing")
        policy = Policy(self.documents[policy])
        believed = {name: of for name, of in policy.witnesses.items() if of in self.pinned and of[1] != self.key}
        for size, note in notes:
            cosigners = {name: cosigned(note, *of) for name, of in believed.items()}
            in_time = [name for name, seen in cosigners.items() if any(at <= self.deadline() for at in seen)]
            if self.registry.seal and size > self.registry.seal_index and policy.reached(in_time):
                self.time, self.witnesses = 1, [believed[name][0] for name in in_time]
        if self.time != 1 and policy.quorum != "none":
            raise Missing(f"no quorum of the {len(believed)} witnesses you believe saw it {LEAD} s before the round")

    def label(self):
        if self.report.failed() or self.slots is None:
            return LABELS[None]
        if self.state.rules["draw"][1] == "demo":
            return LABELS["demo"]
        return LABELS[self.time].format(when(self.deadline()))

    # What is shown

    def show(self):
        if self.slots is not None and not self.report.failed():
            lines = self.contest_lines()
        elif self.origin and self.state.KIND == "contest":
            lines = [self.label()]
        else:
            lines = self.poll_lines() if self.tally and self.report.stands() else []
        self.report.show(lines)

    def poll_lines(self):
        for line in self.tally.split("\n")[2:-1]:
            what, *words = line.split(" ")
            answer = printable(unbytes(words.pop()).decode(errors="replace")) or "(none)" if what == "answer" else ""
            client, server, void = words[-3:]
            what = f"{words[0]} {answer}" if answer else what
            yield f"{int(client) + int(server):9}  {what} ({server} of them in the server's custody; {void} void)"
        yield self.word

    def contest_lines(self):
        contest = self.state
        served = [leaf["tickets"][1] for leaf in contest.acts.values() if leaf["custody"] == "server"]
        yield f"{len(contest.holders):9}  holders"
        custody = "of them in the server's custody"
        yield f"{len(contest.acts):9}  entries ({len(served)} {custody}; {len(contest.void)} void)"
        yield f"{contest.tickets:9}  tickets ({sum(served)} {custody}; {contest.counters()['void']} void)"
        yield from self.draw_lines()

    def draw_lines(self):
        contest = self.state
        _, source, key, round_ = contest.rules["draw"]
        for k, (kind, *drawn) in enumerate(self.slots, 1):
            ticket, leaf, holder = self.slots[self.has[k] - 1][1:] if k in self.has else drawn
            notes = [f"skipped: {skip}" for skip in self.skipped.get(k, [])]
            if kind == "reserve":
                notes = [] if k in self.unused else ["moved up"]
            elif k not in self.has:
                ticket = leaf = holder = "-"
            elif self.has[k] != k:
                notes.append(f"slot {self.has[k]} moved up")
            notes += contest.delivered.get(k, [])
            yield "; ".join([f"slot {k:4}  {kind}: holder {holder}, leaf {leaf}, ticket {ticket}"] + notes)
        yield f"seed       {self.seed.hex()}"
        yield f"source     {SOURCES[source]}, round {round_} of {when(time_of(round_))}"
        yield f"source key {CHAIN_KEY + ' (pinned)' if source == 'drand' else key + ' (named by the rules)'}"
        yield f"seal time  {self.time} {TIMES[self.time]}{': ' if self.witnesses else ''}{', '.join(self.witnesses)}"
        yield f"seal code  {seal_code(self.sealed_tree()[1])}"
        yield self.label()

    # Receipts

    def check_receipt(self, text):
        receipt = decode_receipt(text)
        size, tree_root = checkpoint(receipt["checkpoint"], self.origin, self.key)
        if not included(leaf_hash(receipt["leaf"]), receipt["index"], size, receipt["path"], tree_root):
            raise Wrong("the path does not lead from the leaf to the root")
        ahead = self.check_place(receipt["index"], receipt["leaf"], size, tree_root)
        if receipt["rules"] != self.state.hash:
            raise Wrong("other rules")
        if self.open is None:
            raise Missing("the registry does not show the opening yet: try again in a minute")
        if receipt["open-index"] != self.open:
            raise Wrong("another opening in the registry")
        leaf = decode_leaf(receipt["leaf"])
        if leaf.get("activity") != self.state.activity:
            raise Wrong("a leaf of another activity")
        if receipt["key"] and lock_of(self.state.activity, receipt["key"]) != leaf.get("lock"):
            raise Wrong("its key does not open the leaf's lock")
        if receipt["open"] or receipt["key"]:
            self.check_openings(receipt["open"], leaf, ahead)
        return self.place_of(receipt["index"], receipt["leaf"], size)

    def check_place(self, index, leaf, size, tree_root):
        """Whether the log as it is given here does not reach to a receipt's leaf yet; raises where it has another."""
        if size <= len(self.hashes) and self.root_of(size) != tree_root:
            raise Wrong("a checkpoint of another tree: the log was forked")
        ahead = index >= len(self.leaves)
        if not ahead and self.leaves[index] != leaf:
            raise Wrong("another leaf stands at its index")
        return ahead

    def place_of(self, index, leaf, size):
        """What else there is to say of a receipt's leaf."""

    def check_openings(self, opened, leaf, ahead):
        """The private part opens the whole commitment."""
        names, activity = [name for name, _, _ in opened], self.state.activity
        if leaf["type"] == "ballot" and self.state.KIND == "poll":
            commitments = [answer_of(activity, *part) for part in opened]
            right = ballot_of(activity, self.state.definition, commitments) == leaf["commit"]
            if not right or names != [name for name, _ in self.questions()]:
                raise (Missing if ahead else Wrong)("its answers do not open the leaf's commitment")
        elif leaf["type"] == "entry":
            if names != ["identity"] or identity_of(activity, *opened[0][1:]) != leaf["commit"]:
                raise Wrong("its identity does not open the leaf's commitment")
            if not re.match(rb"(email|subject|device|postal|text):", opened[0][2]):
                raise Wrong("an identity of no known scheme")
        elif opened:
            raise Wrong("it opens what is not committed to")


def decode_receipt(text):
    """The parts of a receipt: C2SP tlog-proof@v1 with Fanfare's `extra`."""
    head, separator, note = text.partition("\n\n")
    lines = head.split("\n")
    forms = ["c2sp.org/tlog-proof@v1", "extra ", "index "]
    right = len(lines) > 2 and lines[0] == forms[0] and all(line.startswith(form) for line, form in zip(lines, forms))
    if not separator or not right:
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


# ---- A certificate: the light check ----

CERTIFICATE = "fanfare-certificate/v1"
# What is not here is seen by nobody who has no more than a certificate: the steps of whole lists of leaves.
LIGHT = """format log-signature log-root registry-signature registry-root grammar place rules round times seal registry
documents beacon draw result skips witness""".split()
ONLY_THE_BUNDLE = [
    "that every other entry is right",
    "that no entry drawn was void",
    "that the seal is the only one (uniqueness not checked)",
    "that no skip is left out",
    "that the registry says nothing else about it (a cancel, another result, a change of key)",
]


def members(**readers):
    """An object with these members, all of them and no others."""

    def read(value):
        if not isinstance(value, dict) or set(value) != set(readers):
            raise Wrong("a member is missing, or one is there that is unknown")
        return {name: inside(name, reader, value[name]) for name, reader in readers.items()}

    return read


def each(reader):
    def read(value):
        if not isinstance(value, list):
            raise Wrong("not an array")
        return [inside(str(at), reader, item) for at, item in enumerate(value)]

    return read


def inside(name, reader, value):
    try:
        return reader(value)
    except Wrong as wrong:
        raise Wrong(f"{name}: {wrong.args[-1]}") from None


def exactly(wanted):
    def read(value):
        if value != wanted:
            raise Wrong("not what the protocol says")
        return value

    return read


def string(reader=str):
    def read(value):
        if not isinstance(value, str):
            raise Wrong("not a string")
        return reader(value)

    return read


def integer(value):
    if type(value) is not int or not 0 <= value <= 2**53 - 1:  # True is an int too, 1.0 equals one.
        raise Wrong("not an integer")
    return value


def text_of(data):
    try:
        return data.decode()
    except ValueError:
        raise Wrong("not UTF-8") from None


def documents(value):
    if not isinstance(value, dict):
        raise Wrong("not an object")
    return {hash_(name): inside(name, string(unbase64), data) for name, data in value.items()}


bytes_, note_, hex_ = string(unbase64), string(lambda text: text_of(unbase64(text))), string(lambda text: hash_(text))
path_ = each(string(lambda text: bytes.fromhex(hash_(text))))
proven_ = members(index=integer, leaf=bytes_, path=path_)
decode_certificate = members(
    format=exactly(CERTIFICATE), origin=string(origin(LOG)), key=hex_, rules=proven_, documents=documents,
    checkpoint=note_, seal=proven_, registry=members(checkpoint=note_, open=proven_, seal=proven_),
    beacon=members(round=integer, signature=string()), transcript=bytes_, seed=hex_,
    calls=each(members(
        bound=integer, words=each(string()), ticket=integer, entry=proven_, outcome=string(),
        void=lambda value: value if value is None else proven_(value),
    )),
    slots=bytes_,
    # Before there is a result the later checkpoint is the sealed one, which cannot cover it: then it is null.
    after=members(
        checkpoint=note_, consistency=path_, skips=each(proven_),
        result=lambda value: value if value is None else proven_(value),
    ),
    grades=members(source=string(), time=string(), label=string()), never_claimed=exactly(NEVER_CLAIMED),
)


def leaves_of(tree, *leaves):
    """{index: leaf} of proven leaves, which have to be under this (size, root)."""
    size, tree_root = tree
    for leaf in leaves:
        if not included(leaf_hash(leaf["leaf"]), leaf["index"], size, leaf["path"], tree_root):
            raise Wrong(f"leaf {leaf['index']}: the path does not lead to the root")
    return {leaf["index"]: leaf["leaf"] for leaf in leaves}


class Glimpse(Contest):
    """A contest of which some leaves are shown, in their order: refused is what cannot be, whatever the others are.

    After the seal `tickets` are those that it counts.
    """

    def __init__(self, leaves):
        super().__init__()
        self.last, self.sealing = 0, None  # the leaf up to which tickets are accounted for; the seal
        for index in sorted(leaves):
            self.put(index, leaves[index])

    def put(self, index, data):
        self.size = index
        try:
            self.take(data)
        except Wrong as wrong:
            raise Wrong(wrong.args[0], f"leaf {index}: {wrong.args[-1]}") from None

    def fill(self, first):
        """What tickets are not shown are on leaves not shown, and on each no more than a reason gives."""
        most = max(tickets for tickets, _ in self.reasons.values())
        if not 0 <= first - self.tickets <= most * (self.size - self.last - 1):
            raise Wrong("tickets", "more or fewer tickets than the leaves before it can hold")
        self.last = self.size

    def on_entry(self, leaf, _):
        known, (first, count), reason = self.holders.get(leaf["holder"]), leaf["tickets"], leaf["reason"]
        if known and reason in self.FIRST:
            raise Wrong("holders", "`entry` or `amoe` comes first, and once")
        self.check_lock(leaf, known)
        tickets, most = self.reasons.get(reason, (None, 0))
        if count != tickets or count > self.rules["per-holder-max"] or first + count > 2**53 - 1:
            raise Wrong("tickets", "not a reason of the rules, or not as many tickets as it gives")
        if known and sum(self.acts[index]["reason"] == reason for index in known["all"]) >= most:
            raise Wrong("tickets", "the reason stood its most times")
        self.fill(first)
        self.act(leaf)
        self.tickets = first + count

    def on_seal(self, leaf, _):
        if leaf["at"] < self.rules["closes"]:
            raise Wrong("times", "sealed before the close")
        self.fill(leaf.get("tickets") or 0)
        some, shown = self.counters(), [leaf.get(name) for name in ("entries", "holders", "tickets", "void")]
        if None in shown or any(leaf[name] < some[name] for name in ("entries", "holders", "void")):
            raise Wrong("seal", "it counts less than there is")
        entries, holders, tickets, void = shown
        if not holders <= entries <= tickets or (holders == 0) != (tickets == 0) or void > tickets:
            raise Wrong("seal", "no list has these counters")
        if entries >= self.size:
            raise Wrong("seal", "it counts more entries than there are leaves")
        self.tickets, self.sealed, self.sealing = tickets, self.size, leaf

    def live(self):
        """How many can be drawn, and whether the seal tells: it does where no ticket is void, or every one is."""
        tickets, void = self.sealing["tickets"], self.sealing["void"]
        return 0 if void == tickets else self.sealing["holders"], void in (0, tickets)


class Certificate(Log):
    """A certificate that was read as far as it can be, and its report: what a Log is, of the leaves that it shows."""

    NAME = "certificate"

    def __init__(self, document, key=None, pinned=frozenset(), code=None):
        self.report, self.pinned, self.code = Report(LIGHT), pinned, code
        self.origin = self.open = self.slots = self.later = None
        self.time, self.witnesses = 0, []
        said = self.report.attempt("format", decode_certificate, document)
        if said:
            self.key, self.origin, self.said = key or bytes.fromhex(said["key"]), said["origin"], said
            if said["key"] != self.key.hex():
                self.report.note("log-signature", "fail", "the certificate names another key")
            if self.read_leaves():
                self.read_registry()
                self.report.attempt("documents", self.check_documents)
                self.redraw()

    def sealed_tree(self):
        return self.tree

    def read_leaves(self):
        """Whether the leaves below the seal hold; without them there is nothing to go on with."""
        said, report = self.said, self.report
        self.tree = report.attempt("log-signature", checkpoint, said["checkpoint"], self.origin, self.key)
        drawn = [leaf for call in said["calls"] for leaf in (call["entry"], call["void"]) if leaf]
        leaves = self.tree and report.attempt("log-root", leaves_of, self.tree, said["rules"], said["seal"], *drawn)
        self.leaves = leaves or {}
        self.state = leaves and report.attempt("grammar", self.glimpse, leaves)
        for step in "place rules round times seal".split() if self.state else []:
            report.note(step, "ok")
        return self.state

    def glimpse(self, leaves):
        if self.said["rules"]["index"] != 0:
            raise Wrong("place", "`rules` is leaf 0")
        if self.said["seal"]["index"] + 1 != self.tree[0]:
            raise Wrong("seal", "the seal is not the last leaf under its checkpoint")
        state = Glimpse(leaves)
        if state.rules["log"] != self.origin:
            raise Wrong("format", "leaf 0 is of another log than it names")
        if state.sealed is None:
            raise Wrong("seal", "not a seal")
        return state

    def read_registry(self):
        said, report = self.said["registry"], self.report
        tree = report.attempt(
            "registry-signature", checkpoint, said["checkpoint"], self.state.rules["registry"], self.key
        )
        self.notes = tree and [(tree[0], said["checkpoint"])]
        if tree and report.attempt("registry-root", leaves_of, tree, said["open"], said["seal"]):
            self.registry = report.attempt("registry", self.check_registry, said["open"], said["seal"])

    def check_registry(self, opened, sealed):
        """What a whole registry would say, as far as two of its leaves show it."""
        size, tree_root = self.tree
        leaves = [decode_registry_leaf(leaf["leaf"]) for leaf in (opened, sealed)]
        if [leaf["type"] for leaf in leaves] != ["open", "seal"] or opened["index"] >= sealed["index"]:
            raise Wrong("not an opening and a seal after it")
        if any((leaf["log"], leaf["rules"]) != (self.origin, self.state.hash) for leaf in leaves):
            raise Wrong("of another log, or with other rules")
        if (leaves[1]["size"], leaves[1]["root"]) != (size, tree_root.hex()):
            raise Wrong("the registered seal is of another tree")
        registry = Registry([], self.origin, self.state.hash, True)
        registry.open = self.open = opened["index"]
        registry.seal, registry.seal_index = (size, tree_root.hex()), sealed["index"]
        return registry

    def check_documents(self):
        named, given = set(self.state.documents), self.said["documents"]
        self.documents = {}
        for name, data in given.items():
            if H(data).hex() != name:
                raise Wrong("other bytes than " + name)
            if name not in named:
                raise Wrong("leaf 0 does not name " + name)
            self.documents[name] = text_of(data)
        for name in named - set(given):
            raise Missing("missing: " + name)

    def redraw(self):
        said, report = self.said, self.report
        after = report.attempt("log-signature", checkpoint, said["after"]["checkpoint"], self.origin, self.key)
        self.later = after and report.attempt("log-root", self.check_later, after)
        if report.failed():
            return
        report.attempt("witness", self.check_time, self.notes)
        report.attempt("beacon", self.check_beacon, said["beacon"])
        if report.status("beacon") != "ok":
            return
        self.slots = report.attempt("draw", self.check_draw)
        if self.slots is not None:
            self.read_after(said["after"]["result"], said["after"]["skips"])

    def check_later(self, after):
        (size, tree_root), (later, later_root), said = self.tree, after, self.said["after"]
        if not consistent(size, later, said["consistency"], tree_root, later_root):
            raise Wrong("the later checkpoint does not go on from the sealed one")
        leaves_of(after, *said["skips"], *([said["result"]] if said["result"] else []))
        return after

    def check_grades(self):
        """Those of the document are of whoever has nothing else: no witness to believe, no seal code."""
        source = self.state.rules["draw"][1]
        label = LABELS["demo" if source == "demo" else 0]
        if self.said["grades"] != {"source": SOURCES[source], "time": "0 unproven", "label": label}:
            raise Wrong("other grades than a certificate has")

    def check_draw(self):
        self.check_grades()
        self.transcript = transcript_of(self.state, *self.tree, self.said["beacon"]["signature"])
        self.seed = H(self.transcript)
        if (self.said["transcript"], self.said["seed"]) != (self.transcript, self.seed.hex()):
            raise Wrong("another transcript or seed")
        slots = placed(self.state, self.selected(self.state))
        if self.said["slots"] != slots_text(slots).encode():
            raise Wrong("other slots than were drawn")
        return slots

    def selected(self, state):
        """[(ticket, leaf index, holder)] of who was drawn: every call made again, among the entries that are shown."""
        stream, (live, told), total = keystream(self.seed), state.live(), state.tickets
        want, discards, found, chosen = state.prizes + state.rules["reserves"], 0, [], set()
        for k, call in enumerate(self.said["calls"], 1):
            if len(found) >= min(want, live):
                raise Wrong(f"call {k}: the draw was over")
            if discards == 4096:
                raise Missing(f"call {k} is among the tickets left over: the bundle is needed")
            ticket, taken = below(total, stream)
            if (call["bound"], call["words"], call["ticket"]) != (total, [str(word) for word in taken], ticket):
                raise Wrong(f"call {k}: another ticket comes of these words")
            index = call["entry"]["index"]
            entry = state.acts.get(index)
            if not entry or not 0 <= ticket - entry["tickets"][0] < entry["tickets"][1]:
                raise Wrong(f"call {k}: leaf {index} does not hold the ticket")
            outcome = "void" if index in state.void else "chosen" if entry["holder"] in chosen else "selected"
            if call["outcome"] != outcome or (call["void"] is None) != (outcome != "void"):
                raise Wrong(f"call {k}: another outcome")
            if call["void"] and not self.voids(call["void"]["leaf"], index, entry["holder"]):
                raise Wrong(f"call {k}: leaf {call['void']['index']} does not void the entry")
            discards = 0 if outcome == "selected" else discards + 1
            if outcome == "selected":
                chosen.add(entry["holder"])
                found.append((ticket, index, entry["holder"]))
        if len(found) < want and not (told and len(found) == live):
            if told:
                raise Wrong("fewer were drawn than could win")
            raise Missing("fewer were drawn than were wanted: the bundle is needed to tell whether anybody was left")
        return found

    @staticmethod
    def voids(data, index, holder):
        leaf = decode_leaf(data)
        return leaf.get("target") == index if leaf["type"] != "withdraw" else leaf["holder"] == holder

    def read_after(self, result, skips):
        """What follows from the result and the skips for the slots."""
        report, state, last = self.report, self.state, self.state.sealed
        if result:
            report.attempt("result", self.check_first_result, result)
            last = result["index"]
        for skip in skips:
            index, data = skip["index"], skip["leaf"]
            if not state.result or index <= last or not data.startswith(b"fanfare-log/v1 skip\n"):
                return report.note("skips", "fail", f"leaf {index}: not a skip, not in order, or of no result")
            last = index
            try:
                state.put(index, data)
            except Wrong as wrong:  # It has no effect, as in a bundle.
                step, reason = wrong.args
                report.note("after-seal" if step == "grammar" else step, "misconduct", reason)
        report.attempt("result", self.check_result)
        self.has, self.unused, self.skipped, wrong = after_skips(state, self.slots)
        for reason in wrong:
            report.note("skips", "misconduct", reason)
        return report.note("skips", "ok")

    def check_first_result(self, result):
        try:
            self.state.put(result["index"], result["leaf"])
        except Wrong as wrong:
            raise Wrong(wrong.args[-1]) from None
        if self.state.result is None:
            raise Wrong("not a result")
        if result["index"] != self.state.sealed + 1:
            raise Missing("it does not follow the seal at once: only the bundle shows whether it is the first")

    # What is shown

    def show(self):
        lines = list(self.contest_lines()) if self.slots is not None and not self.report.failed() else [self.label()]
        light = f"A light check, of the leaves the draw touched. Only the bundle shows: {'; '.join(ONLY_THE_BUNDLE)}."
        self.report.show(lines + textwrap.wrap(light, 120) if self.origin else [])

    def contest_lines(self):
        counted = self.state.sealing
        yield f"{counted['holders']:9}  holders"
        yield f"{counted['entries']:9}  entries"
        yield f"{counted['tickets']:9}  tickets ({counted['void']} void)"
        yield from self.draw_lines()

    # Receipts

    def check_place(self, index, leaf, size, tree_root):
        if any(tree and tree[0] == size and tree[1] != tree_root for tree in (self.tree, self.later)):
            raise Wrong("a checkpoint of another tree: the log was forked")
        if self.leaves.get(index, leaf) != leaf:
            raise Wrong("another leaf stands at its index")
        return False

    def place_of(self, index, data, size):
        if size != self.tree[0]:
            raise Missing("not under the sealed checkpoint: fetch the receipt again after the seal, or take the bundle")
        leaf = decode_leaf(data)
        holders = {entry["holder"] for entry in self.state.acts.values()}
        if leaf["type"] == "entry" or (leaf["type"] == "withdraw" and leaf["holder"] in holders):
            # Whoever holds a receipt knows one leaf more, and with it the draw has to be the same.
            try:
                state = Glimpse({**self.leaves, index: data})
                if self.slots is not None:
                    self.selected(state)
            except Wrong as wrong:
                raise Wrong(f"with this leaf the draw does not hold: {wrong.args[-1]}") from None
        if leaf["type"] != "entry":
            return f"leaf {index}, {leaf['type']}"
        first, count = leaf["tickets"]
        tickets = f"ticket {first}" if count == 1 else f"tickets {first} to {first + count - 1}"
        slots = [(k, kind) for k, (kind, _, _, holder) in enumerate(self.slots or [], 1) if holder == leaf["holder"]]
        return f"leaf {index}, {tickets}" + "".join(f"; its holder was drawn, slot {k}: {kind}" for k, kind in slots)


# ---- The command ----


def when(at):
    try:
        return strftime("%Y-%m-%d %H:%M:%S UTC", gmtime(at))
    except (ValueError, OverflowError, OSError):
        return f"second {at}"  # Past what a calendar has: a demonstration may name such a round.


def printable(text):
    """What comes out of a bundle cannot write lines of its own into the report."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def fetch(place):
    if not re.match(r"https?://", place):
        with open(place, encoding="utf-8", newline="") as file:
            return file.read()
    import urllib.request  # Here: it takes longer to load than a poll to check.

    with urllib.request.urlopen(place, timeout=30) as reply:
        return reply.read().decode()


def log_url(note):
    origin = note.split("\n", 1)[0]
    local = re.match(r"(localhost|127\.[0-9.]+)(:|/)", origin)
    return f"{'http' if local else 'https'}://{origin}/bundle"


def once_each(pairs):
    """JSON readers differ in which of two members of one name they take: neither."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member twice")
    return dict(pairs)


def read(document, *believed):
    """What a parsed file is, read as far as it can be."""
    certificate = isinstance(document, dict) and document.get("format") == CERTIFICATE
    return (Certificate if certificate else Log)(document, *believed)


def key_of(text):
    return bytes.fromhex(text) if re.fullmatch(HEX64, text) else verifier_key(text, LOG_KEY)[1]


def main(arguments):
    key, pinned, seal = None, set(), None
    if arguments[:1] == ["--self-test"] and len(arguments) > 1:
        return self_test(arguments[1:])
    try:
        while not arguments or arguments[0].startswith("--"):
            option, value, *arguments = arguments
            if option == "--key" and key is None:
                key = key_of(value)
            elif option == "--witness":
                pinned.add(verifier_key(value, WITNESS_KEY))
            elif option == "--seal-code" and seal is None and re.fullmatch("[0-9A-Z]{16}", read_code(value)):
                seal = value
            else:
                raise ValueError(option)
    except (ValueError, Wrong):
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
            log = read(json.loads(text, object_pairs_hook=once_each), key, pinned, seal)
        except (ValueError, RecursionError):
            print("not a bundle, not a certificate, not a receipt")
            return 1
        if log.origin:
            print("log ", log.origin)
            print("key ", log.key.hex(), "(given)" if key else f"(named by the {log.NAME} itself: compare it)")
            for name, witness in sorted(pinned):
                print("witness ", name, witness.hex(), "(given)")
        if not receipts or isinstance(log, Certificate):
            log.show()
            good = log.report.stands() and good
        good = all([judge_receipt(log, receipt) for receipt in receipts]) and good
    print(textwrap.fill(f"Never claimed: {'; '.join(NEVER_CLAIMED)}.", 120))
    return 0 if good else 1


def judge_receipt(log, text):
    """A receipt needs a log that holds as far as it goes; it need not be sealed."""
    report = Report(["log", "receipts"])
    failed = log.report.failed() or [step for step in ("format",) if log.report.status(step) != "ok"]
    report.note("log", "fail" if failed else "ok", "does not hold: " + ", ".join(failed) if failed else "")
    said = None if failed else report.attempt("receipts", log.check_receipt, text)
    report.show([said] if said else [])
    return report.stands()


# ---- The self-test ----


class SelfTest:
    """Every check of the vectors that is about something this program does. The first that fails ends it."""

    def __init__(self):
        self.count = 0

    def expect(self, what, got, wanted):
        self.count += 1
        if got != wanted:
            sys.exit(f"{what}: {got!r}, not {wanted!r}")

    def refuses(self, what, check, *arguments):
        """Gives what the check raised Wrong with."""
        try:
            check(*arguments)
        except Wrong as wrong:
            self.count += 1
            return wrong.args
        return sys.exit(f"{what}: not refused")

    # log_v1.json, decided_v1.json: whole logs

    def logs(self, vectors):
        key = bytes.fromhex(vectors["pinned"]["key"])
        pinned = {verifier_key(text, WITNESS_KEY) for text in vectors["pinned"]["witnesses"]}
        for base in ("contest", "poll", "board"):
            hashes = [leaf_hash(leaf.encode()) for leaf in vectors[base]["bundle"]["log"]["leaves"]]
            roots = [root(hashes[:size]).hex() for size in range(len(hashes) + 1)]
            self.expect("roots", roots, vectors[base]["roots_by_size"])
        for leaf in vectors["leaves"]:
            data = leaf["text"].encode()
            self.expect(leaf["name"], (H(data).hex(), leaf_hash(data).hex()), (leaf["sha256"], leaf["leaf_hash"]))
            (decode_registry_leaf if leaf["name"].startswith("registry") else decode_leaf)(data)
        self.commitments(vectors["commitments"])
        for case in vectors["refused"]:
            self.refused(case, vectors)
        for case in vectors["accepted"]:
            self.state_of(*case["after"], vectors).take(case["text"].encode())
        for case in vectors["consistency"]:
            path = [bytes.fromhex(step) for step in case["path"]]
            roots = bytes.fromhex(case["first_root"]), bytes.fromhex(case["second_root"])
            self.expect("consistency", consistent(case["first"], case["second"], path, *roots), case["valid"])
        for case in vectors["draws"]:
            self.left_over(case)
        self.whole_draw(vectors["contest"], Log(vectors["contest"]["bundle"], key, pinned))
        log = Log(vectors["poll"]["bundle"], key)
        self.expect("the poll", (log.report.verdict(), log.tally), ("verified", vectors["poll"]["tally_text"]))
        caught = {}
        for case in vectors["tamper"]:
            if case["base"] in KINDS:
                report = Log(patched(vectors[case["base"]]["bundle"], case["patch"]), key, pinned).report
                got = (report.status(case["caught_by"]), report.verdict())
                self.expect(case["name"], got, (case["status"], case["verdict"]))
                caught[case["base"]] = caught.get(case["base"], 0) + 1
        for base in KINDS:
            log = Log(vectors[base]["bundle"], key, pinned)
            for form, text in vectors[base]["receipt"].items():
                self.receipt(f"{base}, {form}", log, text)
        return ", ".join(f"{caught[base]} changed {base}s" for base in KINDS) + " caught by the right step"

    def commitments(self, vectors):
        lock, identity, ballot = vectors["lock"], vectors["identity"], vectors["ballot"]
        self.expect("lock", lock_of(lock["activity"], lock["key"]), lock["lock"])
        opened = identity_of(identity["activity"], identity["salt"], identity["bytes"])
        self.expect("identity", opened, identity["commit"])
        answers = [answer_of(ballot["activity"], a["question"], a["salt"], a["answer"]) for a in ballot["answers"]]
        self.expect("answers", answers, [a["c"] for a in ballot["answers"]])
        self.expect("ballot", ballot_of(ballot["activity"], ballot["definition"], answers), ballot["commit"])

    @staticmethod
    def state_of(base, size, vectors):
        state = KINDS[base]()
        for leaf in vectors[base]["bundle"]["log"]["leaves"][:size]:
            state.take(leaf.encode())
        return state

    def refused(self, case, vectors):
        data = bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode()
        base, size = case.get("after") or ("contest", 0)
        if case["log"] == "registry":
            self.refuses(case["name"], decode_registry_leaf, data)
        elif base in KINDS:
            step = self.refuses(case["name"], self.state_of(base, size, vectors).take, data)[0]
            self.expect(case["name"], step, case["step"])

    def left_over(self, case):
        entries = [Entry(first, count, leaf, holder, void) for leaf, first, count, holder, void in case["entries"]]
        calls = list(draw(bytes.fromhex(case["seed"]), entries, case["want"]))
        words = sum(len(taken) for _, taken, *_ in calls)
        self.expect(case["name"], (len(calls), words), (case["calls"], case["words"]))
        selected = [
            {"call": at, "bound": bound, "ticket": ticket, "leaf": entry.leaf, "holder": entry.holder}
            for at, (bound, _, ticket, entry, outcome) in enumerate(calls)
            if outcome == "selected"
        ]
        self.expect(case["name"], selected, case["selected"])

    def whole_draw(self, vectors, log):
        known = vectors["draw"]
        self.expect("the contest", log.report.verdict(), "verified")
        self.expect("transcript", log.transcript.decode(), known["transcript"])
        self.expect("seed", log.seed.hex(), known["seed"])
        self.expect("slots", slots_text(log.slots), known["slots_text"])
        calls = draw(log.seed, log.state.entries(), len(log.slots))
        names = ("bound", "words", "ticket", "leaf", "outcome")
        calls = [(n, [str(x) for x in taken], ticket, entry.leaf, how) for n, taken, ticket, entry, how in calls]
        calls = [dict(zip(names, call)) for call in calls]
        self.expect("calls", calls, known["calls"])
        has = {str(slot): by for slot, by in log.has.items()}
        self.expect("skips", has, known["holder_of_each_prize_slot_after_the_skips"])
        self.expect("seal code", seal_code(log.sealed_tree()[1]), vectors["sealed"]["seal_code"])
        grades = {"source": log.state.rules["draw"][1], "time": log.time, "label": log.label()}
        self.expect("grades", grades, vectors["grades"])

    def receipt(self, what, log, text, wanted="verified"):
        def verdict(receipt):
            report = Report(["receipts"])
            report.attempt("receipts", log.check_receipt, receipt)
            return report.verdict()

        self.expect(what, verdict(text), wanted)
        for at in range(0, len(text), 97):
            changed = text[:at] + ("B" if text[at] == "A" else "A") + text[at + 1 :]
            self.expect(f"{what} changed at {at}", verdict(changed), "refused")

    def decided(self, vectors):
        key = bytes.fromhex("b4eb931235a14061cf62fb0ba98ef20941c402608a12b408b2b684dd1fcb4716")  # of log_v1.json
        for host in vectors["hosts"]["accepted"]:
            origin(LOG)(f"{host}/log/a/{vectors['activity']}")
        for host in vectors["hosts"]["refused"]:
            self.refuses(host, origin(LOG), f"{host}/log/a/{vectors['activity']}")
        for case in vectors["logs"]:
            *before, last = [leaf.encode() for leaf in case["leaves"]]
            kind = decode_leaf((before + [last])[0])["kind"]
            if kind in KINDS:
                state = KINDS[kind]()
                for leaf in before if case["step"] else before + [last]:
                    state.take(leaf)
                if case["step"]:
                    self.expect(case["name"], self.refuses(case["name"], state.take, last)[0], case["step"])
        for case in vectors["registries"]:
            leaves, log = [leaf.encode() for leaf in case["leaves"]], f"fanfare.example/log/a/{vectors['activity']}"
            said = Registry(leaves, log, vectors["rules"], True)
            got = (said.open, said.seal and said.seal[0], said.refused is not None, len(said.misconduct))
            self.expect(case["name"], got, tuple(case[name] for name in ("open", "size", "refused", "misconduct")))
        for case in vectors["bundles"]:
            log = Log(case["bundle"], key)
            tally = log.tally if log.report.stands() else None
            got = (log.report.status(case["step"]), log.report.verdict(), tally)
            self.expect(case["name"], got, (case["status"], case["verdict"], case["tally"]))

    def contests(self, vectors):
        key = bytes.fromhex(vectors["pinned"]["key"])
        for case in vectors["cases"]:
            pinned = {verifier_key(text, WITNESS_KEY) for text in case.get("witnesses", vectors["pinned"]["witnesses"])}
            log = Log(patched(vectors["bundle"], case["patch"]), key, pinned, case.get("seal-code"))
            got = {"status": log.report.status(case["step"]), "verdict": log.report.verdict()}
            if log.slots is not None:
                has = [log.has.get(k, 0) for k in range(1, 1 + sum(kind != "reserve" for kind, *_ in log.slots))]
                got.update(time=log.time, label=log.label(), has=has)
            self.expect(case["name"], got, {name: case[name] for name in got})

    # certificate_v1.json: a certificate, and all that can be changed in it

    def certificates(self, vectors):
        key, genuine = bytes.fromhex(vectors["key"]), vectors["certificate"]
        log = read(genuine, key)
        self.expect("the certificate", (log.report.verdict(), read(genuine).report.verdict()), ("verified", "verified"))
        self.receipt("the receipt", log, vectors["receipt"])
        self.receipt("the early receipt", log, vectors["early_receipt"], "not verified")
        before = self.count
        for what in changes(vectors, "certificate", "certificate"):  # No key is given: it would catch too much.
            verdict = read(vectors["certificate"]).report.verdict()
            self.expect(what, verdict if verdict.startswith("verified") else "caught", "caught")
        self.expect("the certificate as it was", read(genuine, key).report.verdict(), "verified")
        return f"{self.count - before - 1} changes of a certificate caught"

    # rfc6962.json, c2sp_note_checkpoint_sigsum.json: the tree, notes, cosignatures

    def trees(self, vectors):
        hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf in vectors["leaves_hex"]]
        roots = [root(hashes[:size]).hex() for size in range(len(hashes) + 1)]
        self.expect("roots", roots, vectors["roots_hex_by_size_0_to_8"])
        for case in vectors["inclusion_cases_incl_negative"]:
            leaf, tree_root = base64.b64decode(case["leafHash"] or ""), base64.b64decode(case["root"] or "")
            path = [base64.b64decode(step) for step in case["proof"] or []]
            if len(tree_root) == 32:  # The text wants 32 bytes; one case has others.
                holds = included(leaf, case["leafIdx"], case["treeSize"], path, tree_root)
                self.expect(case["desc"], holds, not case["wantErr"])
        for case in vectors["consistency_cases_incl_negative"]:
            roots = [base64.b64decode(case[name] or "") for name in ("root1", "root2")]
            path = [base64.b64decode(step) for step in case["proof"] or []]
            if all(len(tree_root) == 32 for tree_root in roots):
                holds = consistent(case["size1"], case["size2"], path, *roots)
                # The text takes nothing from a tree of size 0.
                self.expect(case["desc"], holds, not case["wantErr"] and case["size1"] > 0)

    def notes(self, vectors):
        for case in vectors["notes"]:
            for key, known in zip(case["vkeys"], case["results"]):
                arguments = (signed_text, case["note"], *verifier_key(key, LOG_KEY))
                if not any(result["valid"] is True for result in case["results"]) or known["valid"] is False:
                    self.refuses(case["name"], *arguments)
                else:
                    self.expect(case["name"], arguments[0](*arguments[1:]), note_parts(case["note"])[0])
        proof = vectors["sigsum_real_proof"]
        lines = re.findall(r"^cosignature=(\S+) (\S+) (\S+)$", proof["proof"], re.MULTILINE)
        for known in proof["cosignatures"]:
            name, key = known["witness"], bytes.fromhex(known["key"])
            signature = next(line[2] for line in lines if line[0] == H(key).hex())
            data = key_id(name, WITNESS_KEY, key) + known["time"].to_bytes(8, "big") + bytes.fromhex(signature)
            note = f"{proof['checkpoint_body']}\n\u2014 {name} {base64.b64encode(data).decode()}\n"
            self.expect(name, cosigned(note, name, key), [known["time"]])

    # chacha20_rfc8439.json, draw_v1.json, drand.json: the draw

    def blocks(self, vectors):
        for case in vectors["blocks"]:
            block = chacha20(bytes.fromhex(case["key"]), case["counter"], bytes.fromhex(case["nonce"]))
            self.expect(case["name"], block.hex(), case["keystream"])

    def draws(self, vectors):
        for case in vectors["sampler"]:
            stream = keystream(bytes.fromhex(case["seed"]))
            self.expect(case["seed"], [str(next(stream)) for _ in range(10)], case["first_u64"])
            for known in case["below"]:
                stream = keystream(bytes.fromhex(case["seed"]))
                calls = [below(int(known["n"]), stream) for _ in known["values"]]
                got = ([str(value) for value, _ in calls], sum(len(taken) for _, taken in calls))
                self.expect(f"below {known['n']}", got, (known["values"], known["u64_consumed"]))
        for case in vectors["draws"]:
            seed = H(case["transcript"].encode())
            self.expect(case["name"], seed.hex(), case["seed"])
            leaves = enumerate(case["leaves"])
            entries = [Entry(leaf["first"], leaf["tickets"], at, leaf["holder"], leaf["void"]) for at, leaf in leaves]
            calls = list(draw(seed, entries, case["want"]))
            self.expect(case["name"], sum(len(taken) for _, taken, *_ in calls), case["u64_consumed"])
            self.expect(case["name"], [entry.holder for *_, entry, how in calls if how == "selected"], case["selected"])
            log = [[ticket, entry.leaf, how.replace("chosen", "already")] for _, _, ticket, entry, how in calls]
            self.expect(case["name"], log, case["log"])

    def beacons(self, vectors):
        chain = vectors["chains"]["quicknet"]
        got = (chain["hash"], chain["public_key"], chain["genesis_time"], chain["period"])
        self.expect("quicknet", got, (CHAIN, CHAIN_KEY, GENESIS, PERIOD))
        for case in vectors["quicknet"] + vectors["negative_quicknet"]:
            holds = beacon_holds(CHAIN_KEY, case["round"], case["signature"])
            self.expect(case.get("case", case["round"]), holds, case["valid"])
        for case in vectors["quicknet"]:
            self.expect("time of a round", time_of(case["round"]), case["round_time_unix"])
        for case in vectors["time_to_round"]:  # The vectors name the round that is out, a draw the next one.
            if case["chain"] == "quicknet" and case["round"]:
                out_now = (case["unix"] - GENESIS) % PERIOD == 0
                self.expect("round of a time", round_of(case["unix"]), case["round"] + (not out_now))
        self.second_signature(vectors["quicknet"][0])

    def second_signature(self, case):
        """With a point of small order added a signature satisfies the pairing still: the subgroup alone refuses it."""
        outside = multiple(ORDER, ((4, 0), root2((68, 0))))
        true = bls_point(bytes.fromhex(case["signature"]))
        other = join(true, outside)
        (x, _), (y, _) = other
        hashed, key = hash_to_g1(H(case["round"].to_bytes(8, "big"))), bls_point(bytes.fromhex(CHAIN_KEY))
        pairing = product_is_one([((other[0], neg2(other[1])), G2), (hashed, key)])
        self.expect("the pairing alone", pairing, True)
        spelled = format(x | (4 | (y > FP - y)) << 381, "096x")
        self.expect("a point outside the subgroup", beacon_holds(CHAIN_KEY, case["round"], spelled), False)


VECTORS = {  # by a member that only this file has
    "tamper": SelfTest.logs, "registries": SelfTest.decided, "cases": SelfTest.contests, "hasher": SelfTest.trees,
    "sigsum_real_proof": SelfTest.notes, "blocks": SelfTest.blocks, "sampler": SelfTest.draws,
    "chains": SelfTest.beacons, "early_receipt": SelfTest.certificates,
}


def changes(parent, at, where):
    """Makes every single change of a value inside a JSON document, one at a time, and undoes it before the next."""
    value, others = parent[at], {}
    if value is None:
        others = {"no longer null": 0}
    elif isinstance(value, int):
        others = {"one more": value + 1}
    elif isinstance(value, str):  # Into a digit, for that is one of any alphabet there is here.
        for place in sorted({0, len(value) // 2, len(value) - 1}):
            others[f"sign {place}"] = value[:place] + ("2" if value[place] == "1" else "1") + value[place + 1 :]
    elif isinstance(value, list) and value:
        others = {"without its first": value[1:], "twice": value + value}
    elif isinstance(value, dict):
        others = {f"without {name}": {other: value[other] for other in value if other != name} for name in value}
        others["a member more"] = {**value, "unknown": None}
    for what, other in others.items():
        parent[at] = other
        yield f"{where}: {what}"
    parent[at] = value
    for inner in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from changes(value, inner, f"{where}/{inner}")


def patched(document, patch):
    """RFC 6902, as far as the vectors use it."""
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


def self_test(paths):
    """Checks each file as what it is; of boards there are vectors, but nothing here."""
    test = SelfTest()
    for path in paths:
        with open(path, encoding="utf-8") as file:
            vectors = json.load(file)
        before, found = test.count, [check for member, check in VECTORS.items() if member in vectors]
        said = "".join(f" ({text})" for text in [check(test, vectors) for check in found] if text)
        print(f"{path}: " + (f"{test.count - before} checks hold{said}" if found else "nothing that this program does"))
    print(f"{test.count} checks hold")
    return 0 if test.count else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
