// The preview's page: shows the pages in sight, hears what is new, and tells what was chosen. No framework, no build step.

const at = (id) => document.getElementById(id);
const root = document.documentElement;
const hasEditor = root.dataset.editor !== "";
const still = matchMedia("(prefers-reduced-motion: reduce)");
const SVG = "http://www.w3.org/2000/svg";

/** What was last told: everything that `/state` has. */
let state = { version: -1 };
/** Pages by their place: element, and the key of what is drawn in it. */
const pages = [];
let current = 1;
let cursor = null;
let perSpread = 0;

// ---- Asking and telling

/** Nobody answers: what is asked is asked again. */
class Unreached extends Error {}

async function ask(path) {
  const answer = await fetch(path).catch((error) => {
    throw new Unreached(error.message);
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

function act(path, what) {
  return fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "X-Preview-Token": root.dataset.token }, body: JSON.stringify(what) });
}

function say(text, away = false) {
  const status = at("status");
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("away", away);
}

function element(name, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside.filter((part) => part !== null && part !== undefined));
  return made;
}

/** A message, in which backquotes say what was written. */
function said(text) {
  return text.split("`").map((part, index) => (index % 2 ? element("code", { textContent: part }) : part));
}

// ---- Pages

/** Draws a page, if what is drawn is not what it should be. What is there stays until the new one has come. */
async function draw(number, force = false) {
  const page = pages[number - 1];
  if (!page || page.asked === page.key && !force) return;
  const asked = page.key;
  page.asked = asked;
  try {
    const answer = await ask(`/page/${number}`);
    const text = await answer.text();
    if (pages[number - 1] !== page || !page.seen) return;
    page.drawn = answer.headers.get("X-Page-Key");
    show(page, text);
  } catch (error) {
    if (page.asked !== asked) return;
    page.asked = "";
    if (error instanceof Unreached) setTimeout(() => page.seen && draw(number), 1000);
  }
}

/** Puts a page's drawing in its place; glyphs go to where those of all pages are kept. */
function show(page, text) {
  const read = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (read.namespaceURI !== SVG || read.localName !== "svg") return;
  const defs = read.querySelector("defs");
  const all = at("glyphs").firstElementChild;
  for (const glyph of [...defs.children]) {
    if (!known.has(glyph.id)) {
      known.add(glyph.id);
      all.append(document.adoptNode(glyph));
    }
  }
  defs.remove();
  read.setAttribute("role", "none");
  const svg = document.adoptNode(read);
  const focused = page.element.contains(document.activeElement) && document.activeElement !== page.element;
  page.element.replaceChildren(svg);
  if (focused) page.element.focus({ preventScroll: true });
  if (page.marks) mark(page);
  if (cursor && cursor.page === page) moveCursor(page, cursor.item, false);
}
const known = new Set();

const inSight = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      const page = pages[Number(entry.target.dataset.number) - 1];
      if (!page) continue;
      page.seen = entry.isIntersecting;
      if (page.seen) {
        draw(page.number);
      } else if (!entry.target.contains(document.activeElement)) {
        page.asked = "";
        page.element.replaceChildren();
      }
    }
  },
  { root: at("pages"), rootMargin: "80% 0px" },
);

function makePage(number) {
  const made = element("article", { className: "page", id: `page-${number}`, tabIndex: -1 });
  made.dataset.number = String(number);
  return { element: made, number, key: "", asked: "", drawn: "", seen: false, marks: null };
}

/** Lays the pages out in spreads: the first alone, then two by two where there is room for that. */
function spread() {
  const count = pages.length;
  const wide = at("pages").clientWidth >= 860 && at("zoom").value !== "width";
  const per = wide ? 2 : 1;
  const first = [...at("pages").children];
  const groups = [];
  for (let index = 0; index < count; ) {
    const take = per === 2 && index > 0 ? 2 : 1;
    groups.push(pages.slice(index, index + take));
    index += take;
  }
  groups.forEach((group, index) => {
    const box = first[index] ?? at("pages").appendChild(element("div", { className: "spread" }));
    const elements = group.map((page) => page.element);
    if (elements.length !== box.children.length || elements.some((one, place) => box.children[place] !== one)) {
      box.replaceChildren(...elements);
    }
  });
  first.slice(groups.length).forEach((box) => box.remove());
  perSpread = per;
  size();
}

