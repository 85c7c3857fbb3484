"""A django-oscar shop with one product and one voucher, run by the peer's own Python: prepared here, served by gunicorn.

In Oscar's favour: no HTML (django-oscar-api), no authentication classes, connections that live for ever, templates and
signals as they come, no mail, one product, no shipping, three requests an order instead of the storefront's seven.
"""

import os
import sys

import django
from django.conf import settings
from django.core.management import call_command
from django.urls import include, path
from oscar.defaults import *  # noqa: F403 - how Oscar hands over its settings

VOUCHER = "HUNDRED15"
_ADDRESS = os.environ["OSCAR_DATABASE"].split("|")

settings.configure(
    **{name: value for name, value in globals().items() if name.startswith("OSCAR_")}
    | {
        "DEBUG": False,
        "SECRET_KEY": "a benchmark",
        "ALLOWED_HOSTS": ["*"],
        "ROOT_URLCONF": __name__,
        "USE_TZ": True,
        "SITE_ID": 1,
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "OSCAR_ALLOW_ANON_CHECKOUT": True,
        "OSCAR_DEFAULT_CURRENCY": "CNY",
        "OSCAR_INITIAL_ORDER_STATUS": "Pending",
        "OSCAR_INITIAL_LINE_STATUS": "Pending",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "HAYSTACK_CONNECTIONS": {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        "REST_FRAMEWORK": {
            "DEFAULT_AUTHENTICATION_CLASSES": [],
            "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        },
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": _ADDRESS[0],
                "PORT": _ADDRESS[1],
                "NAME": _ADDRESS[2],
                "USER": "postgres",
                "CONN_MAX_AGE": None,
                "ATOMIC_REQUESTS": False,
            }
        },
        "MIDDLEWARE": [
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "oscar.apps.basket.middleware.BasketMiddleware",
        ],
        "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        "INSTALLED_APPS": [
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "django.contrib.sites",
            "django.contrib.flatpages",
            "oscar.config.Shop",
            "oscar.apps.analytics.apps.AnalyticsConfig",
            "oscar.apps.checkout.apps.CheckoutConfig",
            "oscar.apps.address.apps.AddressConfig",
            "oscar.apps.shipping.apps.ShippingConfig",
            "oscar.apps.catalogue.apps.CatalogueConfig",
            "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
            "oscar.apps.communication.apps.CommunicationConfig",
            "oscar.apps.partner.apps.PartnerConfig",
            "oscar.apps.basket.apps.BasketConfig",
            "oscar.apps.payment.apps.PaymentConfig",
            "oscar.apps.offer.apps.OfferConfig",
            "oscar.apps.order.apps.OrderConfig",
            "oscar.apps.customer.apps.CustomerConfig",
            "oscar.apps.search.apps.SearchConfig",
            "oscar.apps.voucher.apps.VoucherConfig",
            "oscar.apps.wishlists.apps.WishlistsConfig",
            "oscar.apps.dashboard.apps.DashboardConfig",
            "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
            "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
            "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
            "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
            "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
            "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
            "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
            "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
            "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
            "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
            "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
            "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
            "widget_tweaks",
            "haystack",
            "treebeard",
            "django_tables2",
            "rest_framework",
            "oscarapi",
        ],
    }
)
django.setup()
urlpatterns = [path("api/", include("oscarapi.urls"))]


def prepare() -> None:
    """Tables, one product that never runs out, and a voucher that everybody may use: 15 off from 100."""
    call_command("migrate", verbosity=0)
    from datetime import timedelta

    from django.utils.timezone import now
    from oscar.core.loading import get_model

    kind = get_model("catalogue", "ProductClass").objects.create(
        name="fuel", requires_shipping=False, track_stock=False
    )
    product = get_model("catalogue", "Product").objects.create(title="92", product_class=kind)
    partner = get_model("partner", "Partner").objects.create(name="station")
    get_model("partner", "StockRecord").objects.create(
        product=product, partner=partner, partner_sku="G92", price_currency="CNY", price="200.00"
    )
    whole = get_model("offer", "Range").objects.create(name="all", includes_all_products=True)
    offer = get_model("offer", "ConditionalOffer").objects.create(
        name="15 off from 100",
        offer_type="Voucher",
        condition=get_model("offer", "Condition").objects.create(range=whole, type="Value", value=100),
        benefit=get_model("offer", "Benefit").objects.create(range=whole, type="Absolute", value=15),
    )
    voucher = get_model("voucher", "Voucher").objects.create(
        name="15 off",
        code=VOUCHER,
        usage="Multi-use",
        start_datetime=now() - timedelta(days=1),
        end_datetime=now() + timedelta(days=365),
    )
    voucher.offers.add(offer)


if __name__ == "__main__":
    prepare()
    sys.exit(0)

from django.core.wsgi import get_wsgi_application  # noqa: E402 - Django wants its settings first

application = get_wsgi_application()
