"""Rosters of made-up readers: the same ones at every run, with names in many scripts and everything that a row can say."""
import csv
import random

GIVEN = ["Ada", "Grace", "José", "Zoë", "Björn", "Łucja", "Nguyễn", "Søren", "Ægir", "Þóra", "Maël", "İpek", "Ș̦tefan", "Anaïs", "O'Shea", "Jean-Luc"]
FAMILY = ["Lovelace", "Hopper", "Ñandú", "Żółkiewska", "Thị Hường", "van der Berg", "Åström", "Müller-Lüdenscheidt", "D’Angelo", "Çelik", "Dvořák", "(Jr.)"]
OTHER = ["Αθηνά Παππά", "Софья Ковалевская", "Ελένη Κ. Γεωργίου", "Иван Грозный-Петров", "ليلى حسن", "דוד בן־גוריון", "王小明", "김철수", "山田 太郎", "अदिति शर्मा", "สมชาย ใจดี"]
ORGANISATIONS = ["", "", "Analytical Engines", "Müller & Söhne GmbH", "A <b>bold</b> company", "{{ reader.name }} Ltd", "Компания"]
NOTES = [
    "",
    "",
    "Read stage two twice.",
    "*No* markup, {{ no.field }}, <b>no</b> HTML: $1 and 100 %.",
    "A longer note. " * 40,
    "Two paragraphs.\n\nThe second one says: " + "word " * 150,
]
PATHS = ["startup-co-founder", "fractional-cto", "domain-expert", "cto-interview", "cto-vs-vp-engineering", "fractional-cto-guide"]
COLUMNS = ["name", "stage", "from", "paths", "all", "organisation", "email", "note", "group"]


def readers(count, *, stages=5, paths=PATHS, other=True, varied=True, seed=6):
    """So many rows, each a dictionary by column: with every kind of wish, so that few get the same selection, or not
    `varied`, with a name, a stage and an address."""
    chance = random.Random(seed)
    rows = []
    for number in range(1, count + 1):
        stage = chance.randint(1, stages)
        plain = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"
        name = chance.choice(OTHER) if other and chance.random() < 0.15 else plain
        rows.append(
            {
                "name": name,
                "stage": stage,
                "from": chance.choice(["", chance.randint(1, stage)]),
                "paths": ", ".join(chance.sample(paths, chance.choice([0, 0, 0, 1, 2]) if len(paths) > 1 else 0)),
                "all": "yes" if chance.random() < 0.02 else "",
                "organisation": chance.choice(ORGANISATIONS),
                "email": f"reader{number}@example.org",
                "note": chance.choice(NOTES),
                "group": chance.choice(["one", "two", "three"]),
            }
        )
        if not varied:
            rows[-1].update({"from": "", "paths": "", "all": "", "organisation": "", "note": ""})
    return rows


def write(path, rows):
    """As CSV."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def build_arguments(row, number):
    """What `handbook build` is told to make the same copy."""
    arguments = ["--reader", row["name"], "--stage", row["stage"], "--copy", number, "--email", row["email"]]
    for option, column in (("--from", "from"), ("--organisation", "organisation"), ("--note", "note"), ("--group", "group")):
        if row[column]:
            arguments += [option, row[column]]
    for path in filter(None, row["paths"].split(", ")):
        arguments += ["--path", path]
    return arguments + (["--all"] if row["all"] else [])
