"""The reception of a running watch: answers questions, and tells news, in threads of its own.

Nothing that goes wrong here ends or stops a watch. Whoever asks knows the key of the state folder;
still, what stalls, lies or floods is let go of.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import traceback
from collections.abc import Callable
from contextlib import closing, suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from time import monotonic
from typing import Final

from markwire.errors import MarkwireError, NoArticleError, OccupiedError
from markwire.reception import address, letters
from markwire.reception.address import Address
from markwire.reception.asking import SILENCE
from markwire.reception.letters import Letter, Quiet, Refusal, Subscribe
from markwire.reception.meeting import Patient, admit, hang_up
from markwire.views import News, Question, View

_PATIENCE: Final = 5.0  # seconds for a message that has begun, or that is due
_IDLE: Final = 60.0  # seconds between two questions of one connection
_TURN: Final = 1.5  # seconds that a question waits for those before it
_REST: Final = 0.1  # seconds
_LONGEST: Final = 16 * 1024  # bytes of a question
_MOST: Final = 32  # connections at once
_NEWS: Final = 64  # news that wait for one subscriber
_END: Final = None

_log: Final = logging.getLogger("markwire")

_Line = queue.Queue[News | None]


class Reception:
    """Where a watch is asked; within ``with``, it is open.

    ``answer`` is called in threads, one question at a time; what it raises as a MarkwireError is
    told to whoever asked. After each answer nothing is answered for as long as that one took, or a
    tenth of a second: the machine belongs to those who publish. ``work`` says what they do, to
    whom has to wait.
    """

    def __init__(
        self,
        state: Path,
        answer: Callable[[Question], View],
        work: Callable[[], Refusal] = lambda: Refusal("at work"),
    ) -> None:
        self._state = state
        self._answer = answer
        self._key = secrets.token_bytes(32)
        self._listener: Listener | None = None
        self._place = ""
        self._guests: dict[Connection, float] = {}
        self._lines: set[_Line] = set()
        self._among = threading.Lock()  # held for what is quick
        self._one_by_one = threading.Lock()
        self._is_over = threading.Event()
        self._work = work
        self._rested_at = monotonic()  # when the next question may be answered
        self._thread = threading.Thread(target=self._run, name="reception", daemon=True)
        self.faults = 0
        """How many exceptions nobody foresaw; each was contained."""

    def __enter__(self) -> Reception:
        try:
            address.clear(self._state)
            self._listener = Listener(address.make_place(self._state), backlog=_MOST)
            self._place = str(self._listener.address)
            address.write(self._state, Address(self._place, self._key))
            self._thread.start()
        except (OSError, ValueError, RuntimeError) as fault:
            # No sockets on this disk, too long a path: feeds are published all the same.
            _log.warning("reception_closed reason=%s", getattr(fault, "strerror", None) or fault)
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        with self._among:
            guests, lines = [*self._guests], [*self._lines]
        for line in lines:
            with suppress(queue.Full):
                line.put_nowait(_END)
        for guest in guests:
            with suppress(OSError):
                hang_up(guest)
        if self._listener is not None:
            if self._thread.is_alive():
                with suppress(OSError, EOFError):
                    Client(self._place).close()  # It waits for somebody to come.
                self._thread.join(_PATIENCE)
            with suppress(OSError):
                self._listener.close()
        with suppress(OSError):
            address.clear(self._state)

    def tell(self, news: News) -> None:
        """Tell all who subscribed; returns at once, whatever they do."""
        with self._among:
            for line in [*self._lines]:
                try:
                    line.put_nowait(news)
                except queue.Full:
                    # It would miss something: it is let go, and asks anew.
                    self._lines.discard(line)
                    with suppress(queue.Empty):
                        line.get_nowait()
                    line.put_nowait(_END)

    # --- the threads ---------------------------------------------------------------------

    def _run(self) -> None:
        assert self._listener is not None
        while not self._is_over.is_set():
            try:
                guest = self._listener.accept()
            except (OSError, EOFError):
                # Out of descriptors, or it went before it was let in.
                self._is_over.wait(0.1)
                continue
            if self._is_over.is_set():
                guest.close()
                return
            try:
                self._take_in(guest)
            except RuntimeError:  # The system has no more threads.
                guest.close()

    def _take_in(self, guest: Connection) -> None:
        with self._among:
            if len(self._guests) >= _MOST:
                longest = min(self._guests, key=self._guests.__getitem__)
                del self._guests[longest]
                with suppress(OSError):
                    hang_up(longest)
            self._guests[guest] = monotonic()
        try:
            threading.Thread(
                target=self._serve, args=(guest,), name="reception-guest", daemon=True
            ).start()
        except RuntimeError:
            self._guests.pop(guest, None)
            raise

    def _serve(self, guest: Connection) -> None:
        try:
            with closing(guest):
                admit(guest, self._key, _PATIENCE)
                self._talk(guest)
        except (OSError, EOFError, AuthenticationError, ValueError):
            pass  # It went, stalled, lied, or wants too much: that is its own affair.
        except Exception as fault:
            self.contain(fault)
        finally:
            with self._among:
                self._guests.pop(guest, None)

    def _talk(self, guest: Connection) -> None:
        patient = Patient(guest, _PATIENCE)
        while not self._is_over.is_set() and guest.poll(_IDLE):
            letter = letters.read(patient.recv_bytes(_LONGEST))
            if isinstance(letter, Subscribe):
                self._send_news(patient)
                return
            reply = self._reply(letter)
            patient.send_bytes(letters.write(reply))
            with self._among:
                if guest in self._guests:
                    self._guests[guest] = monotonic()

    def _reply(self, letter: Letter) -> Letter:
        if not letters.is_question(letter):
            return Refusal("no question")
        if not self._one_by_one.acquire(timeout=_TURN):
            return self._work()
        try:
            self._is_over.wait(max(self._rested_at - monotonic(), 0.0))
            began = monotonic()
            answer = self._answer(letter)  # type: ignore[arg-type]  # As has just been asked.
            ended = monotonic()
            self._rested_at = ended + min(ended - began, _REST)
            return answer
        except OccupiedError:
            return self._work()
        except NoArticleError as fault:
            return Refusal("no article", str(fault))
        except MarkwireError as fault:
            return Refusal("fault", str(fault))
        except Exception as fault:
            return Refusal("fault", self.contain(fault))
        finally:
            self._one_by_one.release()

    def _send_news(self, guest: Patient) -> None:
        line: _Line = queue.Queue(_NEWS)
        with self._among:
            self._lines.add(line)
        try:
            guest.send_bytes(letters.write(Quiet()))
            while not self._is_over.is_set():
                try:
                    news: News | Quiet | None = line.get(timeout=SILENCE)
                except queue.Empty:
                    news = Quiet()
                if news is _END:
                    return
                assert news is not None
                guest.send_bytes(letters.write(news))
        finally:
            with self._among:
                self._lines.discard(line)

    def contain(self, fault: Exception) -> str:
        """Count and log a fault of ours; give it in words, which name nothing of an article."""
        self.faults += 1
        last = traceback.extract_tb(fault.__traceback__)[-1]
        word = f"{type(fault).__name__} at {Path(last.filename).name}:{last.lineno}"
        _log.error("watch_met_fault in=reception fault=%s", word)
        return f"Markwire met a fault of its own ({word}); please report it"
