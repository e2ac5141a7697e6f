"""Walks the official Python client, unmodified, through the sandbox: `client.py ADDRESS WALK`."""

import sys

import omise
from omise import errors

ADDRESS, WALK = sys.argv[1], sys.argv[2]
SILENT = "289990300000000000"
APPROVED = "289990000000000000"
RESOURCE = {"type": "barcode_alipay", "barcode": SILENT, "terminal_id": "POS-01"}


def connect(version="2019-05-29", secret="skey_test_clients", public="pkey_test_clients"):
    omise.api_secret, omise.api_public, omise.api_version = secret, public, version
    omise.api_main = omise.api_vault = ADDRESS


def check(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


def refused(kind, words, call):
    try:
        call()
    except kind as error:
        assert words in str(error), f"{error} does not say {words!r}"
        check(type(error), kind)
        return
    raise AssertionError(f"nothing was raised where {kind.__name__} was due")


def charge(barcode=SILENT, **more):
    return omise.Charge.create(
        amount=2225,
        currency="thb",
        source={**RESOURCE, "barcode": barcode},
        metadata={"invoice_id": "inv-1"},
        **more,
    )


def paid():
    made = charge(APPROVED)
    while made.status == "pending":
        made.reload()
    check(made.status, "successful")
    return made


def creates_from_a_source():
    source = omise.Source.create(amount=2225, currency="thb", store_id="store_1", store_name="store 1", **RESOURCE)
    check((source.type, source.flow, source.amount), ("barcode_alipay", "offline", 2225))
    made = omise.Charge.create(amount=2225, currency="thb", source=source.id, description="in two calls")
    check((made.status, made.source.id, made.description), ("pending", source.id, "in two calls"))


def creates_in_one_call():
    made = charge(description="in one call")
    check((made.object, made.status, made.amount, made.currency), ("charge", "pending", 2225, "THB"))
    check((made.source.terminal_id, made.metadata.invoice_id), ("POS-01", "inv-1"))
    for kind in ("alipayplus_upm", "wechat_pay_upm"):
        other = omise.Charge.create(amount=2225, currency="thb", source={"type": kind, "barcode": SILENT})
        check((other.status, other.source.type), ("pending", kind))


def retrieves_and_lists():
    made = [charge().id for _ in range(3)]
    check(omise.Charge.retrieve(made[1]).id, made[1])
    listed = omise.Charge.list()
    check(len(listed), 3)
    check([one.id for one in listed], made)
    check([one.id for one in listed.offset(limit=1, offset=1)], [made[1]])
    newest = listed.offset(limit=2, order="reverse_chronological")
    check([one.id for one in newest], [made[2], made[1]])
    check(len(omise.Charge.list(toDate="2001-01-01T00:00:00Z")), 0)


def updates():
    made = charge()
    made.update(description="changed", metadata={"note": "x"})
    check((made.description, made.metadata.note), ("changed", "x"))
    check(omise.Charge.retrieve(made.id).description, "changed")


def expires():
    made = charge()
    made.expire()
    check((made.status, made.expired, made.failure_code), ("expired", True, None))
    refused(errors.BaseError, "expire failed", made.expire)


def refunds_and_lists_refunds():
    made = paid()
    refund = made.refund(amount=100, metadata={"why": "x"})
    check((refund.object, refund.amount, refund.charge, refund.metadata.why), ("refund", 100, made.id, "x"))
    check((made.refunded_amount, made.status), (100, "successful"))
    made.refund(amount=25)
    check(len(made.list_refunds()), 2)
    check([one.amount for one in made.list_refunds()], [100, 25])
    check([one.amount for one in omise.Refund.list()], [100, 25])
    refused(errors.FailedRefundError, "amount must be less than or equal to 2100", lambda: made.refund(amount=2101))


def is_refused_a_reverse_and_a_capture():
    made = paid()
    refused(errors.BaseError, "only uncaptured authorized charges can be reversed", made.reverse)
    refused(errors.FailedCaptureError, "capture failed", made.capture)


def searches():
    made, _ = paid(), charge()
    found = omise.Search.execute("charge", query="thb", filters={"amount": "2000..3000", "captured": "true"})
    check([one.id for one in found], [made.id])
    made.refund(amount=100)
    found = omise.Search.execute("refund", filters={"amount": 100})
    check([one.charge for one in found], [made.id])


def reads_events():
    made = paid()
    check([event.key for event in made.list_events()], ["charge.create", "charge.complete"])
    first = next(iter(omise.Event.list()))
    again = omise.Event.retrieve(first.id)
    check((again.key, again.data.id, again.data.status), ("charge.create", made.id, "pending"))


def meets_errors():
    refused(errors.NotFoundError, "charge chrg_test_none was not found", lambda: omise.Charge.retrieve("chrg_test_none"))
    low = "amount must be greater than or equal to 2000 (thb subunits)"
    refused(errors.InvalidChargeError, low, lambda: omise.Charge.create(amount=10, currency="thb", source=RESOURCE))
    unknown = {**RESOURCE, "type": "moon_pay"}
    refused(errors.BaseError, "type is currently not supported", lambda: omise.Source.create(amount=2225, currency="thb", **unknown))
    connect(secret="skey_wrong")
    refused(errors.AuthenticationFailureError, "authentication failed", omise.Account.retrieve)


def speaks_the_older_version():
    connect(version="2017-11-02")
    made = paid()
    check((made.currency, made.refunded, made.paid), ("thb", 0, True))
    assert made.created.endswith("Z")
    made.refund(amount=100)
    check(made.refunded, 100)
    check(omise.Charge.retrieve()._attributes["order"], None)


def reads_account_and_capability():
    check((omise.Account.retrieve().object, omise.Account.retrieve().livemode), ("account", False))
    names = [method["name"] for method in omise.Capability.retrieve()._attributes["payment_methods"]]
    check(names, ["barcode_alipay", "alipayplus_upm", "wechat_pay_upm"])


connect()
globals()[WALK]()
print("walked")