/** The size of all pages. */
function size() {
  if (!state.book?.size) return;
  const [width, height] = state.book.size;
  const room = at("pages");
  const style = getComputedStyle(room);
  const across = room.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 2 * (perSpread - 1);
  const down = room.clientHeight - 44;
  const natural = (width * 96) / 72;
  let wide;
  if (at("zoom").value === "fit") wide = Math.min(across / perSpread, Math.max((down * width) / height, 340));
  else if (at("zoom").value === "width") wide = across / perSpread;
  else wide = natural * Number(at("zoom").value);
  wide = Math.max(120, Math.floor(wide));
  const tall = Math.round((wide * height) / width);
  for (const page of pages) {
    page.element.style.width = `${wide}px`;
    page.element.style.height = `${tall}px`;
  }
  const sheet = pages[0]?.element;
  if (sheet) root.style.setProperty("--page", `${wide}px`);
}

/** Does something to the pages while what is looked at keeps its place. */
function keeping(work) {
  const room = at("pages");
  const top = room.getBoundingClientRect().top;
  const index = Math.max(0, visible()[0] ?? current - 1);
  const page = pages[index];
  const offset = page ? page.element.getBoundingClientRect().top - top : 0;
  const share = page ? offset / Math.max(1, page.element.offsetHeight) : 0;
  const body = page?.body;
  work();
  if (!page) return;
  let now = index;
  if (body && pages[index]?.body !== body) {
    const found = pages.findIndex((other) => other.body === body);
    if (found >= 0) now = found;
  }
  const there = pages[Math.min(now, pages.length - 1)]?.element;
  if (there) room.scrollTop += there.getBoundingClientRect().top - top - share * there.offsetHeight;
}

/** Places of the pages that can be seen now. */
function visible() {
  const room = at("pages").getBoundingClientRect();
  const found = [];
  let [low, high] = [0, pages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pages[middle].element.getBoundingClientRect().bottom <= room.top + 8) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < pages.length; index++) {
    if (pages[index].element.getBoundingClientRect().top >= room.bottom - 8) break;
    found.push(index);
  }
  return found;
}

/** Goes to a page; with a place on it, in points, to that. */
function go(number, place = null, focus = false) {
  const page = pages[number - 1];
  if (!page) return;
  setCurrent(number);
  const room = at("pages");
  const bounds = room.getBoundingClientRect();
  const box = page.element.getBoundingClientRect();
  let [top, bottom] = [box.top, box.bottom];
  if (place) {
    const unit = box.height / state.book.size[1];
    top = box.top + place[1] * unit;
    bottom = top + place[3] * unit;
  }
  const seen = top >= bounds.top && bottom <= bounds.bottom;
  const behavior = still.matches || Math.abs(top - bounds.top) > 4000 ? "auto" : "smooth";
  if (!seen || !place) room.scrollTo({ top: room.scrollTop + (place && box.height > bounds.height ? top - bounds.height / 3 : box.top) - bounds.top - 20, behavior });
  if (focus) page.element.focus({ preventScroll: true });
}

