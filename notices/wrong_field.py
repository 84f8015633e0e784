"""What services refuse about one field of a form."""


class WrongField(ValueError):
    """It cannot stand as given; `field` names what is wrong, the text says why."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)
