"""How a value that breaks a rule is told: a stable code, and a sentence that can be translated."""


class BrokenRule(ValueError):
    """A value breaks a rule; `text` is an English sentence and the key of its translations.

    `values` fill its placeholders. None of them may be personal: faults are kept, and shown to
    others.
    """

    def __init__(self, code: str, text: str, **values: str) -> None:
        super().__init__(text.format_map(values))
        self.code = code
        self.text = text
        self.values = values