function setCurrent(number) {
  const before = pages[current - 1];
  if (before) before.element.tabIndex = -1;
  current = Math.min(Math.max(1, number), Math.max(1, pages.length));
  const now = pages[current - 1];
  if (now) now.element.tabIndex = 0;
  if (document.activeElement !== at("number")) at("number").value = now ? now.folio : "";
  at("count").textContent = pages.length ? `${current} of ${pages.length}` : "";
  const outline = state.book?.outline ?? [];
  let last = -1;
  outline.forEach(([, , page], index) => {
    if (page <= current) last = index;
  });
  at("outline").querySelectorAll("[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
  const entry = at("outline").querySelectorAll("button")[last];
  if (!entry) return;
  entry.setAttribute("aria-current", "true");
  // In sight too, as long as nobody is at the contents themselves.
  if (!at("outline").matches(":hover, :focus-within")) entry.scrollIntoView({ block: "nearest" });
}

/** Marks what is new on a page for a moment. */
function mark(page) {
  const svg = page.element.querySelector("svg");
  if (!svg || !page.marks) return;
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("class", "marks");
  group.setAttribute("aria-hidden", "true");
  for (const [, x, y, width, height] of page.marks) {
    const rect = document.createElementNS(SVG, "rect");
    Object.entries({ x: x - 2, y: y - 1, width: width + 4, height: height + 1, rx: 1.5 }).forEach(([name, value]) => rect.setAttribute(name, value));
    group.append(rect);
  }
  svg.querySelector(".marks")?.remove();
  svg.insertBefore(group, svg.querySelector(".words"));
  page.marks = null;
  setTimeout(() => group.remove(), 2700);
}

// ---- What is new

/** Everything anew. What did not change stays as it is. */
function apply(next) {
  const before = state;
  state = next;
  const book = next.book;
  problems(next.problems, Boolean(book));
  choices(next);
  messages(next);
  if (!book) {
    say(next.begun ? "There is nothing to show yet" : "Setting the book …");
    return;
  }
  document.title = `${book.title} – Preview`;
  at("title").textContent = book.title;
  at("title").lang = book.language;
  const resized = JSON.stringify(before.book?.size) !== JSON.stringify(book.size);
  keeping(() => {
    const count = book.pages.length;
    while (pages.length > count) {
      const gone = pages.pop();
      inSight.unobserve(gone.element);
      gone.element.remove();
    }
    const fresh = [];
    while (pages.length < count) {
      const page = makePage(pages.length + 1);
      pages.push(page);
      fresh.push(page);
    }
    book.pages.forEach(([key, body, folio], index) => {
      const page = pages[index];
      Object.assign(page, { key, body });
      if (page.folio !== folio) {
        page.folio = folio;
        page.element.setAttribute("aria-label", `Page ${folio}`);
      }
      page.element.lang = book.language;
    });
    if (fresh.length || before.book?.pages.length !== count) spread();
    else if (resized) size();
    fresh.forEach((page) => inSight.observe(page.element));
  });
  for (const page of pages) {
    if (page.seen && page.drawn !== page.key) draw(page.number);
  }
  outline(book, before.book);
  setCurrent(current);
}

function outline(book, before) {
  if (JSON.stringify(book.outline) === JSON.stringify(before?.outline) && book.pages.length === before?.pages.length) return;
  const entries = book.outline.map(([level, title, page]) => {
    const button = element("button", { type: "button", className: `level-${Math.min(level, 3)}` });
    button.append(element("span", { textContent: title, lang: book.language }), element("span", { className: "folio", textContent: book.pages[page - 1]?.[2] ?? "" }));
    button.addEventListener("click", () => {
      go(page, null, true);
      narrow();
    });
    return element("li", {}, button);
  });
  at("outline").replaceChildren(...entries);
}

function where(message) {
  if (!message.file) return "";
  return message.line ? `${message.file}:${message.line}${message.column ? `:${message.column}` : ""}` : message.file;
}

function problems(list, hasPages) {
  const box = at("problem");
  const text = JSON.stringify(list);
  at("problem-note").textContent = hasPages ? "The last good pages stay below." : "";
  if (box.dataset.told === text) return;
  box.dataset.told = text;
  const items = list.slice(0, 5).map((problem) =>
    element(
      "li",
      {},
      element("strong", {}, ...said(problem.message)),
      where(problem) ? ` – ${where(problem)}` : null,
      problem.source ? element("code", { className: "line", textContent: problem.source }) : null,
      problem.hint ? element("div", {}, ...said(problem.hint)) : null,
    ),
  );
  if (list.length > 5) items.push(element("li", { textContent: `and ${list.length - 5} more` }));
  at("problem-list").replaceChildren(...items);
  box.hidden = list.length === 0;
}

function messages(next) {
  const all = next.messages;
  const text = JSON.stringify(all);
  const list = at("message-list");
  at("message-count").textContent = all.length ? String(all.length) : "";
  at("no-messages").hidden = all.length > 0;
  if (list.dataset.told === text) return;
  list.dataset.told = text;
  list.replaceChildren(
    ...all.map((message, number) => {
      const button = element("button", { type: "button" });
      button.append(element("span", { className: message.severity, textContent: `${message.severity}: ` }), ...said(message.message));
      if (where(message)) button.append(element("div", { className: "where", textContent: where(message) }));
      button.addEventListener("click", () => toMessage(number));
      const item = element("li", {}, button, message.hint ? element("p", {}, ...said(message.hint)) : null);
      if (hasEditor && message.file) {
        const edit = element("button", { type: "button", className: "edit", textContent: "Open in the editor" });
        edit.addEventListener("click", () => opened(act("/open", { message: number })));
        item.append(edit);
      }
      return item;
    }),
  );
}

async function toMessage(number) {
  try {
    const found = await (await ask(`/message?number=${number}`)).json();
    go(found.page, null, true);
    chooseLine(found.page, found.item);
    narrow();
  } catch {
    say("This message is not about a page");
  }
}

let settles = 0;
const hears = new EventSource("/events");
let latest = null;
let again = 0;
hears.addEventListener("message", ({ data }) => {
  latest = JSON.parse(data);
  follow();
});
addEventListener("online", () => latest && follow());

/** Takes in what was heard last. What cannot be had now is asked for again: the event does not come a second time. */
async function follow() {
  clearTimeout(again);
  try {
    await heard(latest);
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    say("The preview is out of reach; trying again", true);
    again = setTimeout(follow, 1000);
  }
}

async function heard(event) {
  // The preview was started anew: this page's token counts no more.
  if (event.run !== root.dataset.run) {
    location.reload();
    return;
  }
  if (event.version === state.version) {
    say(summary());
    return;
  }
  const known = event.version === state.version + 1 && state.book;
  if (known) {
    // The pages in sight need not wait for the rest.
    for (const number of event.pages) {
      const page = pages[number - 1];
      if (page?.seen) {
        page.asked = "";
        draw(number, true);
      }
    }
  }
  const turn = ++settles;
  const next = await (await ask("/state")).json();
  if (turn !== settles || next.version < state.version) return;
  const first = !state.book;
  apply(next);
  if (next.version === event.version) {
    for (const [number, ...area] of event.marks) {
      const page = pages[number - 1];
      if (page) (page.marks ??= []).push([number, ...area]);
    }
    for (const page of pages) if (page.marks && page.drawn === page.key) mark(page);
    if (event.place && known) {
      const [, ...area] = event.marks.find(([number]) => number === event.place) ?? [];
      const seen = visible().includes(event.place - 1);
      if (!seen || area.length) go(event.place, area.length ? area : null);
    }
  }
  if (!event.good) say("The book cannot be made as it is now");
  else if (first || !event.place) say(summary());
  else say(`Page ${pages[event.place - 1]?.folio ?? event.place} changed`);
  if (first && location.hash) fromHash();
  chapters();
}
hears.addEventListener("error", () => say("The preview is out of reach; trying again", true));

function summary() {
  const book = state.book;
  return book ? `${book.pages.length.toLocaleString("en")} pages, ${book.words.toLocaleString("en")} words` : "Setting the book …";
}

// ---- From a line to its source

const lineOf = (target) => target.closest?.("[data-item]");

at("pages").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link) {
    const inside = /^#at-(.+)$/.exec(link.getAttribute("href"));
    if (inside) {
      event.preventDefault();
      follows(inside[1]);
    }
    return;
  }
  const line = lineOf(event.target);
  if (!line || !getSelection().isCollapsed) return;
  const number = Number(line.closest(".page").dataset.number);
  chooseLine(number, Number(line.dataset.item), true);
});

