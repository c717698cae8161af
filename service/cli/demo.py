"""`reservpost demo`: the main job on this machine alone."""


def demo() -> None:
    """Visa hela gången på den här datorn."""
    from service.demo.acts import perform

    perform()
