"""The page of traces in a real browser: from a source line by a click to instructions and exits with counts, and back."""
# Needs: chromium
import json
import os
import subprocess
import tempfile

import hotpy.trace


def part(a, b): return a % b


def loop(n):
    x = 0.0
    for i in range(n):
        if part(i, 50) == 0: x += 1.5
        else: x -= 0.25
    return x


loop(5000)
loop(777)


class Browser:
    """Chromium without a screen, told what to do through a pipe."""

    def __init__(self, folder):
        to_read, self.write = os.pipe()
        self.read, to_write = os.pipe()
        # The browser reads from descriptor 3 and writes to 4.
        start = f'exec "$0" "$@" 3<&{to_read} 4>&{to_write}'
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe", f"--user-data-dir={folder}", "--window-size=1400,900"]
        self.process = subprocess.Popen(["bash", "-c", start, *command], pass_fds=(to_read, to_write), stderr=subprocess.DEVNULL, env={**os.environ, "HOME": folder})
        os.close(to_read), os.close(to_write)
        self.buffer, self.number, self.session = b"", 0, None

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session: message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.buffer:
                data = os.read(self.read, 1 << 16)
                assert data, "the browser has gone"
                self.buffer += data
            text, _, self.buffer = self.buffer.partition(b"\0")
            answer = json.loads(text)
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return answer["result"]

    def open(self, url):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("Page.navigate", url=url)
        while self("document.readyState") != "complete" or self("location.protocol") != "file:": pass

    def __call__(self, code):
        answer = self.call("Runtime.evaluate", expression=code, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def click(self, code):
        """A click of the mouse on the middle of the element."""
        self(f"var target = {code}; target.scrollIntoView({{block: 'center'}})")
        x, y = self("(r => [r.x + Math.min(r.width, 200) / 2, r.y + r.height / 2])(target.getBoundingClientRect())")
        for kind in "mousePressed", "mouseReleased":
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def close(self):
        self.call("Browser.close")
        self.process.wait(30)


with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    page = os.path.join(folder, "page.html")
    hotpy.trace.html_snapshot(page)
    with open(page) as f: text = f.read()
    assert "http" not in text and "src=" not in text, "the page needs nothing else"
    browser = Browser(folder)
    browser.open("file://" + page)
    assert browser("document.title") == "Traces of page.py"
    browser("var tree = [...document.querySelectorAll('section')].find(s => s.querySelector('h2').textContent.startsWith('loop '))")
    on = "tree.querySelectorAll('.{}.on').length"
    texts = "[...tree.querySelectorAll('.{}.on')].map(e => e.textContent)"
    # A source line: its instructions, and the exits that they may take.
    browser.click("[...tree.querySelectorAll('.line')].find(e => e.textContent.includes('if part(i'))")
    assert [t for t in browser(texts.format("inst")) if "guard.false" in t]
    exits = browser(texts.format("exit"))
    said = browser("document.getElementById('said').textContent")
    taken = sum(browser("[...tree.querySelectorAll('.exit.on')].map(e => +e.dataset.taken)"))
    assert exits and taken > 20 and f"taken {taken} times" in said, (exits, said)
    # The instruction that is left: its line, its one exit, with the count.
    browser.click("[...tree.querySelectorAll('.inst')].filter(e => e.textContent.includes('guard.false')).pop()")
    assert browser(on.format("inst")) == 1 and browser(on.format("exit")) == 1 and browser(on.format("line")) == 1
    assert "if part(i" in browser(texts.format("line"))[0]
    assert "in trace 1" in browser(texts.format("exit"))[0], browser(texts.format("exit"))
    # The exit: the instructions that lead there, and their lines.
    browser.click("[...tree.querySelectorAll('.exit')].find(e => +e.dataset.taken > 20)")
    assert browser(on.format("exit")) == 1 and browser(on.format("inst")) >= 1 and browser(on.format("line")) >= 1
    # A call that was followed shows its callee's line; the link leads to the side trace.
    browser.click("[...tree.querySelectorAll('.line')].find(e => e.textContent.includes('def part'))")
    assert [t for t in browser(texts.format("inst")) if "int.mod" in t], browser(texts.format("inst"))
    browser.click("tree.querySelector('.exit a')")
    assert browser("location.hash").startswith("#t") and browser("document.querySelector(':target').textContent").startswith("trace 1")
    # Nothing is wider than the window.
    assert browser("document.documentElement.scrollWidth") <= 1400
    browser.close()
