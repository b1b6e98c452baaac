"""What each problem of a delivery means, in an operator's words, and what to do about it."""

from typing import NamedTuple

from schemas.deliveries import DeliveryProblem


class Advice(NamedTuple):
    """One sentence each."""

    means: str
    remedy: str


_BY_ITSELF = "It is tried again by itself for a day; once it has failed, retry it when the other side is well."

ADVICE: dict[DeliveryProblem, Advice] = {
    DeliveryProblem.REFUSED: Advice(
        "The billing system will not take it.",
        "Ask its operator why, with the id and the status; correct the visit, which is then handed over anew, or retry it.",
    ),
    DeliveryProblem.BUSY: Advice("The billing system had too much to do, or was not ready for it.", _BY_ITSELF),
    DeliveryProblem.BROKEN: Advice("Something is wrong in the billing system.", _BY_ITSELF),
    DeliveryProblem.REDIRECTED: Advice(
        "The billing system says that it is at another address, which nothing follows.",
        "Set CLINICFLOW_BILLING_URL to the new address and restart billing, then retry it.",
    ),
    DeliveryProblem.UNREACHABLE: Advice(
        "The billing system could not be reached.",
        f"Look whether the address is right and the network is there. {_BY_ITSELF}",
    ),
    DeliveryProblem.UNTRUSTED: Advice(
        "The certificate of the billing system does not hold, so nothing was sent.",
        "Have it renewed, or name the file of your own authority in SSL_CERT_FILE and restart billing, then retry it.",
    ),
    DeliveryProblem.TIMED_OUT: Advice("The billing system did not answer in time; it may have taken it.", _BY_ITSELF),
    DeliveryProblem.CUT_OFF: Advice("The connection ended before there was an answer; it may have been taken.", _BY_ITSELF),
    DeliveryProblem.NO_PERSON: Advice(
        "There is no record of the patient at this clinic.",
        "If the record was erased, bill the visit by hand; once it is there again, the visit is handed over by itself.",
    ),
    DeliveryProblem.NO_CODES: Advice(
        "The codes of the visit are not in the patient's record.",
        "Complete the visit once more with its codes; it is then handed over by itself.",
    ),
    DeliveryProblem.SEALED: Advice(
        "No key that is here opens the patient's record.",
        "Put the missing people-….key into the secrets folder and restart billing; the visit is then handed over by itself.",
    ),
}
