// Shortens ways that all work without it: shortcuts, the warning before time runs out, focus, showing a password,
// printing. Nothing about people is kept.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// What happened is read first: the notice or the summary of problems takes the focus.
$("[data-focus]")?.focus();

// Show and hide passwords.
for (const button of $$("[data-show]")) {
  const fields = button.dataset.show.split(" ").map((id) => document.getElementById(id));
  const [show, hide] = [button.textContent, button.textContent.replace("Show", "Hide")];
  button.hidden = false;
  button.addEventListener("click", () => {
    const visible = fields[0].type === "text";
    for (const field of fields) field.type = visible ? "password" : "text";
    button.textContent = visible ? show : hide;
  });
}

// Passkeys: a question is fetched, the browser asks its owner, and the answer is sent with the form.
const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list = []) => list.map((one) => ({ ...one, id: bytesOf(one.id) }));

async function askPasskey(kind, { publicKey }) {
  const asked = { ...publicKey, challenge: bytesOf(publicKey.challenge) };
  if (kind === "create") {
    asked.user = { ...asked.user, id: bytesOf(asked.user.id) };
    asked.excludeCredentials = named(asked.excludeCredentials);
  } else asked.allowCredentials = named(asked.allowCredentials);
  const key = await navigator.credentials[kind]({ publicKey: asked });
  const response = {};
  for (const part of ["attestationObject", "authenticatorData", "clientDataJSON", "signature", "userHandle"]) {
    if (key.response[part]) response[part] = textOf(key.response[part]);
  }
  return JSON.stringify({ id: key.id, rawId: textOf(key.rawId), type: key.type, response, extensions: {} });
}

for (const form of $$("form[data-passkey]")) {
  const [button, said] = [$("#passkey", form), $("[data-passkey-said]", form)];
  said.textContent = "";
  if (!window.PublicKeyCredential) {
    said.textContent = "This browser cannot use passkeys.";
    continue;
  }
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    button.disabled = true;
    try {
      const { csrf, word, answer } = form.elements;
      const body = new URLSearchParams({ csrf: csrf.value });
      const question = await fetch(`${form.getAttribute("action")}/ask`, { method: "POST", body });
      if (question.redirected) {
        location.assign(question.url); // something else is asked first
        return;
      }
      const asked = await question.json();
      answer.value = await askPasskey(form.dataset.passkey, asked.options);
      word.value = asked.word;
      form.submit();
    } catch {
      said.textContent = "No passkey was used. Try again, or go another way.";
    } finally {
      button.disabled = false;
    }
  });
}

for (const button of $$("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
let opened = [];
addEventListener("beforeprint", () => {
  opened = $$(".behind:not([open])");
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});

// A dose reached by its address shows its reports.
function openTarget() {
  const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  const details = target && $(".behind", target);
  if (details) details.open = true;
}
openTarget();
addEventListener("hashchange", openTarget);

// Menus close with Escape and by a click beside them; the focus returns to where it was.
addEventListener("click", (event) => {
  for (const menu of $$(".site-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// The help drawer: focus on its heading when it opens, back to the link when it closes.
const drawer = $("#help");
let returnTo = null;
document.body.addEventListener("htmx:after:swap", () => {
  if (!drawer?.hasChildNodes()) return;
  if (!$("[data-close]", drawer)) {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "usa-button usa-button--outline";
    close.dataset.close = "";
    close.textContent = "Close help";
    close.addEventListener("click", closeDrawer);
    drawer.append(close);
  }
  returnTo = $("[data-hx-target='#help']");
  $("h1, h2", drawer)?.focus();
});

function closeDrawer() {
  if (!drawer?.hasChildNodes()) return;
  drawer.replaceChildren();
  returnTo?.focus();
}

// Shortcuts: single keys, only outside fields, only while they are switched on.
const rows = () => $$("[data-rows] h2 a, .need summary, .grid__link, .history summary");

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))].focus();
}

// The reason of the dose at hand, else of the first one that is needed.
function why() {
  const summary = document.activeElement.closest?.(".need summary") ?? $(".need summary");
  if (!summary) return;
  summary.focus();
  summary.parentElement.open = !summary.parentElement.open;
}

// To the page that a link with this key leads to, if there is one.
const open = (key) => $(`[data-key="${key}"]`)?.click();

let leader = false;
const keys = {
  "/": () => ($("#site-search") ?? $("#last"))?.focus(),
  "?": () => location.assign("/keyboard"),
  j: () => step(1),
  k: () => step(-1),
  p: () => ($('[data-key="p"]') ?? $("[data-print]"))?.click(),
  w: why,
  a: () => open("a"),
  e: () => open("e"),
  h: () => open("h"),
  n: () => $("[data-next]")?.click(),
  g: () => {
    leader = true;
    setTimeout(() => (leader = false), 1500);
  },
};
const after = { t: "/", p: "/patients", d: "/patients/duplicates" };

addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = $(".site-menu[open]");
    if (menu) {
      menu.open = false;
      $("summary", menu).focus();
    } else closeDrawer();
    return;
  }
  // Ctrl+Enter saves the form that is typed into, by its main button
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.("main form");
    const save =
      form && ($('button[name="do"][value="save"]', form) ?? $("button.usa-button--big", form) ?? $(".usa-button[type=submit]", form));
    if (save) {
      event.preventDefault();
      form.requestSubmit(save);
    }
    return;
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !("shortcuts" in document.body.dataset)) return;
  if (leader && after[event.key]) {
    event.preventDefault();
    location.assign(after[event.key]);
    return;
  }
  if (/^[1-9]$/.test(event.key)) {
    // an answer is only reached by its number; Enter gives it
    const answer = $$("[data-answer]")[Number(event.key) - 1];
    if (answer) answer.focus();
    const link = $$("[data-rows] h2 a")[Number(event.key) - 1];
    if (link) link.click();
    return;
  }
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

