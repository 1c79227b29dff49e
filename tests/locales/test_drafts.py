"""Draft speech by the real synthesiser, in its own process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import wave
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from locales.drafts import DraftFailed, Drafts, draft_hash
from locales.speech import Speaker, SpeechFailed
from storage.sound import level, seconds
from tests.servers import ROOT

SPANISH, QUECHUA = ("Para quechua, marque dos", "es-419"), ("Hukta ñitiy", "qu")


@pytest.fixture
def drafts(tmp_path: Path) -> Iterator[Drafts]:
    opened = Drafts(tmp_path / "drafts")
    yield opened
    opened.close()


def process_of(drafts: Drafts) -> subprocess.Popen[bytes]:
    process = drafts._speaker._process
    assert process is not None
    return process


@pytest.mark.parametrize(("text", "voice"), [SPANISH, QUECHUA])
def test_a_draft_is_heard_and_fits_the_telephone(drafts: Drafts, text: str, voice: str) -> None:
    content = drafts.speak(text, voice=voice)
    with wave.open(BytesIO(content)) as wav:
        assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (8000, 1, 2)
    assert 0.5 < seconds(content) < 5
    assert level(content).rms > -40


def test_a_draft_is_made_once(drafts: Drafts, tmp_path: Path) -> None:
    text, voice = SPANISH
    assert drafts.speak(text, voice=voice)
    (file,) = (tmp_path / "drafts").iterdir()
    assert file.name == f"{draft_hash(text, voice)}.wav"
    file.write_bytes(b"kept")
    assert drafts.speak(text, voice=voice) == b"kept"
    file.unlink()
    assert drafts.speak(text, voice=voice) == file.read_bytes() != b"kept"


def test_the_hash_tells_texts_and_voices_apart() -> None:
    hashes = {draft_hash(*each) for each in (SPANISH, QUECHUA, ("a", "bc"), ("ab", "c"))}
    assert len(hashes) == 4
    assert all(len(each) == 16 and int(each, 16) >= 0 for each in hashes)


@pytest.mark.parametrize(
    ("text", "voice"), [("hola", "no such voice"), ("…", "es-419"), ("a" * 5001, "es-419")]
)
def test_what_cannot_be_spoken_fails_and_the_next_is_spoken(
    drafts: Drafts, text: str, voice: str
) -> None:
    with pytest.raises(DraftFailed):
        drafts.speak(text, voice=voice)
    assert drafts.speak("después", voice="es-419")


def test_one_process_serves_every_thread_and_is_replaced_when_it_dies(drafts: Drafts) -> None:
    drafts.speak("antes", voice="es-419")
    first = process_of(drafts)
    spoken: dict[str, bytes] = {}

    def speak(text: str) -> None:
        spoken[text] = drafts.speak(text, voice="es-419")

    texts = [f"marque {word}" for word in ("uno", "dos", "tres", "cuatro")]
    threads = [threading.Thread(target=speak, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(spoken.values())) == len(texts)
    assert process_of(drafts) is first
    os.kill(first.pid, signal.SIGKILL)
    assert drafts.speak("marque cinco", voice="es-419")
    second = process_of(drafts)
    assert second.pid != first.pid
    drafts.close()
    assert second.returncode == -signal.SIGKILL


def test_one_that_is_stuck_is_given_up_and_replaced() -> None:
    speaker = Speaker(timeout=30)
    speaker.speak("uno", voice="es-419", rate=150)
    stuck = speaker._process
    assert stuck is not None
    os.kill(stuck.pid, signal.SIGSTOP)
    speaker._timeout = 0.2
    with pytest.raises(SpeechFailed, match="in time"):
        speaker.speak("dos", voice="es-419", rate=150)
    assert stuck.returncode == -signal.SIGKILL
    speaker._timeout = 30
    assert speaker.speak("dos", voice="es-419", rate=150)
    speaker.close()


FORKS = """
import os, sys
from pathlib import Path
from locales.drafts import Drafts

drafts = Drafts(Path(sys.argv[1]))
drafts.speak("antes", voice="es-419")
child = os.fork()
if child == 0:
    drafts.speak("en el hijo", voice="es-419")
    drafts.close()
    sys.exit(0)
_, status = os.waitpid(child, 0)
drafts.speak("después", voice="es-419")
process = drafts._speaker._process
print(os.waitstatus_to_exitcode(status), process.pid, process.poll())
"""


def test_a_fork_speaks_with_a_process_of_its_own_and_none_is_left(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FORKS, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    status, pid, ended = done.stdout.split()
    assert (status, ended) == ("0", "None")
    assert len(list(tmp_path.iterdir())) == 3
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
