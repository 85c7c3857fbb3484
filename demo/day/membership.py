"""Who the customer is to the station, and what that saves him: member, points, leaflets."""

from demo.day.bookkeeper import COUPON_FROM, Bill
from demo.day.customers import Customers
from demo.day.person import Person
from demo.expecting import wait_for
from demo.world import World


class Membership:
    """Puts a member, his points and coupons on the bill that lies there."""

    def __init__(self, customers: Customers, world: World) -> None:
        self._customers = customers
        self._world = world
        self._texted: set[str] = set()

    def by_phone(self, person: Person, bill: Bill, phone: str) -> None:
        """He says his number; that names him, and proves nothing."""
        person.press("member")
        person.fill_in("member_box", phone, "member_key")
        person.press("member_go")
        person.see("member_who")
        bill.member = True

    def by_code(self, person: Person, bill: Bill) -> None:
        """He shows his phone, which proves him."""
        person.scan(self._customers.member_code())
        person.see("member_who")
        bill.member = True

    def spend_points(self, person: Person, bill: Bill, points: int) -> None:
        """Points as money: known by his code, or, once a day for each, by digits in a text message."""
        if bill.due() < 2 * points:  # half the bill at most
            return
        phone = next((each for each in self._customers.rich_phones if each not in self._texted), "")
        if phone:
            self._texted.add(phone)
            self.by_phone(person, bill, phone)
            person.press("member_points")
            person.press("proof_send")
            digits = wait_for(lambda: self._world.sms_code(phone), "the digits arrive")
            person.fill_in("proof_digits", digits, "proof_key")
            person.press("proof_go")
            person.press("proof_points")
        else:
            self.by_code(person, bill)
            person.press("member_points")
        person.see("points_sheet")
        person.fill_in("points_given", str(points), "points_key")
        person.press("points_go")
        bill.points = points  # a hundred are a yuan

    def use_coupon(self, person: Person, bill: Bill) -> None:
        """From a leaflet, which he keeps where the bill is too small for it."""
        if bill.due() < COUPON_FROM:
            return
        person.scan(self._customers.coupon())
        person.wait(lambda now: now.words("coupon_title"), "the coupon is on the bill")
        bill.coupon = True
