"""The JSON of the commands that need no server is what its schema says, member by member."""

import json
import subprocess
import tomllib
import unittest

from support import SOURCE, CommandLineTest

SCHEMAS = SOURCE / "share" / "schemas"


def closed(schema):
    """The same, but with no member that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and schema.get("type") == "object":
        result["additionalProperties"] = False
    return result


class SchemaTest(CommandLineTest):
    def check(self, document, name):
        """Through Debian's python3-jsonschema: Debian's own interpreter has it."""
        instance, rules = self.folder / "instance.json", self.folder / "schema.json"
        instance.write_text(json.dumps(document))
        rules.write_text(json.dumps(closed(json.loads((SCHEMAS / f"{name}.1.json").read_text()))))
        told = subprocess.run(["/usr/bin/python3", "-W", "ignore", "-m", "jsonschema", "-i", instance, rules],
                              capture_output=True, text=True, check=False)
        self.assertEqual((told.returncode, told.stderr), (0, ""), told.stdout)

    def answer(self, name, *arguments, code=0, stdin=b""):
        document = json.loads(self.relayctl(*arguments, code=code, stdin=stdin).out)
        self.assertEqual(document["schema"], f"{name}/1")
        self.check(document, name)
        return document["items"]

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
