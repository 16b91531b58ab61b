"""How the pages for readers look, and the one thing that a script adds to them. Pure.

Two small files of their own, so that a server can forbid all that stands in pages themselves:
what is allowed need not be changed with each version of ours.
"""

from __future__ import annotations

from typing import Final

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy under which the pages are whole."""

STYLE: Final = b"""\
:root {
  color-scheme: light dark;
  --ink: #24211f;
  --paper: #fffdfa;
  --quiet: #615a53;
  --link: #8a3b12;
  --line: #e3dad0;
  --wash: #f6f0e9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e0dad3;
    --paper: #1b1a19;
    --quiet: #aca49b;
    --link: #e7a977;
    --line: #403a35;
    --wash: #272422;
  }
}
* { box-sizing: border-box; }
body {
  max-width: 44rem;
  margin: 0 auto;
  padding: 2rem 1.25rem 3rem;
  color: var(--ink);
  background: var(--paper);
  font: 1.125rem/1.6 Georgia, "Times New Roman", serif;
  overflow-wrap: break-word;
}
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
h1 { margin: 0.1em 0 0.6em; font-size: clamp(2rem, 7vw, 2.9rem); letter-spacing: -0.015em; }
h2 {
  margin: 3rem 0 1rem;
  padding-top: 0.7rem;
  border-top: 3px double var(--line);
  font-size: 1.45rem;
}
h3 { margin: 0; font-size: 1.15rem; }
h3 a { display: inline-block; padding: 0.15rem 0; }
p { margin: 0 0 0.8em; text-wrap: pretty; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 0.18em; }
a:hover { text-decoration-thickness: 2px; }
a:focus-visible, button:focus-visible, summary:focus-visible {
  outline: 3px solid var(--link);
  outline-offset: 3px;
}
ul, ol { margin: 0; padding: 0; list-style: none; }
.site, .quiet, .forms, time, code, button, footer, summary span {
  color: var(--quiet);
  font: 0.9rem/1.5 system-ui, sans-serif;
}
header .site { display: inline-block; padding: 0.2rem 0; }
.lead { margin: 0 0 1.3rem; padding-left: 1.1rem; border-left: 4px solid var(--link); }
.lead p:last-child { margin-bottom: 0; }
.forms { display: flex; flex-wrap: wrap; align-items: center; gap: 0.2rem 1rem; margin: 0; }
.forms a { display: inline-block; padding: 0.3rem 0; }
.addresses { margin: 1rem 0; padding: 0.5rem 1rem; border-radius: 0.4rem; background: var(--wash); }
.addresses li {
  display: grid;
  grid-template-columns: 6rem 1fr auto;
  gap: 0 1rem;
  align-items: center;
  padding: 0.5rem 0;
}
.addresses li + li { border-top: 1px solid var(--line); }
.addresses a { font: bold 0.95rem/1.5 system-ui, sans-serif; padding: 0.2rem 0; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; user-select: all; }
button {
  padding: 0.3rem 0.75rem;
  border: 1px solid var(--quiet);
  border-radius: 0.3rem;
  color: var(--ink);
  background: var(--paper);
  cursor: pointer;
}
button:hover { border-color: var(--link); color: var(--link); }
.latest li { margin: 0 0 0.7rem; line-height: 1.4; }
.latest time { display: block; font-size: 0.82rem; }
.latest p { margin: 0.25rem 0 1.3rem; line-height: 1.5; }
.entries li { margin-bottom: 1.5rem; }
.entries a { font-size: 1.2rem; line-height: 1.3; }
.cards {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr));
  gap: 2rem;
}
.cards .latest {
  margin-top: 0.6rem;
  padding-top: 0.7rem;
  border-top: 1px solid var(--line);
  font-size: 1rem;
}
.cards .latest a { display: inline-block; }
.names li {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  align-items: center;
  gap: 0 1.2rem;
  padding: 0.3rem 0;
  border-bottom: 1px solid var(--line);
}
.names .name { display: inline-block; padding: 0.15rem 0; }
summary { cursor: pointer; }
summary h2 { display: inline-block; margin: 1rem 0; padding: 0; border: 0; }
details { margin-top: 3rem; border-top: 3px double var(--line); }
details + details { margin-top: 0.5rem; }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 3px double var(--line); }
footer p { display: flex; flex-wrap: wrap; gap: 0.2rem 1.4rem; }
footer a { display: inline-block; padding: 0.2rem 0; }
.said {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (max-width: 36rem) {
  body { padding-top: 1.25rem; }
  .addresses li { grid-template-columns: 1fr auto; }
  .addresses code { grid-area: 2 / 1 / 3 / 3; }
}
@media print {
  :root { --ink: #000; --paper: #fff; --quiet: #333; --link: #000; --line: #999; --wash: #fff; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  button { display: none; }
  h2, h3 { break-after: avoid; }
  li { break-inside: avoid; }
}
"""

SCRIPT: Final = b"""\
// Puts a button beside each address, which copies it. Pages are complete without it.
(() => {
  const words = document.currentScript.dataset;
  const base = document.body.dataset.base;
  const said = document.createElement("p");
  said.className = "said";
  said.setAttribute("role", "status");
  document.body.append(said);
  for (const link of document.querySelectorAll("a[data-copy]")) {
    const address = new URL(link.getAttribute("href"), base).href;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.copy;
    button.setAttribute("aria-label", `${words.copy}: ${link.dataset.copy}`);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(address);
      } catch {
        // Without https a page may not write; whoever reads it can.
        prompt(words.copy, address);
        return;
      }
      button.textContent = words.copied;
      said.textContent = `${words.copied}: ${address}`;
      setTimeout(() => { button.textContent = words.copy; }, 2500);
    });
    link.parentElement.append(button);
  }
})();
"""
