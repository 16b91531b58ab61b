// Show texts in frames, do in them what readers do, and give what came of each.
//
// A text is written into an empty document, which the browser parses as one that it loads; the
// texts of a lane follow one another in one frame, for frames are dear. Before that, whatever a
// script may call is replaced by what tells of it.
async (lanes) => {
  const CALLS = [
    ["window", ["alert", "confirm", "prompt", "print", "fetch", "open", "postMessage", "XMLHttpRequest",
                "WebSocket", "EventSource", "Worker", "SharedWorker", "Function"]],
    ["console", ["log", "info", "warn", "error", "debug", "trace", "table", "dir", "assert"]],
    ["Navigator.prototype", ["sendBeacon", "registerProtocolHandler"]],
    ["Document.prototype", ["write", "writeln"]],
  ];
  const EVENTS = [
    "click", "dblclick", "mousedown", "mouseup", "mouseover", "mouseenter", "mousemove", "pointerover",
    "pointerdown", "touchstart", "focus", "focusin", "blur", "input", "change", "reset", "toggle",
    "beforetoggle", "animationstart", "animationend", "transitionend", "scroll", "wheel", "resize",
    "copy", "cut", "paste", "dragstart", "drop", "keydown", "load", "error", "beginEvent", "endEvent",
    "repeatEvent", "start", "bounce", "finish", "command", "contentvisibilityautostatechange", "pageshow",
  ];
  const LEADS = new Set(["http:", "https:", "mailto:", "tel:", ":"]);
  const RUNS = /^(?:javascript|vbscript|data|blob|file|filesystem):/i;
  const FOREIGN = /^(?:script|iframe|object|embed|form|base|applet|frame|frameset|portal|input|button|textarea|select|template|noscript|svg|math)$/;
  const HTML = "http://www.w3.org/1999/xhtml";
  const WORDS = new Set(["title", "alt", "content", "value"]);

  // A text may have named its elements as the methods that we call.
  const append = (parent, child) => Node.prototype.appendChild.call(parent, child);
  const until = (target, event) =>
    new Promise((resolve) => EventTarget.prototype.addEventListener.call(target, event, resolve, { once: true }));

  const trapped = (view, tell) => {
    for (const [place, names] of CALLS) {
      const holder = place === "window" ? view : place.split(".").reduce((found, word) => found[word], view);
      for (const name of names) {
        const value = function trap() { tell(`called ${name}`); };
        Object.defineProperty(holder, name, { configurable: true, writable: true, value });
      }
    }
  };

  // A policy that only reports stops nothing, and sees scripts that call nothing of the above.
  const watched = (view, tell) => {
    view.addEventListener("securitypolicyviolation", (event) =>
      tell(`policy: ${event.effectiveDirective} ${event.blockedURI}`), true);
    view.addEventListener("pagehide", () => tell("the page was left"), true);
  };

  // Our own events come after those of the text: then it has had its turn.
  const settled = async (frame, doc) => {
    if (frame.contentDocument !== doc || !doc.body) return;
    const shut = doc.createElement("details");
    const turns = [until(shut, "toggle")];
    const gone = until(frame, "load");
    for (const each of doc.images) {
      if (!each.complete && each.src && each.loading !== "lazy") turns.push(Promise.race([until(each, "load"), until(each, "error")]));
    }
    append(doc.body, shut);
    shut.open = true;
    await Promise.race([gone, Promise.all(turns)]);
    shut.remove();
  };

  const judge = (root, finds, where) => {
    for (const element of root.querySelectorAll("*")) {
      const tag = element.localName;
      if (element.namespaceURI !== HTML) finds.add(`${where}: <${tag}> of another namespace`);
      if (FOREIGN.test(tag)) finds.add(`${where}: <${tag}>`);
      if ("protocol" in element && !LEADS.has(element.protocol)) finds.add(`${where}: <${tag}> leads to ${element.protocol}`);
      for (const { name, value } of element.attributes) {
        if (/^(?:on|style$|srcdoc$|xlink:|ping$|target$)/.test(name)) finds.add(`${where}: <${tag} ${name}>`);
        if (!WORDS.has(name) && typeof element[name] === "string" && RUNS.test(element[name])) finds.add(`${where}: <${tag} ${name}> is ${value}`);
      }
    }
  };

  const touch = (root, view) => {
    for (const element of [...root.querySelectorAll("*")]) {
      const leads = element.closest("a[href], area[href]");
      const isMeant = leads && LEADS.has(leads.protocol);
      try { element.focus?.(); } catch { /* not to be focused */ }
      if (element.localName === "form") { try { element.requestSubmit(); } catch { /* not to be sent */ } }
      for (const name of EVENTS) {
        if (name === "click" && isMeant) continue;
        if (name === "click" && element.click) { element.click(); continue; }
        const kind = /click|mouse/.test(name) ? view.MouseEvent : view.Event;
        element.dispatchEvent(new kind(name, { bubbles: false, cancelable: true }));
      }
    }
  };

  // The same text four times: set, written out and set again, by way of XML, by way of another parser.
  const read = (doc, part, finds, where) => {
    const made = Array.from({ length: 4 }, () => append(doc.body, doc.createElement("div")));
    const [once, again, xml, other] = made;
    once.innerHTML = part;
    again.innerHTML = once.innerHTML;
    if (again.innerHTML !== once.innerHTML) finds.add(`${where}: another text when written again`);
    try { xml.innerHTML = new XMLSerializer().serializeToString(once); } catch (fault) { finds.add(`${where}: ${fault}`); }
    other.innerHTML = new DOMParser().parseFromString(part, "text/html").body.innerHTML;
    for (const div of made) judge(div, finds, where);
    return [again, xml, other];
  };

  const framed = (name) => {
    const frame = document.createElement("iframe");
    frame.name = name;
    append(document.body, frame);
    const doc = frame.contentDocument;
    const [open, write, close] = [doc.open, doc.write, doc.close].map((method) => method.bind(doc));
    return { frame, doc, view: frame.contentWindow, open, write, close };
  };

  const shown = async ({ frame, doc, view, open, write, close }, html, parts, finds, tell) => {
    trapped(view, tell);
    open();
    watched(view, tell);
    write(html);
    close();
    await settled(frame, doc);
    if (frame.contentDocument !== doc || !doc.body) { finds.add("the document was left"); return; }
    judge(doc.documentElement, finds, "document");
    const copies = parts.flatMap((part, number) => read(doc, part, finds, `part ${number}`));
    await settled(frame, doc);
    for (const copy of copies) copy.remove();
    if (frame.contentDocument === doc) touch(doc, view);
    await settled(frame, doc);
  };

  const late = new Promise((resolve) => setTimeout(resolve, 60000, "late"));
  const told = {};
  const lane = async (cases) => {
    let place = framed(cases[0].name);
    for (const { name, html, parts } of cases) {
      const [finds, calls] = [new Set(), new Set()];
      told[name] = [finds, calls];
      if (place.frame.contentDocument !== place.doc) place = framed(name);
      try {
        if (await Promise.race([late, shown(place, html, parts, finds, (what) => calls.add(what))]) === "late") {
          finds.add("it never settled");
        }
      } catch (fault) {
        finds.add(`the reader failed: ${fault}`);
      }
    }
  };
  await Promise.all(lanes.map(lane));
  return Object.fromEntries(Object.entries(told).map(([name, sets]) => [name, sets.map((set) => [...set])]));
}
