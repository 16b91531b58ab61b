// What the desk does beside being read: it is live, it has keys, it copies, it counts down.
//
// All of it is extra: every page is whole without this file. Nothing is loaded from elsewhere, and
// no text of an article becomes markup here: changed parts come from the server as HTML, escaped.
"use strict";

const main = document.getElementById("main");
const signal = document.getElementById("signal");
const notice = document.getElementById("notice");
const body = document.body;

// --- the changed part, put in place ------------------------------------------------------

// Make `old` as `fresh` is, node by node: what has not changed stays the very same element, and so
// keeps focus, selection, scroll, and whether it is open. Children with an id are known by it.
function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.isEqualNode(fresh)) return;
  for (const { name } of [...old.attributes]) {
    const isTheReaders = name === "open" && old.localName === "details";
    if (!isTheReaders && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (old === document.activeElement && "value" in old) return;
  const known = new Map([...old.children].filter((each) => each.id).map((each) => [each.id, each]));
  let place = old.firstChild;
  for (const each of [...fresh.childNodes]) {
    // Where lines end in the markup is no difference.
    while (isBlank(place) && !isBlank(each)) place = place.nextSibling;
    const same = each.id ? known.get(each.id) : alike(place, each);
    if (!same || same.nodeName !== each.nodeName) {
      old.insertBefore(each, place);
      if (each.classList?.contains("card")) each.classList.add("fresh");
      continue;
    }
    if (!each.id) {
      while (place !== same) place = without(place);
    }
    if (same === place) place = place.nextSibling;
    else old.insertBefore(same, place);
    morph(same, each);
  }
  while (place) place = without(place);
}

// The next of the old nodes, from `place` on, that a fresh one without an id may become.
function alike(place, fresh) {
  if (fresh.nodeType !== Node.ELEMENT_NODE) return place?.nodeType === fresh.nodeType ? place : null;
  while (place && (place.id || place.nodeName !== fresh.nodeName)) place = place.nextSibling;
  return place;
}

// Take a node out, and give the one behind it.
function without(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function isBlank(node) {
  return node?.nodeType === Node.TEXT_NODE && !node.data.trim();
}

let asking = null;

// Ask for the part of this very page that may have changed. Of two questions the later counts.
async function renew() {
  asking?.abort();
  const mine = (asking = new AbortController());
  try {
    const answer = await fetch(location.href, {
      headers: { "Desk-Part": "main" },
      cache: "no-store",
      signal: mine.signal,
    });
    if (answer.redirected || answer.status === 401) {
      location.reload();
      return;
    }
    const html = await answer.text();
    if (mine.signal.aborted) return;
    const parsed = new DOMParser().parseFromString(html, "text/html");
    document.title = parsed.title;
    const fresh = document.createElement("main");
    fresh.append(...parsed.body.childNodes);
    for (const { name, value } of main.attributes) fresh.setAttribute(name, value);
    const focused = document.activeElement;
    const row = focused?.closest?.(".card")?.id;
    morph(main, fresh);
    arrange();
    // A card that moved to another column is another element: the focus goes with the article.
    if (row && !document.contains(focused)) {
      document.getElementById(row)?.querySelector("[data-row]")?.focus({ preventScroll: true });
    }
    if (signal.dataset.state === "lost" && wire.readyState === EventSource.OPEN) {
      show(isHeard ? "live" : "silent");
    }
  } catch (fault) {
    if (fault.name === "AbortError") return;
    show("lost");
    if (wire.readyState === EventSource.OPEN) setTimeout(renew, waiting);
  }
}

// --- live ----------------------------------------------------------------------------------

let wire = null;
let isHeard = true;
let waiting = 1000;

function show(state) {
  signal.dataset.state = state;
  for (const each of signal.querySelectorAll("[data-when]")) {
    each.hidden = each.dataset.when !== state;
  }
}

function listen() {
  wire = new EventSource("/desk/events");
  wire.addEventListener("hearing", (event) => {
    const wasHeard = isHeard && signal.dataset.state !== "silent";
    isHeard = JSON.parse(event.data).state === "heard";
    waiting = 1000;
    const wasLost = signal.dataset.state === "lost";
    show(isHeard ? "live" : "silent");
    if (wasLost || wasHeard !== isHeard) renew();
  });
  wire.addEventListener("news", async (event) => {
    const { changed, more } = JSON.parse(event.data);
    await renew();
    tell(changed, more);
  });
  wire.addEventListener("error", () => {
    show("lost");
    // Where the server refused, the browser gives up; we do not.
    if (wire.readyState === EventSource.CLOSED) {
      setTimeout(listen, waiting);
      waiting = Math.min(2 * waiting, 30000);
    }
  });
}

let quiet = 0;

// Say what has come, by the headlines that now stand here.
function tell(changed, more) {
  const names = changed.map((path) => {
    const row = [...document.querySelectorAll("[data-row]")].find(
      (each) => new URL(each.href).searchParams.get("path") === path,
    );
    return row ? row.textContent : path;
  });
  if (!names.length) return;
  const rest = names.length - 2 + more;
  notice.textContent = names.slice(0, 2).join(" · ") + (rest > 0 ? ` · +${rest}` : "");
  notice.classList.add("shown");
  clearTimeout(quiet);
  quiet = setTimeout(() => notice.classList.remove("shown"), 6000);
}

// --- countdowns ------------------------------------------------------------------------------

let ticking = 0;

function tick() {
  const now = Date.now();
  for (const each of document.querySelectorAll("[data-countdown]")) {
    const left = Math.ceil((Date.parse(each.dateTime) - now) / 1000);
    const shown = each.parentNode.querySelector(".left") ?? count(each);
    const [days, hours, minutes, seconds] = [left / 86400, (left / 3600) % 24, (left / 60) % 60, left % 60]
      .map(Math.floor);
    const clock = [hours, minutes, seconds].map((part) => String(part).padStart(2, "0")).join(":");
    const text = left <= 0 ? body.dataset.due
      : days ? `${body.dataset.days.replace("#", days)} ${clock}` : clock;
    if (shown.textContent !== text) shown.textContent = text;
  }
}

// What ticks is for the eye alone; the moment itself is read out.
function count(time) {
  const left = document.createElement("span");
  left.className = "left";
  left.ariaHidden = "true";
  time.after(" ", left);
  return left;
}

// --- what a fresh part wants -------------------------------------------------------------

function arrange() {
  for (const each of document.querySelectorAll("[data-copy]")) each.hidden = !navigator.clipboard;
  // Whoever was too busy to answer is asked again.
  if (document.querySelector("[data-again]")) setTimeout(renew, 2000);
  const counts = document.querySelector("[data-countdown]");
  if (counts) tick();
  if (counts && !ticking) ticking = setInterval(tick, 1000);
  if (!counts && ticking) ticking = clearInterval(ticking) ?? 0;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  notice.textContent = body.dataset.copied;
  notice.classList.add("shown");
  clearTimeout(quiet);
  quiet = setTimeout(() => notice.classList.remove("shown"), 2000);
});

// A filter that is chosen acts; typing acts with Enter, as without this file.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-live-form] select")) event.target.form.requestSubmit();
});