/** Goes to the page on which a place is now. */
async function follows(name) {
  try {
    const { page } = await (await ask(`/named?name=${encodeURIComponent(name)}`)).json();
    go(page, null, true);
  } catch {
    say("The link leads nowhere now");
  }
}

/** Shows which line is meant and tells where it comes from. */
async function chooseLine(number, item, open = false) {
  setCurrent(number);
  const page = pages[number - 1];
  if (!page) return;
  cursor = { page, item };
  moveCursor(page, item, true);
  try {
    const place = await (await ask(`/place?page=${number}&item=${item}`)).json();
    at("source").textContent = `${place.file}:${place.line}`;
    say(`${place.file}, line ${place.line}`);
    if (open && hasEditor) opened(act("/open", { page: number, item }));
  } catch {
    at("source").textContent = "";
    say("The book makes this itself");
  }
}

async function opened(answer) {
  const { ok, text } = await answer.then(async (done) => ({ ok: done.ok, text: await done.text() }));
  say(ok ? `Opened ${at("source").textContent}` : text || "The editor did not open");
}

function moveCursor(page, item, scroll) {
  document.querySelectorAll(".cursor").forEach((one) => one.remove());
  const line = page.element.querySelector(`[data-item="${item}"]`);
  if (!line) return;
  const box = line.getBBox();
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("class", "cursor");
  Object.entries({ x: box.x - 2, y: box.y - 1, width: box.width + 4, height: box.height + 2, rx: 1.5 }).forEach(([name, value]) => rect.setAttribute(name, value));
  if (line.getAttribute("transform")) rect.setAttribute("transform", line.getAttribute("transform"));
  line.ownerSVGElement.insertBefore(rect, line.ownerSVGElement.querySelector(".words"));
  if (scroll) line.scrollIntoView({ block: "nearest", inline: "nearest" });
}