// Time-out: two minutes before the end a dialog says so; it is spoken then and once more at thirty seconds.
const footer = $("[data-seconds]");
if (footer) {
  const dialog = $("#time-out");
  const spoken = $("#spoken");
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("openiis-session") : null;
  let timers = [];

  const leave = () => {
    typed = null;
    location.assign(`/sign-in?ended=idle&next=${encodeURIComponent(location.pathname + location.search)}`);
  };
  const say = (text) => (spoken.textContent = text);
  const at = (moment, action) => timers.push(setTimeout(action, Math.max(0, moment - Date.now())));

  const fieldsOf = (form) =>
    new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const send = (to, body) => fetch(to, { method: "POST", body }).catch(() => null);

  // The form that is typed into, until it is sent. Typing is doing something: it extends the session, once a minute.
  let typed = null;
  let asked = Date.now();
  addEventListener("input", ({ target }) => {
    const form = target.form;
    if (form?.method === "post" && !dialog.contains(form)) typed = form;
    if (Date.now() - asked < 60_000) return;
    asked = Date.now();
    extend();
  });
  addEventListener("submit", ({ target }) => {
    if (target === typed) typed = null;
  });

  // Asks for more time; whether there is some.
  async function extend() {
    const answer = await send("/session/extend", fieldsOf($("form[action='/session/extend']", dialog)));
    return goesOn(answer);
  }

  async function goesOn(answer) {
    const seconds = answer?.ok && !answer.redirected ? Number(await answer.text()) : 0;
    if (!(seconds > 0)) return false;
    start(seconds);
    channel?.postMessage(seconds);
    return true;
  }

  // The end: what was typed is kept by the registry and given back after sign-in; it saves nothing.
  async function over() {
    if (!typed) return leave();
    const body = fieldsOf(typed);
    body.set("draft_for", new URL(typed.action).pathname);
    const answer = await send("/session/draft", body);
    if (await goesOn(answer)) return;
    if (answer?.redirected && new URL(answer.url).pathname === "/sign-in") {
      typed = null;
      location.assign(answer.url);
    } else leave();
  }

  function start(seconds) {
    timers.forEach(clearTimeout);
    timers = [];
    const end = Date.now() + seconds * 1000;
    // in the zone of the registry, as every time on the page
    const clock = new Date(end).toLocaleTimeString("en-US", {
      hour: "numeric", minute: "2-digit", timeZone: footer.dataset.zone,
    });
    for (const place of $$("[data-ends-at]")) place.textContent = clock;
    if (dialog.open) dialog.close();
    at(end - 120_000, () => {
      if (!dialog.open) dialog.showModal();
      say(`You are signed out at ${clock} if you do nothing.`);
    });
    at(end - 30_000, () => say("You are signed out in 30 seconds."));
    at(end + 1_000, over);
  }

  $("form[action='/session/extend']", dialog).addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await extend())) over();
  });
  // what is done in another window of this browser extends the session here too
  channel?.addEventListener("message", (event) => start(event.data));
  const seconds = Number(footer.dataset.seconds);
  channel?.postMessage(seconds);
  start(seconds);
}
