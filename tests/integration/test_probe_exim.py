"""probe against Exim, which speaks TLS by GnuTLS: where there is one, for its package and Postfix's exclude each other.

EXIM names the program; without it the one in the path is taken.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from relayctl import TESTS, RelayctlTest

sys.path.insert(0, str(TESTS / "lab"))
import certificates  # noqa: E402

PROGRAM = os.environ.get("EXIM") or shutil.which("exim4", path=os.environ["PATH"] + ":/usr/sbin")
USER = "Debian-exim"  # compiled in
SECRET = "s3cret"
CONFIGURATION = r"""
primary_hostname = mail.exim.test
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
keep_environment =
local_interfaces = <; {address}
daemon_smtp_ports = 25 : 465 : 587
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = {folder}/ca/exim.chain.pem
tls_privatekey = {folder}/ca/exim.key
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
queue_only = true
acl_smtp_rcpt = recipients
begin acl
recipients:
  accept authenticated = *
  accept domains = exim.test
  deny message = relay not permitted
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{alice}}}}{{eq{{$auth3}}{{{secret}}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{alice}}}}{{eq{{$auth2}}{{{secret}}}}}}}}}
  server_set_id = $auth1
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = {secret}
  server_set_id = $auth1
"""


def can_run():
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return False
    return PROGRAM is not None and os.geteuid() == 0


@unittest.skipUnless(can_run(), "there is no Exim, or not the user that it runs as, or no root")
class EximTest(RelayctlTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.lab.real_ports:
            raise unittest.SkipTest("the ports are 25, 465 and 587")
        cls.address = f"{cls.lab.network}.245"
        directory = tempfile.TemporaryDirectory(prefix="relayctl-exim.")
        cls.addClassCleanup(directory.cleanup)
        cls.folder = Path(directory.name)
        certificates.Authority(cls.folder / "ca").leaf("exim", "exim", f"IP:{cls.address}")
        configuration = cls.folder / "exim.conf"
        configuration.write_text(CONFIGURATION.format(folder=cls.folder, address=cls.address, secret=SECRET))
        for name in ("spool", "log"):
            (cls.folder / name).mkdir()
        for path in (cls.folder, *cls.folder.rglob("*")):
            if path != configuration:  # which nobody but root may be able to write
                shutil.chown(path, USER)
        cls.exim = subprocess.Popen([PROGRAM, "-C", configuration, "-bdf", "-oP", cls.folder / "spool/pid"],
                                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.stop)
        deadline = time.monotonic() + 20
        while not (cls.folder / "spool/pid").exists():
            if cls.exim.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("Exim did not start")
            time.sleep(0.05)

    @classmethod
    def stop(cls):
        cls.exim.terminate()
        cls.exim.wait(timeout=10)

    def add_relay(self, secret=SECRET, **options):
        path = self.home / "secret"
        path.write_text(secret + "\n")
        path.chmod(0o600)
        self.add("exim", self.address, user="alice", password_file=path, ca_file=self.folder / "ca/root.pem", **options)

    def probe(self, *arguments, code):
        return self.relayctl("probe", "exim", "-o", "json", *arguments, code=code).item()

    def test_what_each_port_speaks_and_offers(self):
        self.add_relay()
        cells = {(cell["port"], cell["security"]): cell for cell in self.probe(code=0)["combinations"]}
        self.assertEqual({key: cell["problem"] for key, cell in cells.items()}, {
            (25, "none"): "none", (25, "tls"): "none", (25, "ssl"): "plain-port",
            (465, "none"): "implicit-tls-port", (465, "tls"): "implicit-tls-port", (465, "ssl"): "none",
            (587, "none"): "none", (587, "tls"): "none", (587, "ssl"): "plain-port"})
        self.assertEqual(cells[587, "tls"]["before_tls"]["auth"], [])
        self.assertEqual(cells[587, "tls"]["after_tls"]["auth"], ["PLAIN", "LOGIN", "CRAM-MD5"])

    def test_every_mechanism_logs_in_and_a_wrong_password_does_not(self):
        self.add_relay()
        for mechanism in ("plain", "login", "cram-md5"):
            self.assertTrue(self.probe("--login", "--auth", mechanism, code=0)["login"]["accepted"], mechanism)
        self.relayctl("delete", "exim", code=0)
        self.add_relay("not-the-password", port=465, security="ssl")
        login = self.probe("--login", code=7)["login"]
        self.assertEqual((login["accepted"], login["finding"]), (False, "smtp-auth-wrong-password"), login)

    def test_recipients_behind_a_login_and_without(self):
        self.add_relay()
        asked = ("--sender", "a@b.test", "--recipient", "c@exim.test", "--recipient", "d@elsewhere.test")
        self.assertEqual([one["accepted"] for one in self.probe("--login", *asked, code=0)["recipients"]], [True, True])
        recipients = self.probe(*asked, code=7)["recipients"]
        self.assertEqual([(one["accepted"], one["finding"]) for one in recipients],
                         [(True, None), (False, "smtp-relaying-denied")])
        self.assertFalse(self.probe("--open-relay", code=0)["open_relay"]["open"])


if __name__ == "__main__":
    unittest.main()