at("pages").addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("a") && event.key === "Enter") return;
  const page = pages[current - 1];
  if (!page) return;
  const lines = [...page.element.querySelectorAll(".words [data-item]")];
  const place = cursor?.page === page ? lines.findIndex((line) => Number(line.dataset.item) === cursor.item) : -1;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const turn = { PageDown: perSpread, PageUp: -perSpread, ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) {
    const next = lines[place < 0 ? (step > 0 ? 0 : lines.length - 1) : place + step];
    if (next) chooseLine(current, Number(next.dataset.item));
    else go(current + step, null, true);
  } else if (turn) go(Math.min(pages.length, Math.max(1, current + turn)), null, true);
  else if (event.key === "Home") go(1, null, true);
  else if (event.key === "End") go(pages.length, null, true);
  else if (event.key === "Enter" && cursor?.page === page) chooseLine(current, cursor.item, true);
  else if (event.key === "+" || event.key === "-") zoomBy(event.key === "+" ? 1 : -1);
  else return;
  event.preventDefault();
});

at("pages").addEventListener("focusin", (event) => {
  const page = event.target.closest?.(".page");
  if (page) setCurrent(Number(page.dataset.number));
});

let scrolled = 0;
at("pages").addEventListener("scroll", () => {
  cancelAnimationFrame(scrolled);
  scrolled = requestAnimationFrame(() => {
    const seen = visible();
    if (seen.length && !seen.includes(current - 1)) setCurrent(seen[0] + 1);
  });
});

// ---- The bar

at("number").addEventListener("change", () => {
  const wanted = at("number").value.trim().toLowerCase();
  const found = pages.findIndex((page) => page.folio?.toLowerCase() === wanted);
  const number = found >= 0 ? found + 1 : Number(wanted);
  if (number >= 1 && number <= pages.length) go(number, null, true);
  else say(`There is no page ${wanted}`);
});
at("back").addEventListener("click", () => go(Math.max(1, current - perSpread)));
at("on").addEventListener("click", () => go(Math.min(pages.length, current + perSpread)));

function zoomBy(step) {
  const zoom = at("zoom");
  const sizes = [...zoom.options].map((option) => Number(option.value)).filter((value) => value > 0);
  const natural = ((state.book?.size[0] ?? 420) * 96) / 72;
  const now = Number(zoom.value) || (pages[0]?.element.offsetWidth ?? natural) / natural;
  const next = step > 0 ? sizes.find((value) => value > now + 0.01) : sizes.reverse().find((value) => value < now - 0.01);
  if (next) {
    zoom.value = String(next);
    keeping(spread);
  }
}
at("smaller").addEventListener("click", () => zoomBy(-1));
at("larger").addEventListener("click", () => zoomBy(1));
at("zoom").addEventListener("change", () => keeping(spread));
new ResizeObserver(() => pages.length && keeping(spread)).observe(at("pages"));

function panel(open) {
  document.body.classList.toggle("closed", !open);
  at("toggle").setAttribute("aria-expanded", String(open));
}
const isNarrow = () => matchMedia("(max-width: 800px)").matches;
/** On a narrow screen the panel lies over the pages and goes when something was chosen in it. */
const narrow = () => isNarrow() && panel(false);
at("toggle").addEventListener("click", () => panel(document.body.classList.contains("closed")));
panel(!isNarrow());

