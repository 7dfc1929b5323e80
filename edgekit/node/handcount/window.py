"""A hand count at a live view or a recorded clip, in a window on the local screen.

Nothing here has passed the gate. Frames are drawn and forgotten; only the tally is written.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from types import ModuleType
from typing import TYPE_CHECKING

from edgekit.confine.hygiene import keep_memory_private
from edgekit.errors import ConfigError, MissingExtraError
from edgekit.evaluation.tallying import Key
from edgekit.frames import Frame, Pixels
from edgekit.geometry import Line, Zone
from edgekit.node.clock import now_ms
from edgekit.node.handcount.file import TallyFile
from edgekit.node.handcount.session import TallySession
from edgekit.node.pictures.drawing import draw_line, draw_zone, enlarged
from edgekit.node.pictures.screen import require_local_screen
from edgekit.node.trying.counting import PLAZA_SECONDS
from edgekit.seams.eye import FrameSource
from edgekit.sensors.latest import LatestSource
from edgekit.sensors.open import open_source
from edgekit.testing.plaza import PlazaSource
from edgekit.testing.spec import is_plaza, plaza_seconds

if TYPE_CHECKING:
    import tkinter as tk

MIN_WIDTH, MAX_WIDTH = 640, 1280
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
TICK_MS = 10
HELP = "space: pause   . step   + - speed   backspace: take back the last   q: end"


class TallyWindow:
    """Shows a source and counts what is pressed.

    Args:
        source: a camera, a stream, a video file, a folder of pictures or ``plaza``.
        start_ms: when a recorded source begins; a live one is now.
        size: (width, height) to bring the picture to, as the site has it; None = as it is.
        lines: drawn into the picture.
        zones: likewise.

    Raises:
        ConfigError: the screen is not this machine's own.
        MissingExtraError: Python's tkinter is not installed.
        SensorError: there is nothing to see.
    """

    def __init__(
        self,
        source: str,
        *,
        start_ms: int,
        size: tuple[int, int] | None = None,
        lines: Sequence[Line] = (),
        zones: Sequence[Zone] = (),
    ) -> None:
        require_local_screen(os.environ.get("DISPLAY"))
        self._tkinter = _tkinter()
        self._source = _open(source, start_ms, size)
        self._lines, self._zones = lines, zones
        for line in lines:
            line.require_inside(*self._source.size)
        for zone in zones:
            zone.require_inside(*self._source.size)
        self.live = self._source.live
        if self.live and start_ms:
            self._source.close()
            raise ConfigError("--start with a live source: its time is now", hint="leave it out")
        self._t_ms = start_ms
        self._due_s = 0.0
        self._speed = SPEEDS.index(1.0)
        self._playing = True
        self._ended = False
        self._said = ""
        self._picture: tk.PhotoImage | None = None

    def now_ms(self) -> int:
        """The time of a press: the clock's, or that of the frame that is shown."""
        return now_ms() if self.live else self._t_ms

    def run(self, file: TallyFile, keys: tuple[Key, ...], *, every_s: int) -> None:
        """Count until the window is closed, q is pressed or the source ends and q is pressed."""
        keep_memory_private()
        session = TallySession(file, keys, clock_ms=self.now_ms, every_s=every_s)
        with closing(self._source):
            if self.live:
                self._source = LatestSource(self._source)
            self._show(session)

    def _show(self, session: TallySession) -> None:
        try:
            root = self._tkinter.Tk(className="edgekit")
        except self._tkinter.TclError as error:
            raise ConfigError(f"no window can be opened: {error}") from error
        failed: list[BaseException] = []

        def fail(_kind: object, error: BaseException, _trace: object) -> None:
            failed.append(error)
            root.quit()

        root.report_callback_exception = fail
        root.title("edgekit tally: nothing is stored but the count")
        self._view = self._tkinter.Label(root)
        self._view.pack()
        self._words = self._tkinter.Label(root, font="TkFixedFont", justify="left", anchor="w")
        self._words.pack(fill="x")
        root.bind("<Key>", lambda event: self._key(event, session, root))
        root.protocol("WM_DELETE_WINDOW", root.quit)
        session.start()
        try:
            self._tick(root, session)
            root.mainloop()
        finally:
            session.end()
            root.destroy()
        if failed:
            raise failed[0]

    def _tick(self, root: "tk.Tk", session: TallySession) -> None:
        if self._playing and time.monotonic() >= self._due_s:
            self._next()
        words = "\n".join([*session.table(), self._standing(), HELP])
        if words != self._said:
            self._words["text"] = self._said = words
        root.after(TICK_MS, self._tick, root, session)

    def _next(self) -> None:
        """Take the next frame and show it; at the end of a file stay with the last."""
        if self._ended:
            return
        frame = self._source.read()
        if frame is None:
            self._ended, self._playing = True, False
            self._t_ms += round(1000 / self._source.fps)  # the last frame has been seen to its end
            return
        self._t_ms = frame.t_ms
        self._draw(frame)
        wait_s = 0.0 if self.live else 1 / self._source.fps / SPEEDS[self._speed]
        self._due_s = max(self._due_s + wait_s, time.monotonic() - wait_s)

    def _draw(self, frame: Frame) -> None:
        width = min(MAX_WIDTH, max(MIN_WIDTH, frame.size[0]))
        view = enlarged(frame.pixels, width)
        scale = width / frame.size[0]
        for zone in self._zones:
            draw_zone(view, zone.name, zone.polygon, scale=scale)
        for line in self._lines:
            draw_line(view, line.name, (line.start, line.end), scale=scale)
        self._picture = self._tkinter.PhotoImage(data=_ppm(view), format="PPM")
        self._view["image"] = self._picture

    def _key(self, event: "tk.Event[tk.Misc]", session: TallySession, root: "tk.Tk") -> None:
        commands: Mapping[str, Callable[[], object]] = {
            "q": root.quit,
            " ": session.pause if self.live else self._halt,
            ".": self._step,
            "+": lambda: self._pace(1),
            "-": lambda: self._pace(-1),
        }
        if event.keysym == "BackSpace":
            session.undo()
        elif event.char in commands:
            commands[event.char]()
        elif event.char and not session.press(event.char):
            root.bell()

    def _halt(self) -> None:
        self._playing = not self._playing and not self._ended
        self._due_s = time.monotonic()

    def _step(self) -> None:
        """Show one frame more of a file that is halted."""
        if not self.live:
            self._playing = False
            self._next()

    def _pace(self, by: int) -> None:
        self._speed = min(len(SPEEDS) - 1, max(0, self._speed + by))

    def _standing(self) -> str:
        if self.live:
            return "live"
        if self._ended:
            return "the video has ended: q ends the count"
        state = "playing" if self._playing else "halted: counting goes on at this picture"
        return f"{state}, speed {SPEEDS[self._speed]:g}"


def _open(source: str, start_ms: int, size: tuple[int, int] | None) -> FrameSource:
    if is_plaza(source):
        seconds = plaza_seconds(source, default=PLAZA_SECONDS)
        return PlazaSource(clock_ms=lambda: start_ms, realtime=False, seconds=seconds)
    width, height = size or (None, None)
    opened = open_source(source, clock_ms=now_ms, width=width, height=height)
    if opened.live:
        return opened
    opened.close()  # a file's own time starts where it is told to
    return open_source(source, clock_ms=lambda: start_ms, width=width, height=height)


def _ppm(view: Pixels) -> bytes:
    """Return a picture as portable pixmap, which Tk reads without a file."""
    height, width = view.shape[:2]
    return b"P6 %d %d 255 " % (width, height) + view[:, :, ::-1].tobytes()


def _tkinter() -> ModuleType:
    try:
        import tkinter as tk  # noqa: PLC0415 -- a part of Python that may be missing
    except ImportError as error:
        raise MissingExtraError(
            "a window needs Python's tkinter, which is not installed",
            hint="sudo apt install python3-tk, or count with keys alone: leave --source out",
        ) from error
    return tk
