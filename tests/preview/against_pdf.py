"""Pages of the preview held against PDFium's reading and drawing of the PDF: where every glyph and rule stands, and what is seen."""
import base64
import ctypes
import io
import math
import re
import urllib.request
from xml.etree import ElementTree

import pypdfium2
import pypdfium2.raw as raw
from PIL import Image, ImageChops

SVG = "{http://www.w3.org/2000/svg}"
# How far a glyph or a rule may stand from where PDFium finds it, in points.
NEAR = 0.05
WIDE, SMALL = 2400, 400
# So many pixels in a million may differ by more than `FAR` of 255.
MOST, FAR = 15_000, 64


def numbers(text):
    return [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", text)]


def of_svg(svg):
    """Origins of glyphs, corners of rectangles, and those of pictures, as they are drawn."""
    root = ElementTree.fromstring(svg)
    glyphs, rules = [], []
    drawn = next(group for group in root.iter(f"{SVG}g") if group.get("aria-hidden") == "true")
    for group in drawn.iter(f"{SVG}g"):
        if not (group.get("transform") or "").startswith("matrix"):
            continue
        a, b, c, d, e, f = numbers(group.get("transform"))
        for use in group.iter(f"{SVG}use"):
            x, y = float(use.get("x", 0)), float(use.get("y", 0))
            glyphs.append((a * x + c * y + e, b * x + d * y + f))
    for rect in list(drawn.iter(f"{SVG}rect"))[1:]:
        x, y, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        if rect.get("fill") != "none":
            rules.append((x, y, x + width, y + height))
    pictures = [[float(image.get(name)) for name in ("x", "y", "width", "height")] for image in drawn.iter(f"{SVG}image")]
    return glyphs, rules, [(x, y, x + width, y + height) for x, y, width, height in pictures]


def of_pdf(page):
    """The same, as PDFium finds them; from the top of the page."""
    height = page.get_height()
    text = page.get_textpage()
    glyphs, rules = [], []
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(text.count_chars()):
        if raw.FPDFText_IsGenerated(text, index) or chr(raw.FPDFText_GetUnicode(text, index)).isspace():
            continue
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        glyphs.append((x.value, height - y.value))
    for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = found.get_bounds() if hasattr(found, "get_bounds") else found.get_pos()
        rules.append((left, height - top, right, height - bottom))
    return glyphs, rules


class Near:
    """Points by the square of the plane that they lie in."""

    def __init__(self, points, cell=0.5):
        self.cell, self.squares = cell, {}
        for point in points:
            self.squares.setdefault(self.square(point), []).append(point)

    def square(self, point):
        return tuple(math.floor(part / self.cell) for part in point[:2])

    def distance(self, point):
        column, row = self.square(point)
        around = [other for i in (-1, 0, 1) for j in (-1, 0, 1) for other in self.squares.get((column + i, row + j), [])]
        return min((max(abs(a - b) for a, b in zip(point, other)) for other in around), default=math.inf)


def compare(page, url, pdf, count):
    """Holds so many pages, spread over the book, against the PDF. Says how near they are; fails where they are not."""
    document = pypdfium2.PdfDocument(pdf)
    total = len(document)
    chosen = sorted({round(number * (total - 1) / max(1, count - 1)) for number in range(count)})
    farthest, rules_farthest, most = 0.0, 0.0, 0
    glyph_count = 0
    for index in chosen:
        with urllib.request.urlopen(f"{url}page/{index + 1}") as answer:
            svg = answer.read().decode()
        glyphs, rules, pictures = of_svg(svg)
        found, paths = of_pdf(document[index])
        # A drawing's own letters are part of a picture here: pixels tell whether they are the same.
        found = [point for point in found if not any(left <= point[0] <= right and top <= point[1] <= bottom for left, top, right, bottom in pictures)]
        near, paths_near, own = Near(found), Near(paths), Near(glyphs)
        glyph_count += len(glyphs)
        # Ornaments have no text, and what stands for nothing PDFium does not list: what it lists must be here, and what is here must be
        # there as far as the page has text at all.
        missing = [point for point in found if own.distance(point) > NEAR]
        astray = [point for point in glyphs if near.distance(point) > NEAR]
        farthest = max([farthest, *(own.distance(point) for point in found)])
        assert not missing, f"page {index + 1}: {len(missing)} of {len(found)} glyphs of the PDF are not where the preview has them: {missing[:3]}"
        assert not astray, f"page {index + 1}: {len(astray)} of {len(glyphs)} glyphs are not where the PDF has them: {astray[:3]}"
        for rule in rules:
            distance = paths_near.distance(rule)
            rules_farthest = max(rules_farthest, distance)
            assert distance <= NEAR, f"page {index + 1}: no rule of the PDF is where {rule} is"
        differing = pixels(page, f"{url}page/{index + 1}", document[index])
        most = max(most, differing)
        assert differing <= MOST, f"page {index + 1}: {differing} pixels in a million differ by more than {FAR}"
    return (
        f"{len(chosen)} pages, {glyph_count} glyphs: farthest glyph {farthest:.4f} pt, farthest rule {rules_farthest:.4f} pt, "
        f"at most {most} pixels in a million differ by more than {FAR}"
    )


def pixels(page, address, sheet):
    """Pixels in a million that differ, of the page drawn by both at the same width and averaged down."""
    width, height = sheet.get_size()
    tall = round(height * WIDE / width)
    theirs = sheet.render(scale=WIDE / width, draw_annots=False).to_pil().convert("RGB").resize((WIDE, tall))
    view = page.context.browser.new_context(viewport={"width": SMALL * 3, "height": math.ceil(tall / 2)}, device_scale_factor=2)
    try:
        tab = view.new_page()
        with urllib.request.urlopen(address) as answer:
            svg = answer.read().decode()
        # Pictures have addresses of the preview, which an image may not load: they stand within it.
        for number in set(re.findall(r'href="(/picture/\d+)"', svg)):
            with urllib.request.urlopen(address.split("page/")[0].rstrip("/") + number) as answer:
                media, data = answer.headers["Content-Type"], base64.b64encode(answer.read()).decode()
            svg = svg.replace(f'href="{number}"', f'href="data:{media};base64,{data}"')
        tab.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{WIDE / 2}px;height:{tall / 2}px}} .words{{visibility:hidden}}</style>{svg}")
        ours = Image.open(io.BytesIO(tab.screenshot(clip={"x": 0, "y": 0, "width": WIDE / 2, "height": tall / 2}))).convert("RGB")
    finally:
        view.close()
    small = (SMALL, round(tall * SMALL / WIDE))
    ours, theirs = (picture.resize(small, Image.Resampling.BOX) for picture in (ours, theirs))
    bands = ImageChops.difference(ours, theirs).split()
    far = ImageChops.lighter(ImageChops.lighter(*bands[:2]), bands[2]).histogram()
    return round(sum(far[FAR + 1 :]) * 1_000_000 / (small[0] * small[1]))