const tabs = [...document.querySelectorAll('[role="tab"]')];
function choose(tab, focus = false) {
  for (const one of tabs) {
    const is = one === tab;
    one.setAttribute("aria-selected", String(is));
    one.tabIndex = is ? 0 : -1;
    at(one.getAttribute("aria-controls")).hidden = !is;
  }
  if (focus) tab.focus();
}
tabs.forEach((tab, index) => {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose(tabs[(next + tabs.length) % tabs.length], true);
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isNarrow() && !document.body.classList.contains("closed")) {
    panel(false);
    at("toggle").focus();
  }
});

function fromHash() {
  const inside = /^#page-(\d+)$/.exec(location.hash);
  if (inside) go(Number(inside[1]));
}
addEventListener("hashchange", fromHash);

// ---- The reader

const form = at("choices");

function options(select, list, chosen, none) {
  const wanted = JSON.stringify([list, none]);
  if (select.dataset.told !== wanted) {
    select.dataset.told = wanted;
    const made = list.map(([value, title]) => element("option", { value, textContent: title }));
    if (none) made.unshift(element("option", { value: "", textContent: none }));
    select.replaceChildren(...made);
  }
  if (chosen && ![...select.options].some((option) => option.value === chosen)) select.append(element("option", { value: chosen, textContent: chosen }));
  if (document.activeElement !== select) select.value = chosen;
}

/** Fills the form with what is chosen, but for the field that somebody is at. */
function choices({ choices: chosen, offered }) {
  const same = (list) => list.map((one) => [one, one]);
  const stages = offered.stages ?? [];
  form.querySelectorAll(".ladder").forEach((label) => (label.hidden = stages.length === 0));
  form.elements.all.closest("label").hidden = stages.length === 0;
  const stage = (text) => stages.find(([id, title], index) => [id, title, String(index + 1)].includes(text))?.[0] ?? text;
  options(form.elements.stage, stages, stage(chosen.stage), "The last one");
  options(form.elements.from, stages, stage(chosen.from), "None");
  options(form.elements.theme, same(offered.themes), chosen.theme, "As the book says");
  options(form.elements.page, same(offered.pages), chosen.page, "As the book or theme says");
  if (document.activeElement !== form.elements.name) form.elements.name.value = chosen.name;
  form.elements.all.checked = chosen.all;
  const extras = [...(offered.paths ?? []), ...(offered.guides ?? [])];
  const field = at("paths");
  field.hidden = extras.length === 0;
  const wanted = JSON.stringify(extras);
  if (field.dataset.told !== wanted) {
    field.dataset.told = wanted;
    const boxes = extras.map(([id, title]) => element("label", {}, element("input", { type: "checkbox", name: "path", value: id }), title));
    field.replaceChildren(field.firstElementChild, ...boxes);
  }
  for (const box of field.querySelectorAll("input")) {
    const title = extras.find(([id]) => id === box.value)?.[1];
    if (document.activeElement !== box) box.checked = chosen.paths.includes(box.value) || chosen.paths.includes(title);
  }
}

let typing = 0;
async function tell() {
  const data = new FormData(form);
  const text = (name) => String(data.get(name) ?? "");
  const chosen = { name: text("name"), stage: text("stage"), from: text("from"), paths: data.getAll("path"), all: data.has("all"), theme: text("theme"), page: text("page") };
  const answer = await act("/choose", chosen);
  say(answer.ok ? "Setting the book …" : "This cannot be chosen");
}
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", (event) => {
  clearTimeout(typing);
  typing = setTimeout(tell, event.target.type === "text" ? 250 : 0);
});

// ---- Searching

let searching = 0;
async function search() {
  const text = at("search-text").value.trim();
  const turn = ++searching;
  if (!text) {
    at("search-list").replaceChildren();
    at("search-note").textContent = "";
    return;
  }
  const { hits } = await (await ask(`/search?text=${encodeURIComponent(text)}`)).json();
  if (turn !== searching) return;
  at("search-note").textContent = hits.length ? `${hits.length} ${hits.length === 1 ? "line" : "lines"}` : "Nothing found";
  at("search-list").replaceChildren(
    ...hits.map(([page, item, line]) => {
      const button = element("button", { type: "button" }, element("span", { className: "quiet", textContent: `${pages[page - 1]?.folio ?? page} ` }), line);
      button.addEventListener("click", () => {
        go(page, null, true);
        chooseLine(page, item);
        narrow();
      });
      return element("li", {}, button);
    }),
  );
}
at("search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
let waiting = 0;
at("search-text").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, 200);
});

