// The payer's phone: asks the sandbox twice a second what to show, and tells it what the payer tapped.

const ASK_EVERY_MS = 500;
const TOP_UP = 100000;
const part = (id) => document.getElementById(id);

const REASONS = {
  insufficient_balance: "The balance is too low.",
  insufficient_fund: "The balance is too low.",
  timeout: "It was not confirmed in time.",
  payment_expired: "The code had run out.",
  payment_rejected: "The wallet refused it.",
  payment_cancelled: "You rejected it.",
};
const MARKS = {
  paid: ["disc", "M22 52 L43 72 L78 30"],
  failed: ["octagon", "M30 30 L70 70 M70 30 L30 70"],
  ended: ["ring", "M26 50 L74 50"],
};

let phone = null;
let shownCode = null;
let codeEndsAt = 0;
let busy = false;
// A page of the sandbox that shows this phone beside a till.
const counter = window.parent === window ? null : window.parent;
let isTillTold = false;
const seen = new Set(JSON.parse(sessionStorage.getItem("seen") ?? "[]"));

async function call(method, path, body) {
  const answer = await fetch(`/_sandbox/phones${path}`, {
    method,
    headers: body ? { "content-type": "application/json" } : {},
    body: body ? JSON.stringify(body) : undefined,
  });
  if (answer.status === 404 && method === "GET") return null;
  return answer.json();
}

async function look() {
  try {
    const id = phone?.id ?? sessionStorage.getItem("phone");
    const found = id ? await call("GET", `/${id}`) : null;
    const first = phone === null;
    phone = found ?? (await call("POST", ""));
    sessionStorage.setItem("phone", phone.id);
    // A result from before this page was opened is no news.
    if (first && phone.last && phone.last.status !== "pending") remember(phone.last.charge);
    part("trouble").hidden = true;
    show();
  } catch {
    part("trouble").hidden = false;
  }
  setTimeout(look, ASK_EVERY_MS);
}

function show() {
  part("balance").textContent = money(phone.balance.amount, phone.balance.currency);
  if (phone.till_url && part("till").hidden) {
    part("till-link").href = phone.till_url;
    part("till").hidden = false;
  }
  if (counter && !isTillTold) {
    isTillTold = true;
    tellCounter({ till: phone.till_url });
  }
  if (document.activeElement !== part("habit")) part("habit").value = phone.habit;
  showCode();
  showAsk();
  showResult();
}

function showCode() {
  codeEndsAt = performance.now() + phone.expires_in_ms;
  if (shownCode === phone.code) return;
  shownCode = phone.code;
  part("digits").textContent = phone.code.match(/.{1,4}/g).join(" ");
  for (const picture of ["qr", "barcode"]) {
    part(picture).src = `/_sandbox/phones/${phone.id}/${picture}.svg?number=${phone.code_number}`;
  }
  runOut();
}

function runOut() {
  const left = part("left");
  const rest_ms = Math.max(0, codeEndsAt - performance.now());
  left.getAnimations().forEach((animation) => animation.cancel());
  left.animate([{ transform: `scaleX(${rest_ms / phone.lifetime_ms})` }, { transform: "scaleX(0)" }], rest_ms);
}

function showAsk() {
  const ask = part("ask");
  const asked = phone.asked;
  if (!asked) {
    if (ask.open && !busy) ask.close();
    return;
  }
  part("ask-merchant").textContent = asked.merchant;
  part("ask-place").textContent = [asked.store, asked.terminal].filter(Boolean).join(" · ");
  part("ask-amount").textContent = money(asked.amount, asked.currency);
  part("ask-balance").textContent = money(phone.balance.amount, phone.balance.currency);
  document.querySelector(".from").classList.toggle("short", phone.balance.amount < asked.amount);
  ask.dataset.charge = asked.charge;
  if (!ask.open) open(ask, "ask-title");
}

function showResult() {
  const { last } = phone;
  const result = part("result");
  if (!last || last.status === "pending" || seen.has(last.charge) || phone.asked || result.open) return;
  const paid = last.status === "successful";
  const verdict = paid ? "paid" : last.status === "failed" ? "failed" : "ended";
  const words = { paid: "Paid", failed: "Not paid", ended: last.status === "expired" ? "Cancelled by the shop" : "In review" };
  const [shape, stroke] = MARKS[verdict];
  result.dataset.verdict = verdict;
  result.dataset.charge = last.charge;
  part("result-mark").className = `mark ${shape}`;
  part("result-mark").innerHTML = `<svg viewBox="0 0 100 100"><path d="${stroke}"/></svg>`;
  part("result-title").textContent = words[verdict];
  part("result-amount").textContent = money(last.amount, last.currency);
  part("result-place").textContent = [last.merchant, last.store].filter(Boolean).join(" · ");
  part("result-reason").textContent = paid ? "" : last.failure_code ? (REASONS[last.failure_code] ?? "The payment failed.") : "No money was taken.";
  open(result, "result-title");
}

function open(dialog, title) {
  dialog.showModal();
  part(title).focus();
}

function remember(charge) {
  seen.add(charge);
  sessionStorage.setItem("seen", JSON.stringify([...seen].slice(-50)));
}

function money(minor, currency) {
  return new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(minor / 100);
}

async function tap(what) {
  if (busy) return;
  busy = true;
  part("confirm").disabled = part("reject").disabled = true;
  try {
    await call("POST", `/${phone.id}/${what}`, { charge: part("ask").dataset.charge });
    phone = await call("GET", `/${phone.id}`) ?? phone;
  } catch {
    part("trouble").hidden = false;
  }
  busy = false;
  part("confirm").disabled = part("reject").disabled = false;
  show();
}

async function copy() {
  try {
    await navigator.clipboard.writeText(phone.code);
  } catch {
    // Without HTTPS there is no clipboard: select the digits instead.
    getSelection().selectAllChildren(part("digits"));
    document.execCommand("copy");
  }
  part("copy").textContent = "Copied";
  setTimeout(() => { part("copy").textContent = "Copy"; }, 1500);
}

/** Only a page of this sandbox may hear it: the code is as good as money. */
function tellCounter(message) {
  counter.postMessage(message, location.origin);
}

async function setHabit() {
  phone.habit = part("habit").value;
  await call("PUT", `/${phone.id}`, { habit: phone.habit });
}

async function setBalance(amount) {
  const { currency } = phone.balance;
  await call("PUT", `/${phone.id}`, { balance: Math.max(0, amount), currency });
  phone.balance.amount = Math.max(0, amount);
  show();
}

part("confirm").addEventListener("click", () => tap("confirm"));
part("reject").addEventListener("click", () => tap("reject"));
part("copy").addEventListener("click", copy);
part("hold").hidden = !counter;
document.documentElement.classList.toggle("beside-a-till", Boolean(counter));
part("hold").addEventListener("click", () => tellCounter({ held: phone.code }));
part("top-up").addEventListener("click", () => setBalance(phone.balance.amount + TOP_UP));
part("empty").addEventListener("click", () => setBalance(0));
part("habit").addEventListener("change", setHabit);
part("done").addEventListener("click", () => {
  remember(part("result").dataset.charge);
  part("result").close();
});
part("ask").addEventListener("cancel", (event) => event.preventDefault());
part("result").addEventListener("close", () => remember(part("result").dataset.charge));
setInterval(() => {
  const seconds = Math.max(0, Math.ceil((codeEndsAt - performance.now()) / 1000));
  part("seconds").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}, 200);
look();
