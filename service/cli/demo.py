"""`reservpost demo`: the main job on this machine alone."""


def demo() -> None:
    """Visa hela gången här och nu: egen mailserver, riktiga mail, och en summa som måste gå ihop."""
    from service.demo.acts import perform

    perform()