// --- keys ----------------------------------------------------------------------------------

const GO = { b: "/desk/", f: "/desk/feeds", d: "/desk/deliveries", t: "/desk/trends" };
let isGoing = 0;

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement?.closest?.(".card")?.querySelector("[data-row]"));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  next?.focus();
  next?.closest(".card").scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const target = event.target;
  const isTyping = target.matches?.("input, select, textarea");
  if (event.key === "Escape" && isTyping) target.blur();
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = document.getElementById("keys");
  if (keys?.open) return;
  const going = isGoing;
  isGoing = 0;
  if (going && Date.now() - going < 1500 && GO[event.key]) {
    location.assign(GO[event.key]);
  } else if (event.key === "g") {
    isGoing = Date.now();
  } else if (event.key === "j" || event.key === "k") {
    move(event.key === "j" ? 1 : -1);
  } else if (event.key === "/") {
    const search = document.getElementById("q");
    if (!search) return location.assign("/desk/#q");
    search.focus();
    search.select();
  } else if (event.key === "?") {
    if (keys) keys.showModal();
  } else {
    return;
  }
  event.preventDefault();
});

document.getElementById("help-link")?.addEventListener("click", (event) => {
  const keys = document.getElementById("keys");
  if (!keys || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  keys.showModal();
});

arrange();
if (location.hash === "#q") document.getElementById("q")?.focus();
listen();
