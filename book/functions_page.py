"""The page of the library's functions, written from their own docstrings.

Sphinx's autodoc would import the library while the pages are made. They are made from
committed outputs, in an environment without the library's own libraries; so this page
is an output too, written anew whenever the library changes.
"""

import inspect
import re

HEAD = """\
# The functions

What `import reanalysis` gives, by the room of the library where it stands. Examples are
run as tests. The chapters use the same functions:
[A table of your own](your-own-table.ipynb) shows how to begin.
"""

_UNDERLINED = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_LISTS = {"Parameters", "Returns", "Raises", "Attributes", "Yields"}


def page() -> str:
    """Give the page, in Markdown."""
    import reanalysis

    rooms: dict[str, list[str]] = {}
    for name in reanalysis.__all__:
        thing = getattr(reanalysis, name)
        rooms.setdefault(thing.__module__.split(".")[1], []).append(name)
    parts = [HEAD]
    for room in sorted(rooms):
        module = __import__(f"reanalysis.{room}", fromlist=[room])
        parts.append(f"## {room}\n\n{_first_paragraph(module)}")
        parts += [_entry(name, getattr(reanalysis, name)) for name in rooms[room]]
    return "\n\n".join(parts) + "\n"


def _first_paragraph(thing: object) -> str:
    return _prose(inspect.getdoc(thing).split("\n\n")[0])


def _entry(name: str, thing: object) -> str:
    said = inspect.getdoc(thing) or ""
    parts = [f"### {name}"]
    if not inspect.isclass(thing):
        parts.append(f"```text\n{_call(name, thing)}\n```")
    first, *sections = _UNDERLINED.split(said)
    parts.append(_text(first))
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        shown = _list(body) if title in _LISTS else _text(body)
        parts.append(f"**{title}.**\n\n{shown}")
    return "\n\n".join(part for part in parts if part)


def _call(name: str, thing: object) -> str:
    """How it is called: names and defaults, without types."""
    words = []
    for parameter in inspect.signature(thing).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in words:
            words.append("*")
        default = parameter.default
        given = "" if default is parameter.empty else f"={default!r}"
        words.append(f"{parameter.name}{given}")
    return f"{name}({', '.join(words)})"


def _list(body: str) -> str:
    """A definition for each name or type of a section."""
    items = []
    for line in body.strip("\n").splitlines():
        if line and not line.startswith(" "):
            name, _, kind = line.partition(" : ")
            items.append([f"- `{name}`" + (f", {_prose(kind)}" if kind else "")])
        elif items:
            items[-1].append(line.strip())
    return "\n".join(f"{head}: {_prose(' '.join(rest)).strip()}" if any(rest) else head
                     for head, *rest in items)  # fmt: skip


def _text(body: str) -> str:
    """Paragraphs, and examples as code."""
    blocks = []
    for block in re.split(r"\n\s*\n", body.strip("\n")):
        if block.lstrip().startswith(">>>"):
            blocks.append(f"```python-console\n{block}\n```")
        else:
            blocks.append(_prose(block))
    return "\n\n".join(blocks)


def _prose(text: str) -> str:
    """Names in single marks as code; nothing else is taken for markup."""
    parts = re.split(r"(``[^`]*``|`[^`]*`)", inspect.cleandoc(text))
    return "".join(
        part if part.startswith("`") else re.sub(r"([\[\]<>{}|$*_\\])", r"\\\1", part)
        for part in parts
    )
