"""Reading of the letter and reply templates: Markdown files with a YAML head and fixed sections."""

import re
from pathlib import Path

from ereput.guidance.model import Field, Template, Variant
from ereput.guidance.strict import GuidanceError, Node, parse_yaml, read_text

FIELD = re.compile(r"\{\{(\w+)\}\}")
_HEAD = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_TEXT = re.compile(r"```texte\n(.*?)\n```", re.DOTALL)
_HINT = re.compile(r"^- `\{\{(\w+)\}\}`( \(facultatif\))? : (.+)$")
_USE = re.compile(r"^\*\*Quand l'utiliser\.\*\* (.+)$", re.MULTILINE)
_BASIS = re.compile(r"^\*\*Base\.\*\* (.+)$", re.MULTILINE)
_FIELDS, _CHECKS, _NEVER = "Champs à remplir", "À vérifier avant envoi", "Ne doit jamais apparaître"


def read_template(path: Path) -> Template:
    """Return the template at `path`. Raises GuidanceError naming the file where a part is missing.

    Every `{{field}}` of the texts is described under « Champs à remplir », and no other.
    """
    place, content = path.name, read_text(path)
    head = _found(_HEAD, content, place, "un en-tête")
    fields = parse_yaml(place, head).fields(("id", "titre", "public", "etapes", "langue", "statut"))
    if fields["id"].text() != path.stem:
        raise fields["id"].fail("l'identifiant est le nom du fichier")
    intro, *parts = _SECTION.split(content)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    described = tuple(_described(line, place) for line in _lines(sections, _FIELDS, place))
    variants = _variants(sections, {field.name: field for field in described}, place)
    used = {field.name for variant in variants for field in variant.fields}
    if unused := sorted({field.name for field in described} - used):
        raise GuidanceError(f"{place} : champ jamais employé {', '.join(unused)}")
    return Template(
        id=path.stem,
        title=fields["titre"].text(),
        public=fields["public"].flag(),
        steps=fields["etapes"].texts(),
        status=fields["statut"].text(),
        when=_found(_USE, intro, place, "« Quand l'utiliser »"),
        basis=_found(_BASIS, intro, place, "« Base »"),
        variants=variants,
        fields=described,
        checks=tuple(line.removeprefix("- [ ] ") for line in _lines(sections, _CHECKS, place)),
        never=tuple(line.removeprefix("- ") for line in _lines(sections, _NEVER, place)),
    )


def _variants(sections: dict[str, str], known: dict[str, Field], place: str) -> tuple[Variant, ...]:
    variants = []
    for name, body in sections.items():
        if name in {_FIELDS, _CHECKS, _NEVER}:
            continue
        text = _found(_TEXT, body, f"{place}[{name}]", "un bloc « texte »")
        used = dict.fromkeys(FIELD.findall(text))
        if unknown := sorted(used.keys() - known.keys()):
            raise GuidanceError(f"{place}[{name}] : champ non décrit {', '.join(unknown)}")
        variants.append(Variant(name, text, tuple(known[field] for field in used)))
    if not variants:
        raise GuidanceError(f"{place} : aucun texte")
    return tuple(variants)


def _described(line: str, place: str) -> Field:
    match = _HINT.match(line)
    if match is None:
        raise Node(place, line).fail(f"champ mal décrit « {line} »")
    return Field(match[1], match[3].strip(), optional=match[2] is not None)


def _lines(sections: dict[str, str], name: str, place: str) -> list[str]:
    lines = [line for line in sections.get(name, "").splitlines() if line.startswith("- ")]
    if not lines:
        raise GuidanceError(f"{place} : la partie « {name} » manque")
    return lines


def _found(pattern: re.Pattern[str], text: str, place: str, what: str) -> str:
    match = pattern.search(text)
    if match is None:
        raise GuidanceError(f"{place} : il manque {what}")
    return match[1].strip()
