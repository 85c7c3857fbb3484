"""python -m tests.simulation SEED [LAST]: live through one seed and show its end, or hunt from the one to the other."""

import logging
import sys

from tests.simulation.town import live


def main(arguments: list[str]) -> int:
    logging.basicConfig(level=logging.CRITICAL)
    first, last = int(arguments[0]), int(arguments[-1])
    failed = 0
    for seed in range(first, last + 1):
        story = live(seed)
        if story.wrong or first == last:
            print(story)
        if first == last:
            print("\n".join(story.last[-60:]), story.digest, story.counted, sep="\n")
        failed += bool(story.wrong)
    print(f"{last - first + 1} seeds, {failed} with something wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
