"""The one door: every command comes in here, and every error goes out here as words and an exit code."""

import os
import re
import sys
from contextlib import suppress
from shutil import get_terminal_size
from typing import Annotated, NoReturn

import typer

from .. import __version__
from ..errors import ExitCode, PgfitError
from . import audit, compose, explain, lint, profiles, recommend, trial
from .answer import Answer

__all__ = ["app", "main"]

EXIT_CODES = "Exit codes: 0 done, 1 findings, 2 bad usage or input, 3 a bug of pgfit's, 130 interrupted."

UsageError: type[Exception] = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")
"""What typer raises for a wrong command line. It does not export it, and has it from click or from its own copy."""

app = typer.Typer(
    name="pgfit",
    help="Fits PostgreSQL into its container: settings that provably stay inside the memory limit.",
    epilog=EXIT_CODES,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog=EXIT_CODES)(recommend.recommend)
app.command(epilog=EXIT_CODES)(compose.compose)
app.command(epilog=EXIT_CODES)(lint.lint)
app.command(epilog=EXIT_CODES)(audit.audit)
app.command(epilog=EXIT_CODES)(trial.trial)
app.command(epilog=EXIT_CODES)(explain.explain)
app.command(epilog=EXIT_CODES)(profiles.profiles)


def _version(wanted: bool) -> None:  # noqa: FBT001  typer calls it with the flag
    if wanted:
        sys.stdout.write(f"pgfit {__version__}\n")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    del version


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run, print what the command returns, and exit with its code."""
    sys.exit(_run(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: list[str]) -> int:
    try:
        result = app(arguments or ["--help"], prog_name="pgfit", standalone_mode=False)
        if isinstance(result, Answer):
            _print(result.text)
            return result.code
        if isinstance(result, str):
            _print(result)
        return result if isinstance(result, int) else ExitCode.DONE
    except PgfitError as error:
        return _fail(str(error), error.hint)
    except UsageError as error:
        return _fail(_without_secrets(error.format_message()), "pgfit --help, pgfit COMMAND --help")  # type: ignore[attr-defined]
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.INTERRUPTED
    except SystemExit as leaving:  # typer's own: 0 after --help and completion, 1 where a reader of them went away
        return ExitCode.DONE if leaving.code in (0, 1, None) else ExitCode.BUG
    except OSError as error:
        return _fail(f"the output cannot be written: {error.strerror}", "")
    except Exception as error:  # noqa: BLE001  the door: nobody sees a traceback
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"  # noqa: PTH119
        _say(f"bug: pgfit {__version__}, {type(error).__name__} at {where}. Please report this line.\n")
        return ExitCode.BUG


def _without_secrets(message: str) -> str:
    """A connection string that was taken for an option or a command is not repeated."""
    return re.sub(r"[^\s'\"]*(?:://|pass\w*=)[^'\"]*", "…", message, flags=re.IGNORECASE)


def _say(text: str) -> None:
    """Talk on stderr, if anybody listens."""
    with suppress(OSError, ValueError, AttributeError):  # full, closed, or not there at all
        sys.stderr.write(text)
        sys.stderr.flush()


def _print(text: str) -> None:
    """Results on stdout; a reader that went away has had enough."""
    if sys.stdout is None:
        raise PgfitError("the output cannot be written: stdout is closed")
    try:
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a text stream of Python's own
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered must not fail again
        if not isinstance(error, BrokenPipeError):
            raise PgfitError(f"the output cannot be written: {error.strerror}") from error


def _fail(message: str, hint: str) -> int:
    first, *more = hint.split("\n")
    lines = [f"error: {message}", *([f"hint: {first}"] if first else []), *more]
    if sys.stderr is not None and sys.stderr.isatty():  # a terminal breaks words; a log keeps its lines
        from textwrap import fill  # noqa: PLC0415  only an error pays for it

        width = max(40, get_terminal_size().columns)
        lines = [fill(line, width, subsequent_indent="    ", break_on_hyphens=False) for line in lines]
    _say("\n".join(lines) + "\n")
    return ExitCode.BAD_INPUT
