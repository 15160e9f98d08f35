"""Collects the texts of pages and mails into the catalogues (`make messages`).

One catalogue per service and language, one of the chassis. Translations are kept, new texts come
in empty, nothing is guessed; tests refuse what is empty.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).parents[2]
LANGUAGES: Final = ("uk", "pl", "cs", "sk", "lt", "ro")
SOURCES: Final = {
    "chassis": ("services/chassis", "contracts"),
    "registry": ("services/registry",),
    "exchanges": ("services/exchanges",),
    "notifications": ("services/notifications",),
    "analytics": ("services/analytics",),
}
KEYWORDS: Final = {
    **DEFAULT_KEYWORDS,
    "Word": ((1, "c"), 2),
    "mark": None,
    "counted": (1, 2),
    "BrokenRule": (2,),
    "BadLegalId": (2,),
    "NoSuchWallTime": (2,),
}
METHODS: Final = [
    ("**/migrations/**", "ignore"),
    ("**.py", "deploy.cli.messages:python_texts"),
    ("**/templates/**", "jinja2"),
]
JINJA: Final = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}
TITLE: Final = re.compile(r'^    title(?:: ClassVar\[str\])? = "(.+)"$')


def python_texts(
    source: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[Any, ...]]:
    """The marked texts of a module, and the titles of its refusals."""
    content = source.read()
    yield from extract_python(BytesIO(content), keywords, comment_tags, options)
    for number, line in enumerate(content.decode().splitlines(), start=1):
        if found := TITLE.match(line):
            yield number, None, found[1], []


def template_of(service: str) -> Catalog:
    """Every text of a service, untranslated."""
    template = Catalog(project="Talka", fuzzy=False)
    for folder in SOURCES[service]:
        found = extract_from_dir(
            ROOT / folder, METHODS, {"**/templates/**": JINJA}, keywords=KEYWORDS
        )
        for file, _, text, comments, context in found:
            if not text:
                continue
            template.add(
                text, None, [(f"{folder}/{file}", 0)], auto_comments=comments, context=context
            )
    return template


def path_of(service: str, language: str) -> Path:
    return ROOT / "services" / service / "locales" / language / "LC_MESSAGES" / "messages.po"


def update(service: str, language: str) -> int:
    """Bring one catalogue up to date; gives how many texts wait for a translation."""
    template = template_of(service)
    path = path_of(service, language)
    catalogue = Catalog(locale=language, project="Talka", fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_text_of(catalogue))
    return sum(1 for message in catalogue if message.id and not is_translated(message.string))


def is_translated(string: Any) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def _text_of(catalogue: Catalog) -> str:
    """The file with a header that says what is needed, and nothing that differs by day or line."""
    written = BytesIO()
    write_po(
        written,
        catalogue,
        width=100,
        sort_by_file=True,
        ignore_obsolete=True,
        include_lineno=False,
        omit_header=True,
    )
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    return header + written.getvalue().decode()


def main() -> None:
    for service in SOURCES:
        for language in LANGUAGES:
            missing = update(service, language)
            print(f"{service:14} {language}  {missing} texts to translate")  # noqa: T201 - a report


if __name__ == "__main__":
    main()
