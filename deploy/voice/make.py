#!/usr/bin/env python3
"""Makes the clips of the wall's voice from words.toml: `deploy/voice/make.py [--recordings FOLDER] [--to FOLDER]`.

Needs espeak-ng and ffmpeg, and of Python the standard library alone. What a person has recorded (FOLDER/en/ticket.wav, any
format that ffmpeg reads) is taken instead of the synthesiser. Every clip is cut to its sound, brought to the same loudness and
checked; at the first that isn't fit to be heard it stops, says why, and changes nothing.
"""

import argparse
import array
import math
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import wave
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
CLIPS = HERE.parent.parent / "services" / "board" / "static" / "voice"
RATE = 22_050
LOUDNESS = -18.0
"""LUFS. So loud is every word; the chime is a little softer."""
PEAK = 10 ** (-2 / 20)
CHIME = ((659.26, 0.0), (523.25, 0.3))
"""E5, then C5: the tone in Hz and when it is struck, in seconds."""
CHIME_SECONDS = 0.95
PAUSE = {"room": 0.2, "desk": 0.2, "look": 0.2}
"""Silence before what follows the ticket's digits; after every clip there is TAIL."""
TAIL = 0.06
WORDS_PER_MINUTE = 140
PHRASES = {"desk", "look"}
SHORTEST, LONGEST_WORD, LONGEST_PHRASE = 0.15, 1.6, 2.8
CUT = "silenceremove=start_periods=1:start_threshold=-45dB"
EDGES = f"{CUT},afade=d=0.002,areverse,{CUT},afade=d=0.02,areverse"
"""A first consonant keeps its burst; a last vowel, which espeak-ng breaks off, fades."""
MP3 = "-c:a libmp3lame -b:a 40k -map_metadata -1 -id3v2_version 0 -fflags +bitexact -flags:a +bitexact"


def run(*command: str | Path) -> bytes:
    """Run a tool and return what it printed; what it complains of ends the program."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not installed here (Debian, Ubuntu: apt-get install espeak-ng ffmpeg)")
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stderr.decode(errors='replace')}")
    return done.stdout + done.stderr


def ffmpeg(sound: Path, options: str, into: Path | str) -> bytes:
    """Turn one sound into another, mono; `-` prints it."""
    return run("ffmpeg", "-hide_banner", "-nostats", "-y", "-i", sound, *options.split(), "-ac", "1", "-ar", str(RATE), into)


def spoken(voice: str, words: str | dict[str, str], into: Path) -> None:
    """Let the synthesiser say it evenly: in a call no word but the last ends a sentence."""
    said = words if isinstance(words, str) else f"[[{words['phonemes']}]] "
    ssml = f'<speak><prosody range="40%">{said}</prosody></speak>'
    run("espeak-ng", "-m", "-v", voice, "-s", str(WORDS_PER_MINUTE), "-w", into, ssml)


def chime(into: Path) -> None:
    """Two soft tones that die away, each with a little of its octave and twelfth."""
    samples = array.array("h", [0]) * int(CHIME_SECONDS * RATE)
    for at in range(len(samples)):
        struck = [(tone, at / RATE - begin) for tone, begin in CHIME if at / RATE >= begin]
        samples[at] = round(7_000 * sum(strike(tone, age) for tone, age in struck))
    with wave.open(str(into), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


def strike(tone: float, age: float) -> float:
    overtones = ((1, 1.0, 0.22), (2, 0.25, 0.12), (3, 0.08, 0.06))
    wave_now = sum(share * math.exp(-age / decay) * math.sin(math.tau * tone * n * age) for n, share, decay in overtones)
    return wave_now * min(1.0, age / 0.008) * min(1.0, max(0.0, (CHIME_SECONDS - age) / 0.05))


def loudness(sound: Path) -> float:
    """Return LUFS of the sound said over and over: one word is too short to be measured."""
    said = ffmpeg(sound, "-af aloop=loop=40:size=200000,atrim=end=12,ebur128=framelog=verbose -f null", "-")
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said.decode())[-1])


def finish(raw: Path, clip: str, into: Path, work: Path) -> None:
    """Cut, level, and write as MP3: mono, 22.05 kHz, 40 kbit/s, no tags."""
    cut = work / "cut.wav"
    ffmpeg(raw, f"-v error -af highpass=f=70,{EDGES}", cut)
    gain = LOUDNESS - (4 if clip == "chime" else 0) - loudness(cut)
    level = f"volume={gain:.2f}dB,alimiter=limit={PEAK:.3f}:attack=2:release=40:level=disabled"
    pauses = f"adelay={PAUSE.get(clip, 0) * 1000:.0f},apad=pad_dur={TAIL}"
    into.parent.mkdir(parents=True, exist_ok=True)
    ffmpeg(cut, f"-v error -af {level},{pauses} {MP3}", into)


def check(clip: str, file: Path) -> str:
    """Return what was made, in numbers; a clip that nobody would hear, or that distorts, ends the program."""
    samples = array.array("h", ffmpeg(file, "-v error -f s16le", "-"))
    seconds, peak = len(samples) / RATE, 20 * math.log10(max(map(abs, samples), default=0) / 32_768 or 1e-9)
    heard = sum(abs(sample) > 330 for sample in samples) / max(1, len(samples))
    size = file.stat().st_size
    row = f"{file.parent.name}/{file.name:<11} {seconds:.2f} s {size:>6} bytes  peak {peak:5.1f} dB  heard {heard:.0%}"
    longest = LONGEST_PHRASE if clip in PHRASES else LONGEST_WORD
    if not (SHORTEST <= seconds <= longest and -24 < peak < -0.3 and heard > 0.2):
        sys.exit(f"not fit to be heard: {row}")
    return row


def recording(name: str, folder: Path | None) -> Path | None:
    """Find what a person recorded for a clip (`en/ticket`)."""
    return next(iter(sorted(folder.glob(f"{name}.*"))), None) if folder else None


def main(arguments: Sequence[str] | None = None) -> None:
    """Make every clip of words.toml, and the chime."""
    parser = argparse.ArgumentParser(description="Make the clips of the wall's voice from words.toml.")
    parser.add_argument("--recordings", type=Path, help="a folder with what a person has said, such as en/ticket.wav or chime.wav")
    parser.add_argument("--to", type=Path, default=CLIPS, help="where the clips go (default: where the wall has them)")
    told = parser.parse_args(arguments)
    languages = tomllib.loads((HERE / "words.toml").read_text("utf-8"))
    clips = [
        (f"{language}/{clip}", spec["voice"], words)
        for language, spec in languages.items()
        for clip, words in spec["clips"].items()
    ]
    with tempfile.TemporaryDirectory() as name:
        work, made, done = Path(name), Path(name) / "made.wav", Path(name) / "voice"
        chime(made)
        for clip, voice, words in [("chime", "", ""), *clips]:
            recorded = recording(clip, told.recordings)
            if words and not recorded:
                spoken(voice, words, made)
            finish(recorded or made, Path(clip).name, done / f"{clip}.mp3", work)
            sys.stdout.write(check(Path(clip).name, done / f"{clip}.mp3") + "\n")
        shutil.copytree(done, told.to, dirs_exist_ok=True)


if __name__ == "__main__":
    main()
