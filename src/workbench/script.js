// The workbench: sends what is laid on it to its own server, and shows the part of a page that comes back. Nothing is stored here,
// and nothing of a patient gets into an address: only the names of fixtures do.
"use strict";

const byId = (id) => document.getElementById(id);
const words = document.body.dataset;
const form = byId("question");
const bench = { patient: null, request: null, orders: null, fixture: "", fixtureOrder: "", range: false, cards: new Map(), asked: 0 };

const say = (text) => { byId("status").textContent = text; };
const iso = (date) => date.toISOString().slice(0, 10);
const day = (text) => new Date(text + "T00:00:00Z");

// A request, a Bundle or a resource, by what it has.
function lay(value, name) {
  const isRequest = typeof value.hook === "string" && typeof value.context === "object";
  bench.request = isRequest ? value : null;
  bench.patient = isRequest ? null : value;
  bench.range = false;
  bench.cards = new Map();
  if (isRequest) {
    byId("hook").value = value.hook;
  }
  byId("loaded").textContent = words.known + " " + name;
}

async function read(file) {
  try {
    return JSON.parse(await file.text());
  } catch {
    say(words.unreadable);
    return null;
  }
}

async function fixture(folder, name) {
  const answer = await fetch("workbench/fixtures/" + folder + "/" + encodeURIComponent(name));
  return answer.ok ? answer.json() : null;
}

function question() {
  const asked = {
    service: byId("service").value,
    hook: byId("hook").value,
    asOf: byId("date").value,
    language: byId("language").value,
    config: byId("config").value,
    untilThen: byId("until-then").checked,
  };
  if (bench.request) {
    asked.request = bench.request;
  } else if (bench.patient) {
    asked.patient = bench.patient;
  }
  if (bench.orders) asked.orders = bench.orders;
  if (bench.fixture) asked.fixture = bench.fixture;
  if (bench.fixtureOrder) asked.fixtureOrder = bench.fixtureOrder;
  return asked;
}

// Only what is invented stands in the address: the names of fixtures, and how they are asked about.
function address() {
  const names = new URLSearchParams();
  if (bench.fixture && (bench.fixtureOrder || !bench.orders) && !byId("config").value.trim()) {
    names.set("patient", bench.fixture);
    if (bench.fixtureOrder) names.set("order", bench.fixtureOrder);
    names.set("hook", byId("hook").value);
    if (byId("service").value) names.set("service", byId("service").value);
    names.set("date", byId("date").value);
    names.set("lang", byId("language").value);
  }
  const search = names.toString();
  history.replaceState(null, "", location.pathname + (search ? "?" + search : ""));
}

async function judge() {
  if (!bench.patient && !bench.request) {
    say(words.none);
    return;
  }
  bench.asked += 1;
  const turn = bench.asked;
  address();
  let answer;
  let text;
  try {
    answer = await fetch("workbench/judge", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(question()),
    });
    text = await answer.text();
  } catch {
    say(words.failed);
    return;
  }
  // An older answer never takes the place of a newer one.
  if (turn !== bench.asked) return;
  if (!answer.ok) {
    byId("save").disabled = true;
    byId("result").replaceChildren();
    say(refusal(text));
    return;
  }
  show(new DOMParser().parseFromString(text, "text/html").querySelector(".result"));
}

function refusal(text) {
  try {
    const issues = JSON.parse(text).issue;
    return issues.map((issue) => (issue.expression ? issue.expression[0] + ": " : "") + issue.diagnostics).join("; ");
  } catch {
    return words.failed;
  }
}

function show(result) {
  const open = new Set([...document.querySelectorAll("#result details[open] > summary")].map((of) => of.textContent));
  byId("result").replaceChildren(result);
  for (const summary of result.querySelectorAll("details > summary")) {
    if (open.has(summary.textContent)) summary.parentElement.open = true;
  }
  byId("save").disabled = false;
  slide(result.dataset);
  tell(result);
}

// The slider keeps its range while the day is changed: day 0 may come and go with it.
function slide(range) {
  const slider = byId("slider");
  if (!bench.range) {
    bench.first = day(range.first);
    slider.max = Math.round((day(range.last) - bench.first) / 86400000);
    bench.range = true;
  }
  slider.disabled = false;
  byId("back").disabled = false;
  byId("on").disabled = false;
  slider.value = Math.round((day(byId("date").value) - bench.first) / 86400000);
  slider.setAttribute("aria-valuetext", byId("date").value);
}

