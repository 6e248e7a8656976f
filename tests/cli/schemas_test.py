"""The JSON of the commands that need no server is what its schema says, member by member."""

import copy
import json
import re
import resource
import signal
import socket
import subprocess
import sys
import tomllib
import unittest

from support import PROGRAM, SOURCE, CommandLineTest, is_sanitized

SCHEMAS = SOURCE / "share" / "schemas"
# Members that are left out, where all others are null. A declaration is written by people: nearly all may be left out.
OF_TODAY = {"dkim_warnings", "last_probe", "state", "today", "tripped"}
LEFT_OUT = {"relayctl.relay.show": OF_TODAY, "relayctl.relay.list": OF_TODAY, "relayctl.explain": {"reply"}, "relayctl.probe": {"repeat"},
            "relayctl.verify": {"answers"}}
DECLARATION = "relayctl.store"
VALIDATOR = """
import json, sys, jsonschema
for line in sys.stdin:
    schema, documents = json.loads(line)
    validator = jsonschema.Draft202012Validator(schema)
    faults = [jsonschema.exceptions.best_match(validator.iter_errors(document)) for document in documents]
    print(json.dumps([fault and str(fault) for fault in faults]), flush=True)
"""
MAIL = b"From: joe@a.example.com\nTo: ann@b.example\nSubject: Hello\n\nHi.\n"


def types(schema):
    kind = schema.get("type", [])
    return kind if isinstance(kind, list) else [kind]


