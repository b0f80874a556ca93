"""Call a work in the list of references what the text calls it: by author and year."""

from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style
from pybtex.style.labels import BaseLabelStyle
from sphinx.application import Sphinx


def author_year(entry: object) -> str:
    """Give the label of an entry, in the words of the text's citations."""
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [
        " ".join([*person.prelast_names, *person.last_names]).replace("{", "")
        for person in people
    ]
    names = [name.replace("}", "") for name in names]
    if len(names) > 2:
        names = [f"{names[0]} et al."]
    year = entry.fields.get("year", "n.d.")
    return f"{' and '.join(names)}, {year}" if names else year


class AuthorYearLabels(BaseLabelStyle):
    """Authors and year, as in the text."""

    def format_labels(self, sorted_entries: list) -> list[str]:
        """Give the label of each entry."""
        return [author_year(entry) for entry in sorted_entries]


class AuthorYearStyle(Style):
    """The plain style, with labels that the text uses."""

    default_label_style = AuthorYearLabels


register_plugin("pybtex.style.formatting", "labeled_by_author", AuthorYearStyle)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    return {"parallel_read_safe": True, "parallel_write_safe": True}
