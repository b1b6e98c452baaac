"""Spanish. The letters á í ó ú are not in GSM-7, so the words do without them; é, ñ, ü, ¡ and ¿ are."""

WORDINGS = {
    "checked-in": (
        "{site}: Turno {ticket}, hemos registrado su llegada. Vea su lugar en la fila: {link}",
        "{site}: Turno {ticket}, su llegada: {link}",
        "{site}: {ticket}: {link}",
        "{site}: Turno {ticket}, hemos registrado su llegada. Por favor, espere en la sala de espera.",
        "{site}: Turno {ticket}, hemos registrado su llegada.",
    ),
    "next-up": (
        "{site}: Turno {ticket}, pronto le llamaremos. Por favor, espere en la sala de espera.",
        "{site}: Turno {ticket}, pronto le llamaremos.",
    ),
    "called": (
        "{site}: Turno {ticket}, es su turno. Por favor, pase a: {room}.",
        "{site}: Turno {ticket}, es su turno. Por favor, pase al mostrador.",
        "{site}: Turno {ticket}, es su turno.",
    ),
    "please-disregard": (
        "{site}: Turno {ticket}, ignore por favor nuestro mensaje anterior, fue un error. En el mostrador le ayudan.",
        "{site}: Turno {ticket}, ignore nuestro mensaje anterior.",
        "{site}: {ticket}: ignore el mensaje anterior.",
    ),
}
