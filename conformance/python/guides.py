"""The guides of the reference. Runs the shell commands of each guide, and compares what they print with the guide."""

import contextlib
import glob
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

from suite import equal

HERE = os.path.dirname(os.path.abspath(__file__))
GUIDES = os.path.join(HERE, "..", "..", "crates", "reference", "guides")
# A guide whose commands wait for events takes some seconds.
TIMEOUT_SECONDS = 120
# The values of these fields differ from run to run. Those of all others are as in the guide.
VARIABLE = re.compile(
    r"(request_?id|access_?token|media_id|unionid|article_id|task_id|dept_?id|messageid|event_id|eventid|bizid|revision"
    r"|.*userid|user_id|created_at|count|totalcount|hasmore|list|ticket|endpoint|data|tookus|took_ms|next_?token"
    r"|id|conversation|.*time|.*timestamp|sessionwebhook|.*url|uuid|fromuser|touser|corp_?id|msgid|sendernick|callerid"
    r"|connectionid|appid|eventunifiedappid|eventcorpid|waitingsince|receivers|max_receivers)",
    re.IGNORECASE,
)
SAME_IN_ALL_LANGUAGES = "both languages have the same code, headings and links"


class Block:
    """A fenced block: its language and its lines."""

    def __init__(self, language):
        self.language = language
        self.lines = []

    def code(self):
        """The lines without comments, which are in the language of the guide."""
        return [line for line in self.lines if not line.lstrip().startswith(("# ", "// "))]


class Guide:
    def __init__(self, name, language):
        self.blocks = []
        self.headings = []
        self.links = []
        with open(os.path.join(GUIDES, f"{name}.{language}.md"), encoding="utf-8") as file:
            inside = False
            for line in file.read().split("\n"):
                if line.startswith("```"):
                    inside = not inside
                    if inside:
                        self.blocks.append(Block(line[3:]))
                elif inside:
                    self.blocks[-1].lines.append(line)
                else:
                    self.headings += re.findall("^(#+) ", line)
                    self.links += re.findall(r"\]\((\S+?)\)", line)
        equal(inside, False)

    def steps(self):
        """Yields each block of commands, and the JSON that it should print or None."""
        for block, after in zip(self.blocks, self.blocks[1:] + [Block("")]):
            if block.language == "sh":
                yield "\n".join(block.lines), "\n".join(after.lines) if after.language == "json" else None


def assert_alike(found, expected, path=""):
    """Raises an error unless keys and types are equal, and so are all values that do not vary. A list may have other items."""
    if isinstance(expected, dict):
        equal((path, sorted(found)), (path, sorted(expected)))
        for key, value in expected.items():
            assert_alike(found[key], value, f"{path}.{key}")
    elif isinstance(expected, list):
        equal((path, type(found), bool(found)), (path, list, bool(expected)))
        for item, value in zip(found, expected):
            assert_alike(item, value, f"{path}.0")
    elif VARIABLE.fullmatch(re.sub(r"\.0$", "", path).split(".")[-1]):
        equal((path, type(found)), (path, type(expected)))
    else:
        equal((path, found), (path, expected))


class Guides:
    def __init__(self, fixture, folder):
        self.fixture = fixture
        self.folder = folder
        self.names = sorted(os.path.basename(path)[: -len(".zh.md")] for path in glob.glob(os.path.join(GUIDES, "*.zh.md")))

    def prepare(self):
        """Creates the app of a reader, so that no other program receives its events, and a member to be found."""
        command = [self.fixture.program, "app", "create", "--corp", self.fixture.corp, "--name", "guides", "--grant", "all"]
        output = subprocess.run([*command, "--json", "--data", self.fixture.data], check=True, stdout=subprocess.PIPE).stdout
        self.app = json.loads(output)
        member = {"userid": "guides", "name": "王试用", "dept_id_list": "1", "exclusive_account": True}
        created = self.fixture.session.post(self.fixture.address("/topapi/v2/user/create"), json=member).json()
        equal(created["errcode"], 0)

    def substitute(self, text, app):
        values = {"base_url": self.fixture.url, "corp_id": self.fixture.corp}
        values |= {"app_key": app["app_key"], "app_secret": app["app_secret"]}
        return re.sub(r"{{(\w+)}}", lambda match: values[match[1]], text)

    def languages_agree(self):
        equal([f"{name}.en.md" for name in self.names], sorted(name for name in os.listdir(GUIDES) if name.endswith(".en.md")))
        status = lambda link: self.fixture.session.get(self.fixture.url + link).status_code
        for name in self.names:
            chinese, english = Guide(name, "zh"), Guide(name, "en")
            code = lambda guide: [(block.language, block.code()) for block in guide.blocks]
            equal((name, code(chinese)), (name, code(english)))
            equal((name, chinese.headings), (name, english.headings))
            equal((name, sorted(chinese.links)), (name, sorted(english.links)))
            unknown = [link for link in chinese.links if link.startswith("/reference") and status(link) != 200]
            equal((name, unknown), (name, []))

    def run(self, name):
        """Runs the commands of a guide in one shell, and compares the output of each block."""
        steps = list(Guide(name, "zh").steps())
        output = lambda number: os.path.join(self.folder, f"{name}.{number}.out")
        script = "\n".join(f"{{\n{commands}\n}} > '{output(number)}'" for number, (commands, _) in enumerate(steps))
        path_of_script = os.path.join(self.folder, name + ".sh")
        with open(path_of_script, "w", encoding="utf-8") as file:
            file.write(self.substitute(script, self.app))
        path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
        modules = os.path.join(HERE, "..", "node_modules")
        shell = subprocess.Popen(
            ["bash", "-euo", "pipefail", path_of_script],
            cwd=self.folder, env={**os.environ, "PATH": path, "NODE_PATH": modules},
            stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True,
        )
        try:
            equal((name, shell.wait(TIMEOUT_SECONDS)), (name, 0))
        finally:
            # Programs that the guide left running.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()
        for number, (_, expected) in enumerate(steps):
            if expected is not None:
                with open(output(number), encoding="utf-8") as file:
                    assert_alike(json.load(file), json.loads(self.substitute(expected, self.app)), f"{name} {number}: ")

    def missing_permissions(self):
        """The two responses in the first guide that an app with permissions does not get."""
        bare = self.fixture.bare
        headers = {"x-acs-dingtalk-access-token": self.fixture.token(bare)}
        address = self.fixture.address("/topapi/user/count", self.fixture.token(bare))
        legacy = self.fixture.session.post(address, json={"only_active": False})
        search = {"queryWord": "王", "offset": 0, "size": 2}
        v1 = self.fixture.session.post(self.fixture.url + "/v1.0/contact/users/search", json=search, headers=headers)
        documents = [self.substitute("\n".join(block.lines), bare) for block in Guide("01-token", "zh").blocks]
        documents = [json.loads(text) for text in documents if "appscope/apply" in text]
        assert_alike([legacy.json(), v1.json()], documents)
        equal((legacy.status_code, v1.status_code), (200, 403))


def run(fixture, suite):
    with tempfile.TemporaryDirectory() as folder:
        guides = Guides(fixture, folder)
        suite.attempt(SAME_IN_ALL_LANGUAGES, guides.languages_agree)
        suite.attempt("an app", guides.prepare)
        for name in guides.names:
            suite.attempt(name, guides.run, name)
        suite.attempt("the responses without a permission", guides.missing_permissions)
