"""English."""

WORDINGS = {
    "checked-in": (
        "{site}: Ticket {ticket}, you are checked in. Follow your place in line: {link}",
        "{site}: Ticket {ticket}, you are checked in: {link}",
        "{site}: {ticket}: {link}",
        "{site}: Ticket {ticket}, you are checked in. Please have a seat in the waiting room.",
        "{site}: Ticket {ticket}, you are checked in.",
    ),
    "next-up": (
        "{site}: Ticket {ticket}, you are among the next to be called. Please be in the waiting room.",
        "{site}: Ticket {ticket}, you are next.",
    ),
    "called": (
        "{site}: Ticket {ticket}, it is your turn. Please come to {room}.",
        "{site}: Ticket {ticket}, it is your turn. Please come to the front desk.",
        "{site}: Ticket {ticket}, your turn.",
    ),
    "please-disregard": (
        "{site}: Ticket {ticket}, please disregard our last message, it was sent by mistake. The front desk can help you.",
        "{site}: Ticket {ticket}, please disregard our last message.",
        "{site}: {ticket}: disregard our last message.",
    ),
}