def closed(schema):
    """The same, but with no member that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and "object" in types(schema):
        result["additionalProperties"] = False
    return result


def read_schema(name):
    return json.loads((SCHEMAS / f"{name}.1.json").read_text())


def schemas_within(schema):
    """The schema and all those that it is made of."""
    yield schema
    named = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
    single = [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
    for part in named + single + schema.get("oneOf", []) + schema.get("anyOf", []) + schema.get("allOf", []):
        yield from schemas_within(part)


def spoiled(value):
    """Copies of a document, each with one member more or one less; (member, copy), None for one more."""
    if isinstance(value, dict):
        yield None, {**value, "unknown_member": None}
        for key in value:
            yield key, {name: member for name, member in value.items() if name != key}
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        for member, part in spoiled(value[key]):
            whole = copy.copy(value)
            whole[key] = part
            yield member, whole


class SchemaTest(CommandLineTest):
    @classmethod
    def setUpClass(cls):
        """Debian's own interpreter has python3-jsonschema; it takes its time to start."""
        cls.validator = subprocess.Popen(["/usr/bin/python3", "-W", "ignore", "-c", VALIDATOR], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.validator.communicate, timeout=20)

    def faults(self, documents, name):
        """What is wrong with each of the documents, None = nothing."""
        self.validator.stdin.write(json.dumps([closed(read_schema(name)), documents]) + "\n")
        self.validator.stdin.flush()
        return json.loads(self.validator.stdout.readline())

    def check(self, document, name):
        self.assertEqual(self.faults([document], name), [None])

    def answer(self, name, *arguments, code=0, stdin=b""):
        document = json.loads(self.relayctl(*arguments, code=code, stdin=stdin).out)
        self.assertEqual(document["schema"], f"{name}/1")
        self.check(document, name)
        return document["items"]

    def error(self, kind, *arguments, code, stdin=b"", **options):
        """Of a command that fails: its error document."""
        outcome = self.relayctl(*arguments, code=code, stdin=stdin, **options)
        document = json.loads(outcome.err)
        self.check(document, "relayctl.error")
        self.assertEqual((document["error"]["id"], document["error"]["exit"]), (kind, code), outcome)
        self.assertEqual(outcome.out, "")
        return document["error"]

    def check_refuses(self, name, items):
        """A member too many or too few, anywhere in the document, and it is not valid any more."""
        document = {"schema": f"{name}/1", "items": items} if isinstance(items, list) else items
        wrong = [(member, copied) for member, copied in spoiled(document) if member not in LEFT_OUT.get(name, ())]
        fault, *faults = self.faults([document, *(copied for _, copied in wrong)], name)
        self.assertIsNone(fault)
        self.assertGreater(len(faults), 4)
        self.assertEqual([copied for (_, copied), told in zip(wrong, faults) if told is None], [])

    def serve(self, *arguments):
        """The port of a scripted server, which is there until the test ends."""
        server = subprocess.Popen([sys.executable, "-B", SOURCE / "tests/support/scripted_server.py", *arguments],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.communicate, timeout=20)
        return server.stdout.readline().strip()

    def closed_port(self):
        """Nobody listens on it: it stays bound."""
        held = socket.socket()
        self.addCleanup(held.close)
        held.bind(("127.0.0.1", 0))
        return str(held.getsockname()[1])

    def add_local(self, name, port, *options):
        self.relayctl("add", name, "--host", "127.0.0.1", "--port", port, "--any-port", "--security", "none",
                      "--return-path", "from", *options, code=0)

    def add_full(self, name, port):
        """A relay with every field set."""
        file = self.folder / "ca.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-noenc", "-subj", "/CN=ca", "-keyout",
                        "/dev/null", "-out", file], capture_output=True, check=True)
        words = ("--host", "127.0.0.1", "--port", port, "--any-port", "--security", "ssl", "--ca-file", str(file),
                 "--fingerprint", "ab" * 32, "--domain", "example.com,*.example.jp,日本.jp", "--type", "mass,workflow",
                 "--daily-limit", "5000", "--limit-unit", "recipients", "--priority", "7", "--dkim-selector", "s1",
                 "--return-path", "bounce@example.com", "--egress-ip", "192.0.2.10,2001:db8::1", "--user", "利用者",
                 "--password-command", "echo '日本 \"x\" \\'", "--fallback", "--description", '日本語 "\\ é 🗻')
        self.answer("relayctl.relay.add", "add", name, *words, "-o", "json")

    def test_no_relays(self):
        for name, words, code in (("relay.list", ["list"], 0), ("domain.list", ["domain", "list"], 0),
                                  ("route", ["route", "--from", "a.example"], 1)):
            self.assertEqual(self.answer(f"relayctl.{name}", *words, "-o", "json", code=code), [])
        settings = self.answer("relayctl.config.list", "config", "list", "-o", "json")
        self.assertEqual({item["value"] for item in settings}, {None})

    def test_relays(self):
        self.add_full("full", self.closed_port())
        text = "".join(f'[relays.relay{number}]\nhost = "a.example"\ndomains = ["d{number}.example"]\n'
                       for number in range(40))
        self.relayctl("apply", "-f", "-", stdin=text.encode(), code=0)
        self.relayctl("edit", "relay2", "--fallback-to", "relay1,full", "--allow-unaligned-fallback", code=0)
        self.relayctl("probe", "full", code=1)
        items = {item["name"]: item for item in self.answer("relayctl.relay.list", "list", "-o", "json")}
        self.assertEqual(len(items), 41)
        full, bare = items["full"], items["relay0"]
        self.assertEqual([key for key, value in full.items() if value in (None, [], "")], ["fallback_to", "tripped"])
        self.assertEqual((items["relay2"]["fallback_to"], items["relay2"]["allow_unaligned_fallback"]), (["relay1", "full"], True))
        self.assertNotIn(None, full["last_probe"].values())
        self.assertEqual(full["description"], '日本語 "\\ é 🗻')
        self.assertEqual(full["domains"], ["example.com", "*.example.jp", "xn--wgv71a.jp"])
        self.assertEqual({key for key, value in bare.items() if value is None},
                         {"ca_file", "fingerprint", "daily_limit", "dkim_selector", "user", "password_command",
                          "last_probe", "tripped"})
        for name in ("full", "relay0"):
            (item,) = self.answer("relayctl.relay.show", "show", name, "-o", "json")
            self.assertEqual({**item, "last_probe": None}, {**items[name], "last_probe": None})
            self.check_refuses("relayctl.relay.show", [item])
        self.check_refuses("relayctl.relay.list", [full, bare])
        for line in self.relayctl("list", "-o", "jsonl", code=0).out.splitlines()[:3]:
            self.check({"schema": "relayctl.relay.list/1", "items": [json.loads(line)]}, "relayctl.relay.list")

    def test_a_good_probe_has_no_reason(self):
        self.add_local("up", self.serve(), "--domain", "a.example")
        self.relayctl("probe", "up", code=0)
        (item,) = self.answer("relayctl.relay.list", "list", "-o", "json")
        self.assertEqual((item["last_probe"]["verdict"], item["last_probe"]["reason"], item["last_probe"]["findings"]),
                         ("good", None, []))
        self.answer("relayctl.relay.show", "show", "up", "-o", "json")

    def test_a_relay_of_the_past(self):
        self.add_full("news", self.closed_port())
        self.relayctl("edit", "news", "--description", "", "--ca-file", "none", "--fingerprint", "none", code=0)
        self.relayctl("delete", "news", code=0)
        changes = [item["id"] for item in self.answer("relayctl.history", "history", "-o", "json")]
        self.assertEqual(len(changes), 3)
        (edited,) = self.answer("relayctl.relay.show", "show", "news", "--at", str(changes[1]), "-o", "json")
        (added,) = self.answer("relayctl.relay.show", "show", "news", "--at", str(changes[2]), "-o", "json")
        self.assertEqual((edited["ca_file"], edited["description"], added["fingerprint"]), (None, "", "ab" * 32))
        self.assertNotIn("last_probe", added)
        self.error("not_found", "show", "news", "--at", str(changes[0]), "-o", "json", code=4)

    def test_changes_of_relays(self):
        """Each action of the commands that change relays."""
        def change(action, command, *words):
            (item,) = self.answer(f"relayctl.relay.{command}", command, *words, "-o", "json")
            self.assertEqual((item["action"], item["changed"]), (action, action != "unchanged"))
            return item

        words = ("news", "--host", "a.example", "--domain", "a.example")
        self.assertEqual(len(change("added", "add", *words, "--dkim", "--dry-run")["new_dkim_keys"]), 1)
        change("added", "add", *words)
        change("unchanged", "add", *words)
        made = change("replaced", "add", *words, "--dkim", "--replace")
        self.assertEqual(len(made["new_dkim_keys"]), 1)
        self.check_refuses("relayctl.relay.add", [made])
        change("edited", "edit", "news", "--description", "日本語")
        change("unchanged", "edit", "news", "--description", "日本語")
        change("disabled", "disable", "news")
        change("unchanged", "disable", "news")
        change("enabled", "enable", "news")
        change("unchanged", "enable", "news")
        change("deleted", "delete", "news")
        self.assertEqual(self.answer("relayctl.relay.delete", "delete", "news", "--if-exists", "-o", "json"), [])

    def test_domains(self):
        (item,) = self.answer("relayctl.domain.add", "domain", "add", "日本.jp", "-o", "json")
        self.assertEqual((item["name"], item["action"]), ("xn--wgv71a.jp", "added"))
        (item,) = self.answer("relayctl.domain.add", "domain", "add", "日本.jp", "-o", "json", "--dry-run")
        self.assertEqual((item["action"], item["dry_run"]), ("unchanged", True))
        self.add("news")
        self.relayctl("dkim", "generate", "news.example", "--selector", "s1", code=0)
        items = self.answer("relayctl.domain.list", "domain", "list", "-o", "json")
        self.assertEqual([(item["relays"], item["dkim_selectors"]) for item in items], [(["news"], ["s1"]), ([], [])])
        self.check_refuses("relayctl.domain.list", items)
        for action in ("deleted", "unchanged"):
            (item,) = self.answer("relayctl.domain.delete", "domain", "delete", "日本.jp", "--if-exists", "-o", "json")
            self.assertEqual(item["action"], action)
        self.check_refuses("relayctl.domain.delete", [item])

    def test_settings(self):
        self.error("not_found", "config", "get", "managed-return-path", "-o", "json", code=4)
        words = ("managed-return-path", "日本@例え.jp")
        for changed in (True, False):
            (item,) = self.answer("relayctl.config.set", "config", "set", *words, "-o", "json")
            self.assertEqual((item["value"], item["changed"]), ("日本@xn--r8jz45g.jp", changed))
        self.check_refuses("relayctl.config.set", [item])
        (item,) = self.answer("relayctl.config.get", "config", "get", "managed-return-path", "-o", "json")
        self.assertEqual(item["value"], "日本@xn--r8jz45g.jp")
        self.check_refuses("relayctl.config.get", [item])
        items = self.answer("relayctl.config.list", "config", "list", "-o", "json")
        self.assertEqual(len([item for item in items if item["value"] is not None]), 1)
        self.check_refuses("relayctl.config.list", items)
        for changed in (True, False):
            (item,) = self.answer("relayctl.config.unset", "config", "unset", "managed-return-path", "-o", "json")
            self.assertEqual((item["value"], item["changed"]), (None, changed))
        self.check_refuses("relayctl.config.unset", [item])
        for verb, words in (("set", ["eu", "--network", "192.0.2.0/24"]), ("unset", ["eu"])):
            items = self.answer(f"relayctl.config.region.{verb}", "config", "region", verb, *words, "-o", "json")
            self.check_refuses(f"relayctl.config.region.{verb}", items)

    def explain(self, *words):
        return self.answer("relayctl.explain", "explain", *words, "-o", "json")

    def test_explain(self):
        every = self.explain()
        self.assertGreater(len(every), 100)
        self.assertEqual({item["severity"] for item in every}, {"error", "warning", "info"})
        for one in (every[0], next(item for item in every if item["reference"] is None)):
            self.assertEqual(self.explain(one["id"]), [one])
        self.assertNotIn("reply", one)
        self.check_refuses("relayctl.explain", every[:2])

    def test_explain_a_reply(self):
        (item,) = self.explain("said: 550 5.1.1 no such user (in reply to RCPT TO command)")
        self.assertNotIn(None, item["reply"].values())
        self.check_refuses("relayctl.explain", [item])
        (item,) = self.explain("450 try again")
        self.assertEqual([key for key, value in item["reply"].items() if value is None],
                         ["enhanced_code", "enhanced_meaning", "stage"])
        self.assertTrue(item["reply"]["temporary"])
        (item,) = self.explain("5.7.139")
        self.assertEqual([key for key, value in item["reply"].items() if value is None],
                         ["code", "code_meaning", "stage"])
        self.check_refuses("relayctl.explain", [item])
        for given in ("250", "354 go on", "535-5.7.8 no\r\n535 5.7.8 日本語", "550 " + "x" * 10000):
            self.explain(given)
        (item,) = self.explain(b"535 5.7.8 \x1b[31m\x07\xc2\x85\xff\x7f \xe6\x97\xa5\xe6\x9c\xac \"\\")
        self.assertEqual(item["reply"]["text"], '\x1b[31m\x07\x85\ufffd\x7f 日本 "\\')

    def route(self, *words, code=0):
        return self.answer("relayctl.route", "route", *words, "-o", "json", code=code)

    def test_route(self):
        """Each step and each rule that the schema knows."""
        self.add_local("many", self.serve(), "--domain", "a.example.com", "--type", "mass", "--daily-limit", "1")
        self.add_local("down", self.serve("--say", "greeting=421 4.3.2 \x1b[31m日本"), "--domain", "a.example.com",
                       "--type", "workflow")
        self.relayctl("send", "--mail-type", "mass", "ann@b.example", stdin=MAIL, code=0)
        for _ in range(3):
            self.relayctl("send", "--mail-type", "workflow", "ann@b.example", stdin=MAIL, code=75)
        first, *_ = self.route("--from", "a.example.com", "--mail-type", "mass", code=1)
        self.assertEqual(first["step"], "limit_reached")
        first, *_ = self.route("--from", "a.example.com", "--mail-type", "workflow", code=1)
        self.assertEqual((first["step"], first["reason"][-2:]), ("tripped", "日本"))
        for name, domain in (("off", "a.example.com"), ("below", "*.example.com"), ("any", "*")):
            self.relayctl("add", name, "--host", "smtp.mailer.example", "--domain", domain, "--priority", "5", code=0)
        self.relayctl("add", "other", "--host", "smtp.mailer.example", "--domain", "other.example", code=0)
        self.relayctl("add", "last", "--host", "2001:db8::1", "--fallback", code=0)
        self.relayctl("disable", "off", code=0)
        self.relayctl("edit", "many", "--fallback-to", "other", "--allow-unaligned-fallback", code=0)
        items = [item for kind in ("mass", "workflow", "individual")
                 for item in self.route("--from", "joe@a.example.com", "--mail-type", kind)]
        rules = read_schema("relayctl.route")["$defs"]["item"]["properties"]
        for member in ("step", "rule"):
            # What would fail DMARC is known to those who asked the DNS: send, which says so on standard error.
            self.assertEqual({item[member] for item in items}, set(rules[member]["enum"]) - {"too_many", "unaligned"})
        self.assertEqual({item["name"] for item in items if item["step"] == "taken"}, {"below", "other"})
        self.check_refuses("relayctl.route", items)

    def test_errors(self):
        """Each kind of failure that the schema knows, but bugs, and what a server that is asked for an update refuses."""
        self.add("news")
        self.add_local("small", self.closed_port(), "--domain", "a.example", "--daily-limit", "1", "--limit-unit",
                       "recipients")
        self.relayctl("dkim", "generate", "a.example", "--selector", "s1", code=0)
        self.relayctl("dkim", "generate", "a.example.com", "--selector", "s1", code=0)
        self.add_local("pending", self.serve(), "--domain", "a.example.com", "--dkim-selector", "s1")
        kinds = [
            self.error("usage", "list", "--nonsense", "--output=json", code=2),
            self.error("usage", "show", b"\x1b[31m\xff\xe6\x97\xa5", "-ojson", code=2),
            self.error("not_found", "show", "nwes", "-o", "jsonl", code=4),
            self.error("conflict", "add", "news", "--host", "b.example", "--domain", "b.example", "-o", "json", code=5),
            self.error("confirmation", "delete", "news", "small", "-o", "json", code=6),
            self.error("unavailable", "send", "--relay", "pending", "ann@b.example", "-o", "json", code=75, stdin=MAIL),
            self.error("io", "list", "-o", "json", "--store", str(self.folder), code=74),
            self.interrupted(),
        ]
        if not is_sanitized():  # an address space with room for the sanitizer has room for everything
            kinds.append(self.without_memory())
        self.assertIn("\\x1b[31m\\xff日", kinds[1]["message"])
        rules = read_schema("relayctl.error")["properties"]["error"]["properties"]
        self.assertEqual({error["id"] for error in kinds} | {"bug", "refused"}, set(rules["id"]["enum"]))
        self.assertEqual({bool(error["hint"]) for error in kinds}, {True, False})
        self.check_refuses("relayctl.error", {"error": kinds[0]})
        with open("/dev/full", "wb") as full:
            self.error("io", "domain", "list", "-o", "json", code=74, stdout=full)

    def interrupted(self):
        """Waits for a name server that never answers, and Ctrl-C."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            silent.settimeout(20)
            process = subprocess.Popen([PROGRAM, "dkim", "check", "-o", "json", "--dns-server",
                                        "{}:{}".format(*silent.getsockname())], env=self.environment, cwd=self.folder,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.addCleanup(process.kill)
            silent.recv(4096)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        document = json.loads(err)
        self.check(document, "relayctl.error")
        self.assertEqual((process.returncode, out, document["error"]["exit"]), (130, b"", 130))
        return document["error"]

    def without_memory(self):
        """Memory that is not there is told as a bug: the one such failure that a test can bring about."""
        text = b'[relays.big]\nhost = "a.example"\ndescription = "' + b"x" * (8 << 20) + b'"\n'
        return self.error("bug", "diff", "-f", "-", "-o", "json", code=70, stdin=text,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (44 << 20, 44 << 20)))

    def test_every_command_has_a_schema(self):
        sources = [path.read_text() for path in (SOURCE / "src").rglob("*.[ch]pp")]
        named = {name for text in sources for name in re.findall(r'"(relayctl\.[\w.-]+)/1"', text)}
        files = {path.name.removesuffix(".1.json") for path in SCHEMAS.glob("*.json")}
        self.assertGreater(len(named), 40)
        self.assertEqual(named - files, set(), "printed, but not described in share/schemas")
        self.assertEqual(files - named, {"relayctl.error"}, "described, but not printed")
        paths = re.findall(r"^  ([a-z-]+(?: [a-z-]+)*)(?:  |$)", self.relayctl("--help", code=0).out, re.M)
        helps = {path: self.relayctl("help", *path.split(" ")) for path in paths}
        printing = {path for path, told in helps.items() if told.code == 0 and "--output FORMAT" in told.out}
        self.assertGreater(len(printing), 30)
        self.assertEqual({path for path in printing if not {f"relayctl.{path.replace(' ', '.')}",
                                                            f"relayctl.relay.{path}"} & files}, set())

    def test_no_schema_lets_a_member_pass_or_miss(self):
        """The files say "members are only ever added", so closed() closes them: it must reach every object."""
        for path in sorted(SCHEMAS.glob("*.json")):
            name = path.name.removesuffix(".1.json")
            with self.subTest(name):
                schema = json.loads(path.read_text())
                self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
                if name not in (DECLARATION, "relayctl.error"):
                    self.assertEqual(schema["properties"]["schema"], {"const": f"{name}/1"})
                left_out = set()
                for part in schemas_within(closed(schema)):
                    self.assertTrue({"type", "enum", "const", "$ref", "oneOf"} & part.keys(), part)
                    if "array" in types(part):
                        self.assertIn("items", part)
                    if "properties" in part:
                        self.assertIn("object", types(part))
                    if "object" in types(part) and "properties" not in part:  # by name: relays, regions ...
                        self.assertEqual((name, type(part.get("additionalProperties"))), (DECLARATION, dict), part)
                    elif "object" in types(part):
                        self.assertIs(part["additionalProperties"], False)
                        left_out |= part["properties"].keys() - set(part.get("required", []))
                        self.assertLessEqual(set(part.get("required", [])), part["properties"].keys())
                if name != DECLARATION:
                    self.assertEqual(left_out, LEFT_OUT.get(name, set()))

    def test_history_and_declarations(self):
        text = (b'[relays.news]\nhost = "a.example"\ndomains = ["example.com"]\n[regions.eu]\nnetworks = ["192.0.2.0/24"]\n'
                b'[settings]\ntime-zone = "UTC"\n')
        self.assertEqual(len(self.answer("relayctl.diff", "diff", "-f", "-", "-o", "json", code=1, stdin=text)), 4)
        self.assertEqual(len(self.answer("relayctl.apply", "apply", "-f", "-", "-o", "json", stdin=text)), 4)
        self.relayctl("dkim", "generate", "example.com", "--selector", "s1", "--note", "first", code=0)
        self.relayctl("edit", "news", "--user", "alice", "--password-stdin", "--dkim-selector", "s1", stdin=b"secret\n",
                      code=0)
        self.relayctl("delete", "news", code=0)
        self.answer("relayctl.undo", "undo", "-o", "json")
        items = self.answer("relayctl.history", "history", "-o", "json")
        self.assertEqual([bool(item["lost_secrets"]) for item in items], [False, True, False, False, False])
        self.answer("relayctl.config.region.list", "config", "region", "list", "-o", "json")

    def test_the_declaration_itself(self):
        self.test_history_and_declarations()
        without_password = json.loads(self.relayctl("export", code=0).out)
        self.assertEqual(without_password["relays"]["news"]["password_source"], "missing")
        self.check(without_password, "relayctl.store")
        self.relayctl("edit", "news", "--password-stdin", stdin=b"secret\n", code=0)
        file = self.folder / "all.json"
        self.relayctl("export", "--with-secrets", "-f", str(file), code=0)
        for document in (json.loads(file.read_text()), json.loads(self.relayctl("export", code=0).out),
                         tomllib.loads(self.relayctl("export", "--format", "toml", code=0).out)):
            self.check(document, "relayctl.store")

    def test_allowlist(self):
        self.relayctl("config", "region", "set", "eu", "--network", "192.0.2.0/24", code=0)
        self.answer("relayctl.allowlist", "allowlist", "--format", "json", "--save")
        self.answer("relayctl.allowlist.diff", "allowlist", "--format", "json", "--diff")
        self.relayctl("config", "region", "set", "eu", "--network", "198.51.100.0/24", code=0)
        (item,) = self.answer("relayctl.allowlist.diff", "allowlist", "--format", "json", "--diff", code=1)
        self.assertEqual((item["added"], item["removed"]), (["198.51.100.0/24"], ["192.0.2.0/24"]))


if __name__ == "__main__":
    unittest.main()
