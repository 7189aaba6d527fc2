"""Send a message by any Apprise channel: SMS, messengers, webhooks. Their addresses hold secrets."""

from collections.abc import Sequence

from ereput.domain.errors import RefusedError
from ereput.notify.message import Message, SendError


def send(addresses: Sequence[str], message: Message) -> None:
    """Send one message to every channel.

    Raises:
        RefusedError: Apprise is not installed, or an address is not one.
        SendError: a channel did not take it.

    """
    try:
        import apprise
    except ImportError:
        raise RefusedError("Apprise n’est pas installé : « pip install ereput[notifications] ».") from None
    channels = apprise.Apprise()
    if not all([channels.add(address) for address in addresses]) or not addresses:  # noqa: C419 (all are tried)
        raise RefusedError("EREPUT_APPRISE : une adresse n’est pas comprise par Apprise.")
    if not channels.notify(title=message.title, body=message.body):
        raise SendError("un canal Apprise n’a pas pris le message")
