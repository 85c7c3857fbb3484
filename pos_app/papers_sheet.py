"""The printer's sheet at the till: how it is, what waits for it, a test page."""

from core.qt.notices import Tone
from core.qt.papers.panel import PapersPanel
from core.qt.papers.presenter import PapersPresenter
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Layers, Sheet
from core.qt.widgets.status_strip import Lamp
from core.wording.catalogue import _


class PapersSheet(Sheet):
    """Opens where somebody presses the printer's lamp."""

    def __init__(self, presenter: PapersPresenter, layers: Layers) -> None:
        super().__init__(_("Receipt printer"), "papers_sheet", width=880)
        self._presenter = presenter
        self._layers = layers
        self._how = Words("", "strong", name="papers_how", wrap=True)
        self.body.addWidget(self._how)
        self._panel = PapersPanel()
        self.body.addWidget(self._panel)
        self._panel.cancelled.connect(presenter.cancel)
        self._panel.test_wanted.connect(presenter.print_test_page)
        presenter.changed.connect(lambda: self._panel.show_state(presenter.state))
        self.left.connect(lambda: layers.close_sheet(self))

    def begin(self) -> None:
        """Look at the queue, then show it."""
        self._presenter.reload()
        self._panel.show_state(self._presenter.state)
        self._layers.open(self)

    def look_again(self) -> None:
        """Something was posted, printed or taken away."""
        if self._layers.is_open(self):
            self._presenter.reload()

    def show_lamp(self, lamp: Lamp) -> None:
        """How the printer is, in a whole sentence."""
        self._how.say(lamp.detail, Tone.GREY if lamp.tone is Tone.GREEN else lamp.tone)
