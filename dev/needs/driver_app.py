"""The driver app, built from its uni-app source: the web page that cloud_api serves, and the WeChat mini program."""

from dev.needs.node import Node, environment_with_node, npm
from dev.needs.registries import did_not_answer
from dev.places import DRIVER_APP, SETUP
from dev.progress import Step
from dev.running import run
from dev.stamps import fingerprint, fingerprint_of_tree, is_stamped, write_stamp
from dev.telling import CannotGoOn, sentence

H5 = "h5"
MINI_PROGRAM = "mp-weixin"
_BUILT_WITH = ("package.json", "package-lock.json")


class NodeForDriverApp:
    """Node, asked for only where the driver app is not built yet."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self._builds = [DriverApp(kind) for kind in kinds]
        self._node = Node()

    @property
    def title(self) -> str:
        return self._node.title

    def is_met(self) -> bool:
        return all(build.is_met() for build in self._builds) or self._node.is_met()

    def meet(self, step: Step) -> None:
        self._node.meet(step)


class DriverAppPackages:
    """What the driver app is built and tested with, below its folder."""

    _modules = DRIVER_APP / "node_modules"
    _stamp = _modules / "set-up.stamp"

    @property
    def title(self) -> str:
        return sentence("Driver app, packages", "车主端依赖包")

    def is_met(self) -> bool:
        return is_stamped(self._stamp, self._wanted())

    def meet(self, step: Step) -> None:
        if self.is_met():
            return
        step.detail(sentence("fetching its packages", "下载依赖包"))
        # It begins by deleting what is there, so half of an interrupted try is no harm.
        patience = ["--fetch-retries=1", "--fetch-retry-mintimeout=2000", "--fetch-timeout=60000"]
        fetched = run(
            [npm(), "ci", "--no-audit", "--no-fund", *patience],
            "driver-app-packages",
            environment=environment_with_node(),
            folder=DRIVER_APP,
        )
        if fetched.well:
            write_stamp(self._stamp, self._wanted())
            return
        if did_not_answer(fetched.said):
            raise CannotGoOn(
                "The npm package registry did not answer. The driver app was not built. "
                "Check the network or set npm_config_registry, then run the same command again.",
                "npm 软件包源没有响应,车主端未构建。请检查网络或设置 npm_config_registry,然后重新运行同一条命令。",
            )
        raise CannotGoOn(
            f"The driver app's packages could not be installed; npm says why in {fetched.log}",
            f"车主端的依赖包安装失败,原因见 {fetched.log}",
        )

    def _wanted(self) -> str:
        return fingerprint(*(DRIVER_APP / name for name in _BUILT_WITH))


class DriverApp:
    """One of its two builds, made again whenever its source or its lock changed."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._built = DRIVER_APP / "dist" / "build" / kind
        self._stamp = SETUP / f"driver-app-{kind}.stamp"

    @property
    def title(self) -> str:
        if self._kind == H5:
            return sentence("Driver app, web page", "车主端网页")
        return sentence("Driver app, mini program", "车主端小程序")

    def is_met(self) -> bool:
        return self._built.is_dir() and is_stamped(self._stamp, _source())

    def meet(self, step: Step) -> None:
        made_from = _source()
        self._stamp.unlink(missing_ok=True)
        DriverAppPackages().meet(step)
        step.detail(sentence("building", "构建中"))
        built = run(
            [npm(), "run", f"build:{self._kind}"],
            f"driver-app-{self._kind}",
            environment=environment_with_node(),
            folder=DRIVER_APP,
        )
        if not built.well or not self._built.is_dir():
            raise CannotGoOn(
                f"The driver app could not be built ({self._kind}); the reason is in {built.log}",
                f"车主端({self._kind})构建失败,原因见 {built.log}",
            )
        write_stamp(self._stamp, made_from)


def _source() -> str:
    return fingerprint_of_tree(DRIVER_APP, without=("node_modules", "dist", "tests"))
