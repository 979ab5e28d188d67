"""Scalars of YAML, character by character: where each character of a value stands in the file, and how to write one.

A value that was written plain, quoted, folded or literal is edited where it stands: `offsets` says where, by reading
the scalar as a YAML parser does and proving that the outcome is the parser's own.
"""

import re

from ..yamltree import Scalar

__all__ = ["offsets", "written"]

_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_HEX = {"x": 2, "u": 4, "U": 8}

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./+-]*(?:=[A-Za-z0-9_./+%-]+)?|-c|-?\d+(?:\.\d+)?(?:[A-Za-z]+)?")
"""Words that mean the same with and without quotes, in a block and in a flow."""
_TYPED = frozenset({"on", "off", "yes", "no", "true", "false", "null", "y", "n", "~", ""})
_NUMBER = re.compile(r"[-+]?[\d.][\d._]*(?:e[-+]?\d+)?|0[xob][\da-f_]+", re.IGNORECASE)


def offsets(scalar: Scalar) -> list[int] | None:
    """For every character of scalar.text its place in the file, and one more: where the text ends.

    None where this cannot be proven: a style or an escape that is not understood.
    """
    readers = {"": _flowing, "'": _flowing, '"': _flowing, "|": _block, ">": _block}
    found = readers[scalar.style](scalar)
    if found is None:
        return None
    made, places = found
    return places if made == scalar.text and len(places) == len(made) + 1 else None


def _flowing(scalar: Scalar) -> tuple[str, list[int]] | None:
    """Plain and quoted scalars: line breaks fold into blanks, quotes have their escapes."""
    text, quote = scalar.source.text, scalar.style
    position = scalar.start + (1 if quote else 0)
    end = scalar.end - (1 if quote else 0)
    made: list[str] = []
    places: list[int] = []
    while position < end:
        letter = text[position]
        if letter in "\r\n":
            while made and made[-1] in " \t" and text[places[-1]] in " \t":
                made.pop()
                places.pop()
            stop = re.compile(r"(?:[ \t]*(?:\r\n|\n|\r))+[ \t]*").match(text, position, end)
            if stop is None:
                return None
            breaks = len(re.findall(r"\r\n|\n|\r", stop[0]))
            folded = "\n" * (breaks - 1) or " "
            made += folded
            places += [position] * len(folded)
            position = stop.end()
        elif quote == "'" and letter == "'":
            made.append("'")
            places.append(position)
            position += 2
        elif quote == '"' and letter == "\\":
            following = text[position + 1 : position + 2]
            if following in _HEX:
                width = _HEX[following]
                made.append(chr(int(text[position + 2 : position + 2 + width], 16)))
                places.append(position)
                position += 2 + width
            elif following in _ESCAPES:
                made.append(_ESCAPES[following])
                places.append(position)
                position += 2
            else:
                return None  # an escaped line break among them
        else:
            made.append(letter)
            places.append(position)
            position += 1
    return "".join(made), [*places, end]


def _block(scalar: Scalar) -> tuple[str, list[int]] | None:
    """Literal and folded scalars, by their lines."""
    text = scalar.source.text
    header = re.compile(r"[|>]([-+]?)(\d?)([-+]?)[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|$)").match(text, scalar.start)
    if header is None:
        return None
    lines: list[tuple[int, str]] = []
    position = header.end()
    while position < scalar.end:
        stop = scalar.source.line_end(position)
        lines.append((position, text[position:stop]))
        position = text.find("\n", stop) + 1 or len(text)
    filled = [line for _, line in lines if line.strip(" ")]
    if not filled:
        return None
    indent = len(filled[0]) - len(filled[0].lstrip(" "))
    if header[2]:
        return None  # an indentation indicator: rare, and its base is the parent's
    made: list[str] = []
    places: list[int] = []
    for number, (start, line) in enumerate(lines):
        content = line[indent:]
        made += content
        places += range(start + indent, start + indent + len(content))
        if number + 1 == len(lines):
            break
        following = lines[number + 1][1][indent:]
        break_at = start + len(line)
        if scalar.style == ">" and _folds(content, following, [one[indent:] for _, one in lines[:number]]):
            made.append(" ")
            places.append(break_at)
        elif scalar.style == ">" and content and not content[0].isspace() and not following:
            continue  # the break before an empty line is the one that folding eats
        else:
            made.append("\n")
            places.append(break_at)
    end = places[-1] + 1 if places else scalar.end
    tail = scalar.text[len(made) :]
    made += tail
    places += [end] * len(tail)
    return "".join(made), [*places, end]


def _folds(line: str, following: str, _before: list[str]) -> bool:
    """Whether a folded scalar joins two lines with a blank: both filled, neither more indented."""
    return bool(line and following) and not line[0].isspace() and not following[0].isspace()


def written(text: str, *, style: str = "") -> str:
    """A scalar on one line that reads back as exactly this text, in the style asked for where that can be."""
    if style == "'" and _printable(text):
        return "'" + text.replace("'", "''") + "'"
    if style != '"' and _PLAIN.fullmatch(text) and text.lower() not in _TYPED and not _NUMBER.fullmatch(text):
        return text
    out = []
    for letter in text:
        if letter in '"\\':
            out.append("\\" + letter)
        elif letter == "\n":
            out.append("\\n")
        elif letter == "\t":
            out.append("\\t")
        elif not letter.isprintable():
            out.append(
                f"\\x{ord(letter):02x}" if ord(letter) < 256 else f"\\u{ord(letter):04x}" if ord(letter) < 65536 else letter
            )
        else:
            out.append(letter)
    return '"' + "".join(out) + '"'


def _printable(text: str) -> bool:
    return text.isprintable()