// Which cards came and which went since the last answer.
function tell(result) {
  const now = new Map([...result.querySelectorAll(".topics > li")].map((of) => [of.dataset.id, of.dataset.indicator + ": " + of.textContent]));
  const came = [...now].filter(([id]) => !bench.cards.has(id)).map(([, card]) => card);
  const went = [...bench.cards].filter(([id]) => !now.has(id)).map(([, card]) => card);
  const lines = [];
  if (came.length) lines.push(words.came + " " + came.join(" | "));
  if (went.length) lines.push(words.went + " " + went.join(" | "));
  say(lines.join(" ") || words.same);
  bench.cards = now;
}

function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// The case, and the patient and the orders that it names where they are no fixtures yet.
function save() {
  const text = document.querySelector("#result .case").textContent;
  const isNew = !bench.fixture || (bench.orders && !bench.fixtureOrder);
  if (isNew && !confirm(words.invented)) return;
  download("case.json", text);
  if (!bench.fixture && bench.patient) download("workbench.json", JSON.stringify(bench.patient, null, 2));
  if (bench.orders && !bench.fixtureOrder) download("workbench-order.json", JSON.stringify(bench.orders, null, 2));
}

let waiting = 0;
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(judge, 120);
}

function turn(days) {
  byId("date").value = iso(new Date(day(byId("date").value).getTime() + days * 86400000));
  soon();
}

async function layFixture() {
  bench.fixture = byId("fixture").value;
  if (!bench.fixture) return;
  const bundle = await fixture("patients", bench.fixture);
  if (bundle) lay(bundle, bench.fixture);
}

async function layOrder() {
  bench.fixtureOrder = byId("fixture-order").value;
  bench.orders = bench.fixtureOrder ? await fixture("orders", bench.fixtureOrder) : null;
}

async function layFile(file) {
  const value = file ? await read(file) : null;
  if (!value) return;
  bench.fixture = "";
  byId("fixture").value = "";
  lay(value, file.name);
  judge();
}

form.addEventListener("submit", (event) => { event.preventDefault(); judge(); });
byId("fixture").addEventListener("change", async () => { await layFixture(); judge(); });
byId("fixture-order").addEventListener("change", async () => { await layOrder(); judge(); });
byId("file").addEventListener("change", (event) => layFile(event.target.files[0]));
byId("order-file").addEventListener("change", async (event) => {
  bench.orders = event.target.files[0] ? await read(event.target.files[0]) : null;
  bench.fixtureOrder = "";
  byId("fixture-order").value = "";
});
for (const id of ["hook", "service", "language", "until-then"]) byId(id).addEventListener("change", soon);
byId("date").addEventListener("change", soon);
byId("slider").addEventListener("input", () => {
  byId("date").value = iso(new Date(bench.first.getTime() + Number(byId("slider").value) * 86400000));
  soon();
});
byId("back").addEventListener("click", () => turn(-1));
byId("on").addEventListener("click", () => turn(1));
byId("save").addEventListener("click", save);
for (const kind of ["dragover", "dragenter"]) {
  document.addEventListener(kind, (event) => { event.preventDefault(); byId("drop").classList.add("over"); });
}
document.addEventListener("dragleave", () => byId("drop").classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  byId("drop").classList.remove("over");
  layFile(event.dataTransfer.files[0]);
});

async function start() {
  const named = new URLSearchParams(location.search);
  const choose = (id, value) => {
    if (value && [...byId(id).options].some((option) => option.value === value)) byId(id).value = value;
  };
  byId("date").value = /^\d{4}-\d\d-\d\d$/.test(named.get("date") || "") ? named.get("date") : iso(new Date());
  choose("hook", named.get("hook") || "patient-view");
  choose("service", named.get("service"));
  choose("language", named.get("lang"));
  choose("fixture", named.get("patient"));
  choose("fixture-order", named.get("order"));
  await Promise.all([layFixture(), layOrder()]);
  if (bench.patient) judge();
}

start();
