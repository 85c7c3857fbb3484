"""What goes wrong on request."""

from dataclasses import dataclass, field

SPOILS = ("types", "half", "noise", "huge", "no_pump")


@dataclass(slots=True)
class Faults:
    lose: int = 0  # so many requests are carried out, and nothing is said of it
    lose_about: str = ""  # only those whose event begins so
    cut_about: str = ""  # the next request whose event begins so is carried out, and the door falls shut
    double: bool = False  # every event comes twice
    swap: bool = False  # every event waits for the one after it
    spoil: str = ""  # how what is told next is spoiled
    spoil_count: int = 0
    spoil_about: str = ""
    no_marks: bool = False  # a release that brings nothing of ours back
    deaf: bool = False  # takes connections and never says a word
    held: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def loses(self, event: str) -> bool:
        """Whether what is said of this request is lost."""
        if self.lose > 0 and event.startswith(self.lose_about):
            self.lose -= 1
            return True
        return False

    def spoiled(self, event: str, raw: bytes) -> bytes:
        """The message as it goes out."""
        if self.spoil_count <= 0 or not event.startswith(self.spoil_about):
            return raw
        self.spoil_count -= 1
        match self.spoil:
            case "types":
                for name in (b"VO=", b"AM=", b"SA=", b"DA="):
                    raw = raw.replace(b"|" + name, b"|" + name + b"a lot, ")
                raw = raw.replace(b"ST=", b"ST=DANCING_")
            case "half":
                raw = raw[: len(raw) // 2]
            case "noise":
                raw = bytes(range(1, 94)) + b"^" + b"00012|9|7^" + b"||||||||||^"
            case "huge":
                raw = raw.replace(b"VO=", b"VO=1E999999999").replace(b"AM=", b"AM=" + b"9" * 90)
            case "no_pump":
                raw = raw.replace(b"PM=", b"PM=-7 or ").replace(b"_ID_00", b"_ID_99")
        return raw
