"""Makes the Debian package of the build folder BUILD, installs it with dpkg below a folder, and uses it from there; and
`cmake --install` into another. Nothing of the system's own is changed."""

import gzip
import json
import os
import re
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

BUILD = os.environ["BUILD"]
SOURCE = Path(__file__).resolve().parents[2]

FILES = {
    "bin/relayctl": 0o755,
    "share/bash-completion/completions/relayctl": 0o644,
    "share/zsh/vendor-completions/_relayctl": 0o644,
    "share/fish/vendor_completions.d/relayctl.fish": 0o644,
    "share/locale/ja/LC_MESSAGES/relayctl.mo": 0o644,
} | {f"share/relayctl/schemas/{path.name}": 0o644 for path in (SOURCE / "share/schemas").glob("*.json")}


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, timeout=120, **options).stdout


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="relayctl-package.")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        run(os.environ["CPACK"], "-G", "DEB", "-B", cls.folder, "--config", f"{BUILD}/CPackConfig.cmake", cwd=BUILD)
        cls.package, = cls.folder.glob("*.deb")
        cls.root = cls.folder / "root"
        database = cls.root / "var/lib/dpkg"
        (database / "updates").mkdir(parents=True)
        (database / "info").mkdir()
        (database / "status").touch()
        # The libraries it depends on are the system's, and not in this database.
        run("dpkg", f"--admindir={database}", f"--instdir={cls.root}", "--force-depends", "--force-not-root",
            f"--log={cls.folder}/log", "-i", cls.package)

    def check_files(self, usr):
        for name, mode in FILES.items():
            self.assertEqual(stat.S_IMODE((usr / name).stat().st_mode), mode, name)
        for path in (usr / "share/relayctl/schemas").iterdir():
            json.loads(path.read_text())
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        program = usr / "bin/relayctl"
        self.assertRegex(run(program, "--version", env=environment).decode(), r"\Arelayctl \d+\.\d+\.\d+\n(?s:.*)OpenSSL 3\.")
        self.assertIn(b"relayctl add", run(program, "help", "add", env=environment))
        self.assertIn("リレーを追加", run(program, "help", "add", env={**environment, "LANGUAGE": "ja"}).decode())
        self.assertEqual(os.readlink(usr / "bin/relayctl-sendmail"), "relayctl")
        called = subprocess.run([usr / "bin/relayctl-sendmail", "-bp"], capture_output=True, check=False, timeout=60, env=environment)
        self.assertEqual((called.returncode, called.stdout), (64, b""))
        self.assertIn(b"there is no queue to list", called.stderr)
        listed = run(program, "help", env=environment).decode().split("Relays\n", 1)[1].split("Other\n")[0]
        commands = re.findall(r"^  ([a-z]+(?: [a-z-]+)*?)(?:  |$)", listed, re.MULTILINE)
        self.assertGreater(len(commands), 40)
        self.check_pages_of(commands, usr / "share/man")
        self.check_links_of(usr / "share/doc/relayctl")
        completion = usr / "share/bash-completion/completions/relayctl"
        environment["PATH"] = f"{usr / 'bin'}:{environment['PATH']}"
        typed = (f'. "{completion}"; COMP_WORDS=(relayctl prob); COMP_CWORD=1; COMP_LINE="relayctl prob"; COMP_POINT=13; '
                 '$(complete -p relayctl | sed "s/.*-F \\([^ ]*\\).*/\\1/") relayctl prob relayctl; echo "${COMPREPLY[@]}"')
        self.assertEqual(run("bash", "--norc", "-c", typed, env=environment).decode().strip(), "probe")

    def check_pages_of(self, commands, folder):
        """`man relayctl-COMMAND` finds the page that the command stands in."""
        for command in commands:
            page = folder / f"man1/relayctl-{command.replace(' ', '-')}.1"
            packed = page.with_suffix(".1.gz")
            text = gzip.decompress(packed.read_bytes()) if packed.exists() else page.read_bytes()
            self.assertIn(f"\n.Ss {command}\n".encode(), text, command)

    def check_links_of(self, folder):
        """What the documents link to is there too."""
        documents = [*folder.glob("*.md"), *folder.glob("*/*.md")]
        self.assertIn(folder / "README.md", documents)
        for document in documents:
            for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", document.read_text()):
                self.assertTrue((document.parent / link).exists(), f"{document}: {link}")

    def test_the_package_is_right_by_lintian(self):
        # It is made outside Debian: nobody has asked for it to be in there.
        done = subprocess.run(["lintian", "--fail-on", "error", "--suppress-tags", "initial-upload-closes-no-bugs", "--allow-root"
                               ] + [str(self.package)], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_it_says_what_it_is(self):
        fields = run("dpkg-deb", "-f", self.package).decode()
        for field in ("Package: relayctl", "Section: mail", "Maintainer: ", "libssl3", "libldns3", "libsqlite3-0"):
            self.assertIn(field, fields)

    def test_what_it_installs_works(self):
        usr = self.root / "usr"
        self.check_files(usr)
        for source in (SOURCE / "man").iterdir():
            page = usr / f"share/man/man{source.suffix[1:]}/{source.name}.gz"
            self.assertEqual(gzip.decompress(page.read_bytes()), source.read_bytes())
        self.assertEqual(run("mandoc", "-T", "utf8", usr / "share/man/man1/relayctl.1.gz").count(b"relayctl") > 5, True)
        self.assertTrue((usr / "share/doc/relayctl/copyright").is_file())

    def test_removing_it_leaves_nothing(self):
        root = self.folder / "other"
        database = root / "var/lib/dpkg"
        (database / "updates").mkdir(parents=True)
        (database / "info").mkdir()
        (database / "status").touch()
        dpkg = ["dpkg", f"--admindir={database}", f"--instdir={root}", "--force-depends", "--force-not-root",
                f"--log={self.folder}/log2"]
        run(*dpkg, "-i", self.package)
        run(*dpkg, "--purge", "relayctl")
        self.assertEqual([path for path in root.rglob("*relayctl*") if "/var/lib/dpkg/" not in str(path)], [])

    def test_the_installation_by_cmake_works(self):
        prefix = self.folder / "prefix"
        run(os.environ["CMAKE"], "--install", BUILD, "--prefix", prefix)
        self.check_files(prefix)
        for page in (SOURCE / "man").iterdir():
            self.assertTrue((prefix / f"share/man/man{page.suffix[1:]}" / page.name).is_file(), page)


unittest.main()