// ---- The e-book

let view = "pages";
let ground = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
let device = 390;
let shownVersion = -1;

function press(name, value) {
  document.querySelectorAll(`[data-${name}]`).forEach((button) => button.setAttribute("aria-pressed", String(button.dataset[name] === String(value))));
}
document.querySelectorAll("[data-view]").forEach((button) =>
  button.addEventListener("click", () => {
    view = button.dataset.view;
    press("view", view);
    at("pages").hidden = view === "book";
    at("page-tools").hidden = view === "book";
    at("book").hidden = view === "pages";
    chapters();
    fitDevice();
  }),
);
document.querySelectorAll("[data-device]").forEach((button) =>
  button.addEventListener("click", () => {
    device = Number(button.dataset.device);
    press("device", device);
    fitDevice();
  }),
);
document.querySelectorAll("[data-ground]").forEach((button) =>
  button.addEventListener("click", () => {
    ground = button.dataset.ground;
    press("ground", ground);
    chapter(true);
  }),
);
press("ground", ground);

/** The frame is as wide as the device and made smaller where there is less room. */
function fitDevice() {
  const room = at("device");
  if (at("book").hidden) return;
  const [across, down] = [room.clientWidth - 36, room.clientHeight - 36];
  const scale = Math.min(1, across / device);
  const frame = at("frame");
  frame.style.width = `${device}px`;
  frame.style.height = `${Math.floor(down / scale)}px`;
  frame.style.marginLeft = frame.style.marginRight = `${(device * scale - device) / 2}px`;
  frame.style.transform = scale < 1 ? `scale(${scale})` : "";
}
new ResizeObserver(fitDevice).observe(at("device"));

/** The list of chapters, if the e-book is looked at and it may have changed. */
async function chapters() {
  if (at("book").hidden || shownVersion === state.version || !state.book) return;
  shownVersion = state.version;
  const list = await (await ask("/chapters")).json();
  const select = at("chapter");
  const before = select.value;
  const wanted = JSON.stringify(list);
  if (select.dataset.told !== wanted) {
    select.dataset.told = wanted;
    select.replaceChildren(...list.map(([value, title]) => element("option", { value, textContent: title })));
    if (list.some(([value]) => value === before)) select.value = before;
    else select.selectedIndex = Math.min(1, list.length - 1);
  }
  chapter(true);
}

/** Shows the chosen chapter; where one was read before, at the same place. */
function chapter(keep) {
  const frame = at("frame");
  const file = at("chapter").value;
  if (!file) return;
  const address = `/book/${ground}/${encodeURIComponent(file)}`;
  const inside = () => {
    try {
      return frame.contentDocument?.scrollingElement;
    } catch {
      return null;
    }
  };
  const same = frame.contentWindow && decodeURIComponent(new URL(frame.src || "about:blank", location.href).pathname).endsWith(`/${file}`);
  const scroll = keep && same ? (inside()?.scrollTop ?? 0) : 0;
  frame.addEventListener("load", () => scroll && inside()?.scrollTo(0, scroll), { once: true });
  frame.classList.toggle("dark", ground === "dark");
  if (frame.src && new URL(frame.src).pathname === new URL(address, location.href).pathname && keep) frame.contentWindow.location.replace(address);
  else frame.src = address;
  frame.title = at("chapter").selectedOptions[0]?.textContent || "Chapter of the e-book";
}
at("chapter").addEventListener("change", () => chapter(false));
function turn(step) {
  const select = at("chapter");
  const next = select.selectedIndex + step;
  if (next < 0 || next >= select.options.length) return;
  select.selectedIndex = next;
  chapter(false);
}
at("chapter-back").addEventListener("click", () => turn(-1));
at("chapter-on").addEventListener("click", () => turn(1));
at("frame").addEventListener("load", () => {
  // A link within the book leads to another chapter.
  try {
    const file = decodeURIComponent(at("frame").contentWindow.location.pathname.split("/").pop());
    if ([...at("chapter").options].some((option) => option.value === file)) at("chapter").value = file;
  } catch {
    // It led outside, where nobody may look.
  }
});
